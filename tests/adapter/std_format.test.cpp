// SPDX-License-Identifier: BSL-1.0
#include <grit/adapter/std_format.hpp>

#include "adapter/format_cases.hpp"

#if defined(__cpp_lib_format)
TEST_CASE("R-912: std::format writes reasons, states and changes by their names", "[R-912]") {
    grit::test::check_formats(
        [](auto text, auto const& value) { return std::vformat(text, std::make_format_args(value)); });
}
#endif

TEST_CASE("R-912: the text of a change leaves out what is not known", "[R-912]") {
    grit::StateChange change{grit::CircuitState::open,
                             grit::CircuitState::forced_open,
                             grit::ChangeReason::control,
                             7,
                             grit::Duration::zero(),
                             {},
                             {"db"}};
    REQUIRE(grit::detail::format_text(change) == "db: open -> forced_open (control)");
    change.retry_after = std::chrono::milliseconds{1500};
    REQUIRE(grit::detail::format_text(change) == "db: open -> forced_open (control, for 1500ms)");
}
