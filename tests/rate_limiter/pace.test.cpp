// SPDX-License-Identifier: BSL-1.0
#include <grit/rate_limiter/pace.hpp>

#include <algorithm>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;
using detail::ArrivalTime;

namespace {

TimePoint at(Duration d) { return TimePoint{d}; }
constexpr Duration no_wait = Duration::zero();

/// What an arrival time stands for, told in another way: a bucket that fills with time, and may be overdrawn by those
/// who wait.
struct Bucket {
    Duration credit;
    Duration level = credit;
    TimePoint last{};

    void fill(TimePoint now) {
        level = std::min(credit, level + (now - last));
        last = now;
    }
    /// Returns: the wait; it is taken if that is `longest` at most.
    Duration take(TimePoint now, Duration cost, Duration longest) {
        fill(now);
        Duration const wait = std::max(Duration::zero(), cost - level);
        if (wait <= longest) level -= cost;
        return wait;
    }
    void give_back(TimePoint now, Duration cost) {
        fill(now);
        level = std::min(credit, level + cost);
    }
};

} // namespace

TEST_CASE("the time for one call is rounded up", "[R-400]") {
    STATIC_REQUIRE(detail::Pace<3, 1s, 3>::interval() == 333'333'334ns);
    STATIC_REQUIRE(detail::Pace<4, 1s, 4>::interval() == 250ms);
    STATIC_REQUIRE(detail::Pace<4, 1s, 8>::credit() == 2s);
    STATIC_REQUIRE(detail::Pace<1, 1ns, 1>::is_rate(1'000'000'000, 1s));
    STATIC_REQUIRE(!detail::Pace<1, 1ns, 1>::is_rate(1'000'000'001, 1s));
    STATIC_REQUIRE(!detail::Pace<1, 1ns, 1>::is_rate(0, 1s));
    STATIC_REQUIRE(detail::Pace<1, 1ns, 1>::is_rate(1, 1s));
    STATIC_REQUIRE(detail::Pace<1, 1ns, 1>::is_burst(1, 1h, 1));
    STATIC_REQUIRE(!detail::Pace<1, 1ns, 1>::is_burst(1, 1h, 0));
    STATIC_REQUIRE(detail::Pace<1, 1ns, 1>::is_burst(1, 24h, 3650));
    STATIC_REQUIRE(!detail::Pace<1, 1ns, 1>::is_burst(1, 24h, 3651));
}

TEST_CASE("an arrival time does what a bucket does, on random calls", "[R-400][R-404][R-405]") {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        std::mt19937_64 draw{seed};
        auto const below = [&](int n) { return static_cast<int>(draw() % static_cast<std::uint64_t>(n)); };
        Duration const interval{1 + below(1000)};
        int const burst = 1 + below(8);
        ArrivalTime arrival;
        Bucket bucket{interval * burst};
        TimePoint now = seed % 2 == 0 ? at(0s) : at(Duration{draw() % 1'000'000});
        struct Taken {
            ArrivalTime::Turn turn;
            Duration cost;
            int number;
        };
        std::vector<Taken> waiting;
        std::vector<std::pair<int, TimePoint>> line; // those that were not given back, the last one at the end
        for (int i = 0; i < 300; ++i) {
            if (below(2) == 0) now += Duration{below(2000)};
            if (!waiting.empty() && below(4) == 0) {
                auto const which = waiting.begin() + below(static_cast<int>(waiting.size()));
                bool const given = arrival.give_back(which->turn, which->cost);
                REQUIRE(given == (!line.empty() && line.back().first == which->number));
                if (given) {
                    bucket.give_back(now, which->cost);
                    line.pop_back();
                }
                waiting.erase(which);
                continue;
            }
            Duration const cost = interval * (1 + below(burst));
            Duration const longest = below(3) == 0 ? no_wait : Duration{below(3000)};
            ArrivalTime::Turn const turn = arrival.take(now, cost, interval * burst, longest);
            Duration const wait = bucket.take(now, cost, longest);
            REQUIRE(turn.wait == wait);
            REQUIRE(turn.taken == (wait <= longest));
            REQUIRE(!turn.closed);
            if (!turn.taken) continue;
            if (!line.empty() && line.back().second < now) line.clear(); // nobody will know that they were there
            line.push_back({i, turn.after});
            if (wait > no_wait) waiting.push_back({turn, cost, i});
        }
    }
}

TEST_CASE("a turn that is not the last one is lost when it is given back", "[R-404]") {
    ArrivalTime arrival;
    REQUIRE(arrival.take(at(1s), 1s, 1s, no_wait).taken);
    ArrivalTime::Turn const first = arrival.take(at(1s), 1s, 1s, 9s);
    ArrivalTime::Turn const second = arrival.take(at(1s), 1s, 1s, 9s);
    REQUIRE(!arrival.give_back(first, 1s));
    REQUIRE(arrival.give_back(second, 1s));
    REQUIRE(arrival.give_back(first, 1s)); // now it is the last one again
    REQUIRE(arrival.take(at(1s), 1s, 1s, 9s).wait == 1s);
}

TEST_CASE("no time is too early or too late for a pace", "[R-409]") {
    for (Duration const start : {Duration{0}, Duration{-1h}, Duration{24h * 365 * 5}, Duration{24h * 365 * 290}}) {
        CAPTURE(start.count());
        ArrivalTime arrival;
        REQUIRE(arrival.idle(at(start)));
        REQUIRE(arrival.take(at(start), 1s, 2s, no_wait).taken);
        REQUIRE(arrival.take(at(start), 1s, 2s, no_wait).taken);
        REQUIRE(arrival.take(at(start), 1s, 2s, no_wait).wait == 1s);
        REQUIRE(!arrival.idle(at(start + 2s - 1ns)));
        REQUIRE(arrival.idle(at(start + 2s)));
        REQUIRE(arrival.take(at(start + 1s), 1s, 2s, no_wait).taken);
    }
    // At the end of time itself the last turn stays the last, and nothing is closed by it.
    ArrivalTime arrival;
    REQUIRE(arrival.take(TimePoint::max() - 1s, 1h, 1h, no_wait).taken);
    REQUIRE(!arrival.closed());
}

TEST_CASE("a closed arrival time remembers the last turn, however often it is closed", "[R-407]") {
    ArrivalTime arrival;
    REQUIRE(arrival.take(at(5s), 2s, 2s, no_wait).taken);
    REQUIRE(arrival.close() == at(7s));
    REQUIRE(arrival.closed());
    REQUIRE(arrival.close() == at(7s));
    ArrivalTime::Turn const turn = arrival.take(at(100s), 1s, 2s, 9s);
    REQUIRE(!turn.taken);
    REQUIRE(turn.closed);
    REQUIRE(!arrival.give_back({no_wait, at(7s), true, false}, 2s));
    REQUIRE(arrival.closed());
}

TEST_CASE("threads take exactly what there is", "[R-400][R-406]") {
    constexpr int threads = 4;
    constexpr int credit = 2000;
    ArrivalTime arrival;
    std::vector<std::vector<TimePoint>> taken(threads);
    std::vector<std::thread> running;
    for (int t = 0; t < threads; ++t)
        running.emplace_back([&, t] {
            for (;;) {
                ArrivalTime::Turn const turn = arrival.take(at(1s), Duration{1}, Duration{credit}, no_wait);
                if (!turn.taken) return;
                if (turn.after.time_since_epoch().count() % 7 == t && arrival.give_back(turn, Duration{1})) continue;
                taken[static_cast<std::size_t>(t)].push_back(turn.after);
            }
        });
    for (std::thread& one : running) one.join();
    std::vector<TimePoint> all;
    for (auto const& of_one : taken) all.insert(all.end(), of_one.begin(), of_one.end());
    std::sort(all.begin(), all.end());
    REQUIRE(std::adjacent_find(all.begin(), all.end()) == all.end()); // no turn twice
    REQUIRE(all.size() <= credit);
    REQUIRE(all.back() == at(1s + Duration{credit}));
}
