// SPDX-License-Identifier: BSL-1.0
#include <grit/core/text.hpp>

#include <string>

#include "support/catch.hpp"

namespace {
template <grit::ConstantText Text>
struct Holder {
    static constexpr auto text = Text;
};
} // namespace

TEST_CASE("ConstantText: a literal as a template argument") {
    STATIC_REQUIRE(Holder<"chat">::text.view() == "chat");
    STATIC_REQUIRE(Holder<"">::text.view().empty());
    STATIC_REQUIRE_FALSE(Holder<"">::text.is_dynamic);
    STATIC_REQUIRE(Holder<grit::dynamic>::text.is_dynamic);
    STATIC_REQUIRE(std::is_same_v<Holder<"a">, Holder<"a">>);
    STATIC_REQUIRE_FALSE(std::is_same_v<Holder<"">, Holder<grit::dynamic>>);
}

TEST_CASE("what comes from outside is put in one line") {
    std::string text = "a\r\n\x01 b\x7f\xc3\xa9";
    grit::detail::put_in_one_line(text);
    REQUIRE(text == "a    b \xc3\xa9");
}
