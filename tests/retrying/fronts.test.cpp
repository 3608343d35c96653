// SPDX-License-Identifier: BSL-1.0
// The same scenarios through the blocking loop, the step API and constant evaluation, event by event.
#include <grit/retry.hpp>

#include "retrying/scenarios.hpp"
#include "support/catch.hpp"

using namespace scenarios;

TEMPLATE_LIST_TEST_CASE("every front does the same", "[R-100]", All) {
    using S = TestType;
    std::string const expected = in_words(S::expected);
    INFO(S::name);
    SECTION("the blocking loop, over results") { CHECK(in_words(blocking<S>()) == expected); }
    SECTION("the blocking loop, over exceptions") { CHECK(in_words(throwing<S>()) == expected); }
    SECTION("the step API, over results") { CHECK(in_words(steps<S>()) == expected); }
    SECTION("the step API, over errors") { CHECK(in_words(steps_of_errors<S>()) == expected); }
    SECTION("the step API, over exceptions") { CHECK(in_words(steps_of_exceptions<S>()) == expected); }
    SECTION("the step API, in handlers") { CHECK(in_words(steps_of_caught<S>()) == expected); }
    SECTION("constant evaluation of the loop") { STATIC_REQUIRE(as_expected<S>(blocking<S>())); }
    SECTION("constant evaluation of the step API") {
        STATIC_REQUIRE(as_expected<S>(steps<S>()));
        STATIC_REQUIRE(as_expected<S>(steps_of_errors<S>()));
    }
}
