// SPDX-License-Identifier: BSL-1.0
#include <grit/version.hpp>

#include <string>

#include "support/catch.hpp"

TEST_CASE("R-910: the version is the same as a number, as text and in CMake", "[R-910]") {
    STATIC_REQUIRE(GRIT_VERSION == GRIT_VERSION_MAJOR * 10000 + GRIT_VERSION_MINOR * 100 + GRIT_VERSION_PATCH);
    std::string const numbers = std::to_string(GRIT_VERSION_MAJOR) + "." + std::to_string(GRIT_VERSION_MINOR) + "." +
                                std::to_string(GRIT_VERSION_PATCH);
    REQUIRE(grit::version == numbers);
#ifdef GRIT_VERSION_IN_CMAKE
    REQUIRE(std::string{GRIT_VERSION_IN_CMAKE} == numbers);
#endif
}

#define TEXT(x) TEXT_OF(x)
#define TEXT_OF(x) #x

TEST_CASE("R-911: names are in the inline namespace of the minor version", "[R-911]") {
    STATIC_REQUIRE(&grit::GRIT_ABI::version == &grit::version);
    REQUIRE(TEXT(GRIT_ABI) == "v" + std::to_string(GRIT_VERSION_MAJOR) + "_" + std::to_string(GRIT_VERSION_MINOR));
}
