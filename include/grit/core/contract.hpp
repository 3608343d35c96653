// SPDX-License-Identifier: BSL-1.0
#pragma once
// What happens to a wrong value: std::invalid_argument at construction, or a printed sentence and an abort.

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include <grit/core/config.hpp>

namespace grit::inline GRIT_ABI {

/// False, but only once a template is instantiated: for a static_assert in a branch that must not be reached.
template <class...>
inline constexpr bool always_false = false;

/// Refuses a value that a policy was constructed with.
///
/// Throws: std::invalid_argument(sentence); in a unit without exceptions prints the sentence and aborts. Not usable in
/// a constant expression, so that a wrong constexpr policy does not compile.
template <bool Exceptions = GRIT_EXCEPTIONS>
[[noreturn]] void reject(char const* sentence) {
#if GRIT_EXCEPTIONS
    if constexpr (Exceptions) throw std::invalid_argument(sentence);
#endif
    std::fputs(sentence, stderr);
    std::fputc('\n', stderr);
    std::abort();
}

} // namespace grit::inline GRIT_ABI
