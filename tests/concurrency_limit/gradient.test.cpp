// SPDX-License-Identifier: BSL-1.0
#include <grit/concurrency_limit/gradient.hpp>

#include <stdexcept>

#include <grit/core/describe.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

/// A service that is asked by as many as the limit lets in, again and again.
struct Loop {
    Gradient<> gradient;
    Gradient<>::State state{};
    int limit = 20;
    TimePoint now{1000s};

    /// All calls of one round take so long. Returns: the limit after it.
    int round(Duration latency, int used = 1000, bool overload = false) {
        int const calls = limit;
        TimePoint const started = now;
        now += latency;
        for (int i = 0; i < calls; ++i) limit = gradient.next(state, limit, {started, now, used, overload});
        return limit;
    }
};

} // namespace

TEST_CASE("the limit grows while the latency is tolerated, and shrinks in proportion beyond", "[R-432]") {
    Loop loop;
    REQUIRE(loop.round(10ms) == 20); // the first calls measure, and none of this round decides
    int before = 20;
    for (int i = 0; i < 20; ++i) {
        int const after = loop.round(15ms);
        REQUIRE(after >= before);
        REQUIRE(after <= before + 1);
        before = after;
    }
    REQUIRE(before >= 30);
    loop.round(30ms);
    REQUIRE(loop.limit < before); // double the tolerance: half of it is wanted, and a fifth of the way gone
    REQUIRE(loop.limit >= before * 9 / 10);
    for (int i = 0; i < 60; ++i) loop.round(1s);
    REQUIRE(loop.limit >= 4); // the headroom holds it up
    REQUIRE(loop.limit <= 10);
}

TEST_CASE("an overload counts as a latency of double the tolerance", "[R-432][R-433]") {
    Loop slow, overloaded;
    slow.round(10ms);
    overloaded.round(10ms);
    for (int i = 0; i < 10; ++i) REQUIRE(overloaded.round(10ms, 1000, true) == slow.round(30ms));
}

TEST_CASE("nothing is decided while less than half of the places are taken", "[R-432]") {
    Loop loop;
    loop.round(10ms);
    for (int i = 0; i < 50; ++i) REQUIRE(loop.round(10ms, 9) == 20);
    for (int i = 0; i < 50; ++i) REQUIRE(loop.round(10s, 9) == 20);
}

TEST_CASE("calls that began before the last decision say nothing", "[R-432]") {
    Loop loop;
    loop.round(10ms);
    TimePoint const before = loop.now - 1ms;
    loop.round(10ms);
    loop.round(10ms);
    int const limit = loop.limit;
    for (int i = 0; i < 100; ++i)
        REQUIRE(loop.gradient.next(loop.state, limit, {before, before + 1h, 1000, false}) == limit);
}

TEST_CASE("every hundredth decision measures anew, with a quarter of the calls", "[R-432]") {
    // A service without limit becomes ten times as slow for good: the limit comes down, and then goes up again.
    Loop loop;
    for (int i = 0; i < 50; ++i) loop.round(10ms);
    int const high = loop.limit;
    REQUIRE(high > 40);
    int measured = 0;
    int lowest = high;
    for (int i = 0; i < 200; ++i) {
        int const before = loop.limit;
        int const after = loop.round(100ms);
        if (after < before / 2) ++measured;
        lowest = after < lowest ? after : lowest;
    }
    REQUIRE(measured >= 1);
    REQUIRE(lowest <= 3);
    for (int i = 0; i < 200; ++i) loop.round(100ms);
    REQUIRE(loop.limit > high);
}

TEST_CASE("the hundredth decision and no other starts a measurement", "[R-432]") {
    Loop loop;
    loop.round(10ms);
    for (int i = 1; i < 100; ++i) {
        int const before = loop.limit;
        REQUIRE(loop.round(10ms) >= before);
    }
    int const before = loop.limit;
    REQUIRE(loop.round(10ms) == before / 4);
    REQUIRE(loop.round(10ms) >= before); // it goes back to what it was
}

TEST_CASE("a limit that was bounded goes on from there", "[R-432]") {
    Loop loop;
    for (int i = 0; i < 30; ++i) loop.round(10ms);
    REQUIRE(loop.limit > 30);
    loop.limit = 12;
    REQUIRE(loop.round(10ms) == 12); // four fifths of a place more
    REQUIRE(loop.round(10ms) == 13);
}

TEST_CASE("Gradient at run time is checked when it is made", "[R-437]") {
    Gradient tuned{200, 8};
    STATIC_REQUIRE(std::is_same_v<decltype(tuned), Gradient<dynamic, dynamic>>);
    REQUIRE(tuned.tolerance() == 200);
    REQUIRE(tuned.headroom() == 8);
    REQUIRE(Gradient{100, 1}.headroom() == 1);
    REQUIRE(Gradient{1000, 1000}.tolerance() == 1000);
    REQUIRE_THROWS_AS((Gradient{99, 4}), std::invalid_argument);
    REQUIRE_THROWS_AS((Gradient{1001, 4}), std::invalid_argument);
    REQUIRE_THROWS_AS((Gradient{150, 0}), std::invalid_argument);
    REQUIRE_THROWS_AS((Gradient{150, 1001}), std::invalid_argument);
    REQUIRE(describe<Gradient<>>() == "Gradient<>");
    REQUIRE(describe<Gradient<200, 8>>() == "Gradient<200, 8>");
}
