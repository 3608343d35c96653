// SPDX-License-Identifier: BSL-1.0
#pragma once
// Catch2, whichever of 2.13 and 3 is installed; tests include this and nothing of Catch2 itself.

#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_message.hpp>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_all.hpp>
#include <catch2/matchers/catch_matchers_all.hpp>
#else
#include <catch2/catch.hpp>

#include <string>

namespace Catch::Matchers {

/// The name that Catch2 3 gave to this matcher.
inline auto ContainsSubstring(std::string const& text, CaseSensitive::Choice sensitivity = CaseSensitive::Yes) {
    return Contains(text, sensitivity);
}

} // namespace Catch::Matchers
#endif
