// SPDX-License-Identifier: BSL-1.0
#include <grit/adapter/fmt.hpp>

#include <fmt/chrono.h>

#include "adapter/format_cases.hpp"

TEST_CASE("R-912: fmt writes reasons, states and changes by their names", "[R-912]") {
    grit::test::check_formats([](auto text, auto const& value) { return fmt::format(fmt::runtime(text), value); });
    REQUIRE(fmt::format("{}", grit::to_duration(std::chrono::milliseconds{2})) == "2000000ns");
}
