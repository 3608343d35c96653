// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the compiler offers: forced inlining, and whether this translation unit has exceptions.

// What has to be there. A missing file stops the compiler, which would go on after #error.
#if defined(_MSVC_LANG)
#define GRIT_LANGUAGE _MSVC_LANG
#else
#define GRIT_LANGUAGE __cplusplus
#endif
#if GRIT_LANGUAGE < 202002L || !defined(__cpp_concepts)
#error                                                                                                                 \
    "grit: needs C++20, because policies are template arguments; compile with -std=c++20, and GCC 12 or Clang 19 or newer"
#include <cpp20_is_needed>
#endif

#if defined(min) || defined(max)
#error "grit: min and max are macros here, because of <windows.h>; define NOMINMAX before it is included"
#include <nominmax_is_needed>
#endif

#include <grit/version.hpp>

#if defined(__GNUC__)
#define GRIT_INLINE [[gnu::always_inline]] inline
#elif defined(_MSC_VER)
#define GRIT_INLINE __forceinline
#else
#define GRIT_INLINE inline
#endif

/// The same for a lambda, after its parameters.
#if defined(__GNUC__)
#define GRIT_INLINE_LAMBDA __attribute__((always_inline))
#else
#define GRIT_INLINE_LAMBDA
#endif

/// For code that is seldom run: it stays out of the way of the code that often is.
#if defined(__GNUC__)
#define GRIT_COLD [[gnu::noinline, gnu::cold]]
#else
#define GRIT_COLD
#endif

/// 1 in a translation unit that is compiled with exceptions, else 0. Functions whose code differs without exceptions
/// take it as a defaulted template argument, so that units of both kinds link and each behaves as it was compiled.
#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
#define GRIT_EXCEPTIONS 1
#else
#define GRIT_EXCEPTIONS 0
#endif

namespace grit::inline GRIT_ABI::detail {
/// What an assertion asks for: a compiler that prints the requirement before the sentence then prints a few words only.
template <bool Condition>
inline constexpr bool is_met = Condition;
} // namespace grit::inline GRIT_ABI::detail
