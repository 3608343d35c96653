// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/bucket_ring.hpp>

#include <cstdlib>

#include "circuit_breaker/explorer.hpp"
#include "support/catch.hpp"

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
Explorer<InWorld<Trip>> search(std::size_t threads, int calls, int jumps, int controls) {
    Explorer<InWorld<Trip>> e;
    e.threads = threads;
    e.calls = calls;
    e.jumps = jumps;
    e.jump = 2ms;
    e.lease = 2ms;
    e.controls = controls;
    e.calls_to_trip = 2;
    e.first_word = detail::transition(0, CircuitState::closed); // no cell is of its epoch
    if (std::is_same_v<Trip, Rate>) {
        e.failed_to_trip = 2;
        e.all_fail = true;
    }
    return e;
}

template <class E>
void holds(E e) {
    e.explore();
    CAPTURE(e.states, e.violation);
    UNSCOPED_INFO("states: " << e.states);
    REQUIRE(e.violation == "");
    REQUIRE(e.states > 1'000);
    REQUIRE(e.states < e.limit);
}

struct Plain {
    template <class T>
    using Atomic = std::atomic<T>;
};
detail::Counts sum(auto const& ring, std::uint32_t epoch, std::int64_t bucket) {
    detail::Counts all;
    ring.each(epoch, bucket, [&](std::int64_t, detail::Counts n) {
        all.calls += n.calls;
        all.marked += n.marked;
    });
    return all;
}

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
    REQUIRE(sum(ring, epoch, at + 1).calls == 3);
    REQUIRE(sum(ring, epoch, at + 1).marked == 2);
    REQUIRE(sum(ring, epoch, at + 2).calls == 3);
    REQUIRE(sum(ring, epoch, at + 3).calls == 1);
    REQUIRE(sum(ring, epoch, at + 4).calls == 0);
    REQUIRE(sum(ring, epoch, at).calls == 3); // what others have begun since counts too
    REQUIRE(sum(ring, epoch + 1, at + 1).calls == 0);

    REQUIRE(ring.record(epoch + 1, at, true, true, late) == Recorded::discarded);
    REQUIRE(sum(ring, epoch, at + 1).calls == 3);
    REQUIRE(ring.record(epoch, at + 3, true, true, current) == Recorded::first);
    REQUIRE(ring.record(epoch, at, true, true, current) == Recorded::discarded); // older than the window
    REQUIRE(ring.record(epoch + 1, at + 1, true, true, current) == Recorded::first);
    REQUIRE(sum(ring, epoch + 1, at + 1).calls == 1);
    ring.amend(epoch, at + 1, {1, 1}); // its bucket is gone
    REQUIRE(sum(ring, epoch + 1, at + 1).calls == 1);
}

TEST_CASE("A full bucket never carries into its neighbours", "[circuit_breaker][R-269]") {
    detail::BucketRing<Plain, 2> halving;
    detail::BucketRing<Plain, 2> sampling;
    auto const current = [] { return true; };
    for (int i = 0; i < 100'000; ++i) {
        halving.record(1, 0, true, true, current);
        sampling.record(1, 0, true, false, current);
        if (i < detail::most_in_cell) continue;
        REQUIRE(sum(halving, 1, 0).calls > detail::most_minimum);
        REQUIRE(sum(halving, 1, 0).calls <= detail::most_in_cell);
        REQUIRE(sum(halving, 1, 0).marked == sum(halving, 1, 0).calls);
        REQUIRE(sum(sampling, 1, 0).calls == detail::most_in_cell);
    }
}

TEST_CASE("No interleaving loses a count or misses a trip", "[circuit_breaker][model]") {
    SECTION("two threads, two calls each") { holds(search<Rate>(2, 2, 0, 0)); }
    SECTION("two threads, with a clock that moves") { holds(search<Rate>(2, 2, 1, 0)); }
    SECTION("a late result beside controls") { holds(search<Rate>(2, 1, 0, 2)); }
    SECTION("slow calls of two threads, with a clock that moves") { holds(search<Slow>(2, 1, 2, 0)); }
    SECTION("slow calls beside controls") { holds(search<Slow>(2, 1, 0, 2)); }
    if (std::getenv("GRIT_LONG_TESTS") != nullptr) {
        SECTION("three threads") { holds(search<Rate>(3, 1, 0, 0)); }
        SECTION("three threads, with a clock that moves") { holds(search<Rate>(3, 1, 1, 0)); }
        SECTION("two threads, two calls each, with a clock that moves on") { holds(search<Rate>(2, 2, 3, 0)); }
        SECTION("two threads, two calls each, beside controls") { holds(search<Rate>(2, 2, 0, 2)); }
        SECTION("slow calls of two threads, two each, with a clock that moves") { holds(search<Slow>(2, 2, 2, 0)); }
    }
}

TEST_CASE("The search finds what other windows do wrong", "[circuit_breaker][model]") {
    auto const finds = [](Fault fault, char const* invariant, auto e) {
        e.fault = fault;
        e.explore();
        CAPTURE(e.states);
        REQUIRE_THAT(e.violation, Catch::Matchers::ContainsSubstring(invariant));
    };
    SECTION("beginning a bucket blindly") { finds(Fault::blind_bucket, "I10", search<Rate>(2, 1, 0, 0)); }
    SECTION("no epoch in the bucket") { finds(Fault::no_epoch_in_bucket, "I", search<Rate>(2, 2, 0, 2)); }
    SECTION("no second look at the epoch") { finds(Fault::no_second_look, "I10", search<Rate>(2, 2, 0, 2)); }
}
