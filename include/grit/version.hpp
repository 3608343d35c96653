// SPDX-License-Identifier: BSL-1.0
#pragma once
// The version, for the preprocessor and as a constant. CMakeLists.txt reads it from here.

#define GRIT_VERSION_MAJOR 0
#define GRIT_VERSION_MINOR 1
#define GRIT_VERSION_PATCH 0

/// One number that grows with the version: `#if GRIT_VERSION >= 10203` asks for 1.2.3.
#define GRIT_VERSION (GRIT_VERSION_MAJOR * 10000 + GRIT_VERSION_MINOR * 100 + GRIT_VERSION_PATCH)

#define GRIT_DETAIL_TEXT(x) #x
#define GRIT_DETAIL_DOTTED(major, minor, patch)                                                                        \
    GRIT_DETAIL_TEXT(major) "." GRIT_DETAIL_TEXT(minor) "." GRIT_DETAIL_TEXT(patch)

/// The inline namespace of every name: versions that may differ in layout share no function in one program.
#define GRIT_ABI v0_1

namespace grit::inline GRIT_ABI {

/// The version as text, "0.1.0".
inline constexpr char version[] = GRIT_DETAIL_DOTTED(GRIT_VERSION_MAJOR, GRIT_VERSION_MINOR, GRIT_VERSION_PATCH);

} // namespace grit::inline GRIT_ABI

#undef GRIT_DETAIL_DOTTED
#undef GRIT_DETAIL_TEXT
