// SPDX-License-Identifier: BSL-1.0
#include <grit/stop/when_requested.hpp>

#include <version>

#ifdef __cpp_lib_jthread
#include <stop_token>
#endif

#include "stop/fake_query.hpp"
#include "support/catch.hpp"

using namespace grit;

namespace {
struct Flag {
    bool const* raised;
    constexpr bool stop_requested() const { return *raised; }
};
struct Always {
    static constexpr bool stop_requested() { return true; }
};
constexpr bool yes = true;
constexpr bool no = false;
} // namespace

#ifdef __cpp_lib_jthread
TEST_CASE("StopWhenRequested asks a std::stop_token") {
    std::stop_source source;
    StopWhenRequested const stop{source.get_token()};
    STATIC_REQUIRE(std::is_same_v<decltype(stop), StopWhenRequested<std::stop_token> const>);
    REQUIRE_FALSE(stop.stop(FakeQuery{}));
    REQUIRE_FALSE(stop.cancelled());
    source.request_stop();
    REQUIRE(stop.stop(FakeQuery{}));
    REQUIRE(stop.cancelled());
    REQUIRE(stop.token() == source.get_token());
}
#endif

TEST_CASE("StopWhenRequested asks any token, in constant expressions too") {
    STATIC_REQUIRE(StopWhenRequested{Flag{&yes}}.stop(FakeQuery{}));
    STATIC_REQUIRE_FALSE(StopWhenRequested{Flag{&no}}.stop(FakeQuery{}));
    STATIC_REQUIRE(StopWhenRequested<Always>{}.cancelled());
}

TEST_CASE("StopWhenRequested shows its token, one without state outlives the policy") {
    constexpr StopWhenRequested held{Flag{&yes}};
    STATIC_REQUIRE(held.token().raised == &yes);
    Always const& token = StopWhenRequested<Always>{}.token();
    REQUIRE(&token == &StopWhenRequested<Always>{}.token());
    REQUIRE(token.stop_requested());
}

TEST_CASE("StopWhenRequested says what it is and needs") {
    using Traits = detail::StopTraits<StopWhenRequested<Flag>>;
    STATIC_REQUIRE_FALSE(Traits::bounded);
    STATIC_REQUIRE(Traits::turn == detail::Turn::at_once);
    STATIC_REQUIRE(Traits::max_attempts == 0);
    STATIC_REQUIRE(Traits::can_cancel);
    STATIC_REQUIRE(Traits::tokens == 1);
    STATIC_REQUIRE(Traits::cancelled(StopWhenRequested{Flag{&yes}}));
    STATIC_REQUIRE(
        Traits::any_token(StopWhenRequested{Flag{&yes}}, [](Flag const& token) { return token.stop_requested(); }));
    STATIC_REQUIRE_FALSE(
        Traits::any_token(StopWhenRequested{Flag{&no}}, [](Flag const& token) { return token.stop_requested(); }));
    STATIC_REQUIRE(std::is_empty_v<StopWhenRequested<Always>>);
    STATIC_REQUIRE(sizeof(StopWhenRequested<Flag>) == sizeof(Flag));
    STATIC_REQUIRE(detail::StopTraits<StopWhenRequested<Always>>::reason(StopWhenRequested<Always>{}, FakeQuery{}) ==
                   StopReason::cancelled);
}
