// SPDX-License-Identifier: BSL-1.0
// Many threads through opening and closing, on the real atomics and the real clock: probes stay within their limit,
// every permit is accounted for, and the circuit is never stuck. Ten million calls with GRIT_LONG_TESTS=1 in the
// environment.
#include <grit/circuit_breaker.hpp>

#include <atomic>
#include <cstdlib>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;

namespace {

constexpr int probes = 3;

/// What the changes of one circuit add up to.
struct Changes {
    std::atomic<int> opened{0}, half_open{0}, closed{0}, all{0};
};
Changes changes;
void count(StateChange const& change) noexcept {
    changes.all.fetch_add(1, std::memory_order_relaxed);
    if (change.to == CircuitState::open) changes.opened.fetch_add(1, std::memory_order_relaxed);
    if (change.to == CircuitState::half_open) changes.half_open.fetch_add(1, std::memory_order_relaxed);
    if (change.to == CircuitState::closed) changes.closed.fetch_add(1, std::memory_order_relaxed);
}

struct Totals {
    long long admitted = 0, refused = 0, ended = 0, neutral = 0;
};

/// A circuit that is asked by many threads; phases of failure and of success alternate by the number of calls.
template <class Breaker>
void soak(Breaker& breaker, int threads, long long calls) {
    changes.opened = changes.half_open = changes.closed = changes.all = 0;
    auto const first_epoch = breaker.epoch();
    std::atomic<long long> made{0};
    std::atomic<int> probes_over{0};
    // Permits of half-open epochs: how many were admitted in the same epoch, counted by the epoch's low bits.
    constexpr std::size_t slots = 4096;
    std::vector<std::atomic<std::uint64_t>> in_epoch(slots); // epoch 32, admitted 32
    std::vector<Totals> totals(static_cast<std::size_t>(threads));
    auto const note_probe = [&](std::uint32_t epoch) {
        auto& slot = in_epoch[epoch % slots];
        std::uint64_t was = slot.load(std::memory_order_relaxed);
        for (;;) {
            std::uint64_t const admitted = was >> 32 == epoch ? (was & 0xffffffffu) + 1 : 1;
            if (slot.compare_exchange_weak(was, std::uint64_t{epoch} << 32 | admitted)) {
                if (admitted > probes) probes_over.fetch_add(1);
                return;
            }
        }
    };
    auto const work = [&](std::size_t self) {
        SplitMix64 random{self + 1};
        Totals& mine = totals[self];
        for (;;) {
            long long const number = made.fetch_add(1, std::memory_order_relaxed);
            if (number >= calls) return;
            bool const failing = number / 5'000 % 2 == 1;
            auto const bits = random();
            if (bits % 20'011 == 0) breaker.reset();
            auto token = breaker.look();
            detail::CircuitRefusal rejection{};
            if (!breaker.admits(token, rejection)) {
                ++mine.refused;
                std::this_thread::yield();
                continue;
            }
            ++mine.admitted;
            detail::Word const word = detail::word_of(token);
            // A probe never ends as neutral here, which would give its place back: so all that are admitted count.
            bool const is_probe = detail::kind_of(word) == CircuitState::half_open;
            if (is_probe) note_probe(detail::epoch_of(word));
            if (bits % 64 == 0) std::this_thread::yield(); // so that some end late
            auto const outcome = !is_probe && bits % 16 == 1 ? Outcome::neutral
                                 : failing ? (bits >> 8 & 3) != 0 ? Outcome::failure : Outcome::success
                                           : Outcome::success;
            breaker.end(token, outcome);
            ++(outcome == Outcome::neutral ? mine.neutral : mine.ended);
        }
    };
    std::vector<std::thread> running;
    for (std::size_t i = 0; i < totals.size(); ++i) running.emplace_back(work, i);
    for (std::thread& t : running) t.join();

    Totals all;
    for (Totals const& t : totals) {
        all.admitted += t.admitted;
        all.refused += t.refused;
        all.ended += t.ended;
        all.neutral += t.neutral;
    }
    CAPTURE(threads, all.admitted, all.refused, changes.opened.load(), changes.closed.load());
    REQUIRE(probes_over == 0);
    REQUIRE(all.admitted + all.refused == calls);
    REQUIRE(all.ended + all.neutral == all.admitted);
    // One event for each epoch.
    REQUIRE(((breaker.epoch() - first_epoch) & 0xffffff) == static_cast<std::uint32_t>(changes.all & 0xffffff));
    REQUIRE(changes.opened > 0);
    REQUIRE(changes.closed > 0);
    // At rest no permit is out, so whatever state it is in, healthy calls close it.
    for (int i = 0; i < 1000 && breaker.state() != CircuitState::closed; ++i) {
        auto permit = breaker.try_acquire();
        if (permit) permit.success();
        else std::this_thread::sleep_for(permit.rejection().retry_after());
    }
    REQUIRE(breaker.state() == CircuitState::closed);
}

template <class... Trips>
void soak_all() {
    using Breaker = CircuitBreaker<Trips..., OpenFor<1ms>, HalfOpenProbes<probes>, CloseAfterSuccesses<2>,
                                   AllowProbeFailures<1>, ProbeLease<1min>, OnStateChange<count>>;
    static Breaker breaker;
    // Several times in one process: what it remembers of a run must not disturb the next.
    bool const is_long = std::getenv("GRIT_LONG_TESTS") != nullptr;
    for (int const threads : {2, 4, 8}) soak(breaker, threads, is_long ? 10'000'000 : 50'000);
}

} // namespace

TEST_CASE("A circuit under load opens and closes, and loses nothing", "[circuit_breaker][soak][R-210]") {
    SECTION("failures in a row") { soak_all<OpenAfterFailures<5>>(); }
    SECTION("a count window") { soak_all<OpenAtFailureRate<50, CountWindow<20>, MinimumCalls<10>>>(); }
    SECTION("failures within a time") { soak_all<OpenAfterFailuresWithin<5, 10ms>>(); }
    SECTION("a window of time") { soak_all<OpenAtFailureRate<50, TimeWindow<1ms, 4>, MinimumCalls<10>>>(); }
    SECTION("slow calls beside failures") {
        soak_all<OpenAtSlowCallRate<50, SlowerThan<1ms>, TimeWindow<10ms, 10>, MinimumCalls<10>>,
                 OpenAfterFailures<5>>();
    }
}
