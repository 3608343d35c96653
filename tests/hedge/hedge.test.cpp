// SPDX-License-Identifier: BSL-1.0
#include <grit/hedge/hedge.hpp>

#include <stdexcept>
#include <system_error>

#include <grit/budget.hpp>
#include <grit/pipeline.hpp>
#include <grit/retry.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

struct Slow : std::runtime_error {
    Slow() : std::runtime_error("slow") {}
};

template <class H, class F>
bool fails(H const& hedge, F const& f) {
    bool failed = false;
    try {
        hedge.judge(failed)(f);
    } catch (std::exception const&) { // what counts is whether it was a failure
    }
    return failed;
}

} // namespace

TEST_CASE("a hedge has its numbers as constants or at run time", "[R-700]") {
    STATIC_REQUIRE(Hedge<50ms>{}.attempts() == 2);
    STATIC_REQUIRE(Hedge<50ms, 3>{}.attempts() == 3);
    STATIC_REQUIRE(Hedge<50ms, 3>{}.delay() == 50ms);
    STATIC_REQUIRE(sizeof(Hedge<50ms, 3>) == 1);
    STATIC_REQUIRE(std::is_copy_constructible_v<Hedge<50ms, 3>>);
    Hedge const hedge{20ms, 4};
    CHECK(hedge.delay() == 20ms);
    CHECK(hedge.attempts() == 4);
    CHECK(Hedge{0s, 2}.delay() == 0s);
    CHECK(describe<Hedge<50ms, 3>>() == "Hedge<50ms, 3>");
}

TEST_CASE("values that a hedge cannot use are refused when it is made", "[R-700]") {
    CHECK_THROWS_AS((Hedge{-1ms, 2}), std::invalid_argument);
    CHECK_THROWS_AS((Hedge{1ms, 1}), std::invalid_argument);
    CHECK_THROWS_AS((Hedge{1ms, 65}), std::invalid_argument);
    CHECK_NOTHROW(Hedge{1ms, 64});
}

TEST_CASE("a hedge takes for a failure what a retry would retry", "[R-701]") {
    Hedge<50ms> const any;
    CHECK(fails(any, []() -> int { throw Slow{}; }));
    CHECK(fails(any, [] { return std::make_error_code(std::errc::timed_out); }));
    CHECK_FALSE(fails(any, [] { return std::error_code{}; }));
    CHECK_FALSE(fails(any, [] { return 1; }));
    Hedge<50ms, 2, RetryIf<Slow>> const named;
    CHECK(fails(named, []() -> int { throw Slow{}; }));
    CHECK_FALSE(fails(named, []() -> int { throw std::logic_error{"404"}; }));
    Hedge const by_value{50ms, 2, RetryIfResult{[](int status) { return status == 503; }}};
    CHECK(fails(by_value, [] { return 503; }));
    CHECK_FALSE(fails(by_value, [] { return 404; }));
}

TEST_CASE("a further attempt takes what the budget says, and a success brings it back", "[R-702]") {
    RetryBudget<3, 1, 2> budget;
    Hedge const hedge{50ms, 2, StopOverBudget{budget}};
    CHECK(hedge.try_pay());
    CHECK(budget.left() == 1);
    CHECK_FALSE(hedge.try_pay());
    hedge.succeeded();
    CHECK(budget.left() == 2);
    CHECK(hedge.try_pay());
    CHECK(Hedge<50ms>{}.try_pay());
}

TEST_CASE("the delay of a hedge follows the calls where a policy says so", "[R-708]") {
    Hedge<50ms, 2, DelayAtQuantile<95, 10ms, 1s>> hedge;
    STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<decltype(hedge)>);
    CHECK(hedge.delay() == 50ms);
    hedge.told(false);
    CHECK(hedge.delay() == 52375us);
    for (int i = 0; i < 10'000; ++i) hedge.told(true);
    CHECK(hedge.delay() == 10ms);
    Hedge<1ms, 2, DelayAtQuantile<95, 10ms, 1s>> const starts_low;
    CHECK(starts_low.delay() == 10ms);
}

TEST_CASE("a hedge is a stage that a pipeline holds, inside a retry", "[R-703]") {
    auto const stages = pipeline(Retrying<StopAfterAttempt<2>>{}, Hedge<50ms>{});
    STATIC_REQUIRE(Stage<decltype(stages)>);
    STATIC_REQUIRE(races_attempts<std::remove_const_t<decltype(stages)>>);
    CHECK(describe<std::remove_const_t<decltype(stages)>>().find("Hedge<50ms, 2>") != std::string_view::npos);
}
