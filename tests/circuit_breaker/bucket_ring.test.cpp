// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/bucket_ring.hpp>

#include <cstdlib>

#include "circuit_breaker/search.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

namespace {

using Rate = OpenAtFailureRate<100, TimeWindow<4ms, 2>, MinimumCalls<2>>;
using Slow = OpenAtSlowCallRate<100, SlowerThan<2ms>, TimeWindow<6ms, 3>, MinimumCalls<2>>;
template <class Trip>
using InWorld = CircuitBreaker<Trip, OpenFor<2ms>, ProbeLease<2ms>, Atomics<WorldAtomics>, Time<WorldTime>,
                               OnStateChange<WorldListener{}>>;

template <class Trip>
auto search(std::size_t threads, int calls, int jumps, int controls, Duration jump = 2ms) {
    auto const no_cell_of_its_epoch = detail::transition(0, CircuitState::closed);
    auto e = test::search<InWorld<Trip>>(threads, calls, jumps, controls, no_cell_of_its_epoch);
    e.calls_to_trip = 2;
    if (std::getenv("GRIT_LONG_TESTS") != nullptr) e.limit = 60'000'000;
    e.window = Trip{}.window().time();
    e.jump = jump;
    e.limit = 60'000'000;
    if (std::is_same_v<Trip, Rate>) {
        e.failed_to_trip = 2;
        e.all_fail = true;
    }
    return e;
}

struct Plain {
    template <class T>
    using Atomic = std::atomic<T>;
};

} // namespace

TEST_CASE("A ring of buckets forgets by time and by epoch", "[circuit_breaker][R-269][R-270]") {
    using detail::Recorded;
    detail::BucketRing<Plain, 3> ring;
    auto const current = [] { return true; };
    auto const late = [] { return false; };
    std::int64_t const at = GENERATE(0, 7, -4, -1, std::int64_t{1} << 40);
    std::uint32_t const epoch = GENERATE(0u, 5u, 0xffffu, 0xffffffu);
    REQUIRE(ring.record(epoch, at, true, true, current) == Recorded::first);
    REQUIRE(ring.record(epoch, at, false, true, current) == Recorded::counted);
    REQUIRE(ring.record(epoch, at + 1, true, true, current) == Recorded::first);
    REQUIRE(ring.sum(epoch, at + 1).calls == 3);
    REQUIRE(ring.sum(epoch, at + 1).marked == 2);
    REQUIRE(ring.sum(epoch, at + 2).calls == 3);
    REQUIRE(ring.sum(epoch, at + 3).calls == 1);
    REQUIRE(ring.sum(epoch, at + 4).calls == 0);
    REQUIRE(ring.sum(epoch, at).calls == 3); // what others have begun since counts too
    REQUIRE(ring.sum(epoch + 1, at + 1).calls == 0);

    REQUIRE(ring.record(epoch + 1, at, true, true, late) == Recorded::discarded);
    REQUIRE(ring.sum(epoch, at + 1).calls == 3);
    REQUIRE(ring.record(epoch, at + 3, true, true, current) == Recorded::first);
    REQUIRE(ring.record(epoch, at, true, true, current) == Recorded::discarded); // older than the window
    REQUIRE(ring.record(epoch + 1, at + 1, true, true, current) == Recorded::first);
    REQUIRE(ring.sum(epoch + 1, at + 1).calls == 1);
    ring.amend(epoch, at + 1, at + 1, {1, 1}); // its bucket is gone
    REQUIRE(ring.sum(epoch + 1, at + 1).calls == 1);
}

TEST_CASE("A full bucket never carries into its neighbours", "[circuit_breaker][R-269]") {
    detail::BucketRing<Plain, 2> halving;
    detail::BucketRing<Plain, 2> sampling;
    auto const current = [] { return true; };
    bool holds = true;
    for (int i = 0; i < 3 * detail::most_in_cell; ++i) {
        halving.record(1, 0, true, true, current);
        sampling.record(1, 0, true, false, current);
        if (i < detail::most_in_cell) continue;
        detail::Counts const n = halving.sum(1, 0);
        holds = holds && n.calls > detail::most_minimum && n.calls <= detail::most_in_cell && n.marked == n.calls &&
                sampling.sum(1, 0).calls == detail::most_in_cell;
    }
    REQUIRE(holds);
}

TEST_CASE("A call that comes very late neither counts nor destroys", "[circuit_breaker][R-285]") {
    using detail::Recorded;
    detail::BucketRing<Plain, 3> ring;
    auto const current = [] { return true; };
    std::int64_t const late = GENERATE(6, 9, 42, 45, 48, 51, 3 << 20);
    REQUIRE(ring.record(1, late, true, true, current) == Recorded::first);
    REQUIRE(ring.record(1, 0, true, true, current) == Recorded::discarded);
    REQUIRE(ring.sum(1, 0).calls == 0); // who asks so late sees nothing, as it can open nothing
    REQUIRE(ring.sum(1, late).calls == 1);
}

TEST_CASE("A round that a call of an earlier epoch begins takes nothing from the present one",
          "[circuit_breaker][R-270]") {
    detail::BucketRing<Plain, 3> ring;
    auto const current = [] { return true; };
    auto const late = [] { return false; };
    (void)ring.record(2, 4, true, true, current);
    REQUIRE(ring.record(1, 6, true, true, late) == detail::Recorded::discarded);
    REQUIRE(ring.sum(2, 6).calls == 1);
}

TEST_CASE("No interleaving loses a count or misses a trip", "[circuit_breaker][model]") {
    SECTION("two threads, two calls each") { holds(search<Rate>(2, 2, 0, 0)); }
    SECTION("two threads, with a clock that moves") { holds(search<Rate>(2, 2, 1, 0)); }
    SECTION("two threads, with a clock that leaps over rounds") { holds(search<Rate>(2, 1, 2, 0, 8ms)); }
    SECTION("a late result beside controls") { holds(search<Rate>(2, 1, 0, 2)); }
    SECTION("slow calls of two threads, with a clock that moves") { holds(search<Slow>(2, 1, 1, 0)); }
    SECTION("slow calls beside controls") { holds(search<Slow>(2, 1, 0, 1)); }
    if (std::getenv("GRIT_LONG_TESTS") != nullptr) {
        SECTION("three threads") { holds(search<Rate>(3, 1, 0, 0)); }
        SECTION("three threads, with a clock that moves") { holds(search<Rate>(3, 1, 1, 0)); }
        SECTION("two threads, two calls each, with a clock that moves on") { holds(search<Rate>(2, 2, 3, 0)); }
        SECTION("two threads, two calls each, with a clock that leaps") { holds(search<Rate>(2, 2, 2, 0, 8ms)); }
        SECTION("two threads, two calls each, beside controls") { holds(search<Rate>(2, 2, 0, 2)); }
        SECTION("slow calls of two threads, with a clock that moves on") { holds(search<Slow>(2, 1, 2, 0)); }
        SECTION("slow calls beside more controls") { holds(search<Slow>(2, 1, 0, 2)); }
    }
}

TEST_CASE("The search finds what other windows do wrong", "[circuit_breaker][model]") {
    SECTION("beginning a bucket blindly") { finds(Fault::blind_bucket, "I10", search<Rate>(2, 1, 0, 0)); }
    SECTION("no epoch in the bucket") { finds(Fault::no_epoch_in_bucket, "I", search<Rate>(2, 2, 0, 2)); }
    SECTION("no second look at the epoch") { finds(Fault::no_second_look, "I10", search<Rate>(2, 2, 0, 2)); }
}
