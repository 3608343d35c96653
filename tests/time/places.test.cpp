// SPDX-License-Identifier: BSL-1.0
#include <grit/time/places.hpp>

#include <algorithm>
#include <atomic>
#include <deque>
#include <list>
#include <random>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace grit;
using detail::Places;
using detail::Waiter;
using Entry = Places::Entry;
using State = Waiter::State;

namespace {

struct Caller {
    int number = 0;
    Waiter waiter;
    bool rung = false;
    Waker waker() {
        return {&rung, [](void* flag) { *static_cast<bool*>(flag) = true; }};
    }
};

} // namespace

TEST_CASE("a place that is given up goes to the first in line", "[R-421]") {
    Places places{1};
    REQUIRE(places.enter());
    REQUIRE(!places.enter());
    Caller a, b, c;
    REQUIRE(places.enter(a.waiter, 2) == Entry::line);
    REQUIRE(places.enter(b.waiter, 2) == Entry::line);
    REQUIRE(places.enter(c.waiter, 2) == Entry::full);
    places.park(a.waiter, a.waker());
    places.leave();
    REQUIRE(a.rung);
    REQUIRE(!places.enter()); // nobody overtakes
    REQUIRE(places.used() == 1);
    REQUIRE(places.waiting() == 1);
    REQUIRE(places.settle(a.waiter) == State::called);
    REQUIRE(places.settle(a.waiter) == State::outside);
    places.leave();
    places.park(b.waiter, b.waker());
    REQUIRE(b.rung); // who is parked too late is told at once
    REQUIRE(places.settle(b.waiter) == State::called);
    places.leave();
    REQUIRE(places.used() == 0);
}

TEST_CASE("who would stand in line goes in where a place has come free meanwhile", "[R-421]") {
    Places places{1};
    Caller a, b;
    REQUIRE(places.enter(a.waiter, 9) == Entry::in);
    REQUIRE(places.used() == 1);
    REQUIRE(places.waiting() == 0);
    REQUIRE(places.enter(b.waiter, 0) == Entry::full);
    places.leave();
    REQUIRE(places.used() == 0);
}

TEST_CASE("who leaves the line is not called, wherever he stood", "[R-422]") {
    for (int leaves = 0; leaves < 3; ++leaves) {
        Places places{1};
        REQUIRE(places.enter());
        Caller callers[3];
        for (Caller& one : callers) {
            REQUIRE(places.enter(one.waiter, 3) == Entry::line);
            places.park(one.waiter, one.waker());
        }
        REQUIRE(places.settle(callers[leaves].waiter) == State::in_line);
        REQUIRE(places.waiting() == 2);
        for (int i = 0; i < 3; ++i) {
            if (i == leaves) continue;
            REQUIRE(!callers[i].rung);
            places.leave();
            REQUIRE(callers[i].rung);
            REQUIRE(places.settle(callers[i].waiter) == State::called);
        }
        REQUIRE(!callers[leaves].rung);
        places.leave();
        REQUIRE(places.used() == 0);
        REQUIRE(places.waiting() == 0);
    }
}

TEST_CASE("a waiter may stand in line again, wherever it stood before", "[R-421]") {
    Places places{1};
    REQUIRE(places.enter());
    Caller a, b, c;
    for (Caller* one : {&a, &b, &c}) REQUIRE(places.enter(one->waiter, 9) == Entry::line);
    for (Caller* one : {&b, &a, &c}) REQUIRE(places.settle(one->waiter) == State::in_line);
    for (Caller* one : {&b, &a}) REQUIRE(places.enter(one->waiter, 9) == Entry::line); // each had neighbours
    REQUIRE(places.waiting() == 2);
    places.leave();
    REQUIRE(places.settle(b.waiter) == State::called);
    places.leave();
    REQUIRE(places.settle(a.waiter) == State::called);
    places.leave();
    REQUIRE(places.used() == 0);
    REQUIRE(places.idle());
    REQUIRE(places.enter(b.waiter, 9) == Entry::in);
    REQUIRE(!places.idle());
    places.leave();
    places.close();
    REQUIRE(!places.idle());
}

TEST_CASE("who has waited for the end in vain is not told of it any more", "[R-426]") {
    Places places{2};
    REQUIRE((places.enter() && places.enter()));
    places.close();
    std::atomic<bool> first_is_there{false};
    std::thread first{[&] {
        first_is_there = true;
        places.wait_until_empty(TimePoint::max());
    }};
    while (!first_is_there) std::this_thread::yield();
    for (int i = 0; i < 3; ++i) REQUIRE(!places.wait_until_empty(TimePoint{}));
    places.leave();
    REQUIRE(!places.wait_until_empty(TimePoint{}));
    places.leave();
    first.join();
    REQUIRE(places.wait_until_empty(TimePoint::max()));
}

TEST_CASE("an unparked waiter is not told, and has its place", "[R-423]") {
    Places places{1};
    REQUIRE(places.enter());
    Caller a;
    REQUIRE(places.enter(a.waiter, 1) == Entry::line);
    places.park(a.waiter, a.waker());
    places.unpark(a.waiter);
    places.leave();
    REQUIRE(!a.rung);
    REQUIRE(places.settle(a.waiter) == State::called);
    places.leave();
}

TEST_CASE("more places call as many in line, and fewer let those inside stay", "[R-429]") {
    Places places{1};
    REQUIRE(places.enter());
    Caller callers[3];
    for (Caller& one : callers) REQUIRE(places.enter(one.waiter, 3) == Entry::line);
    places.set_limit(3);
    REQUIRE(places.limit() == 3);
    REQUIRE(places.used() == 3);
    REQUIRE(places.waiting() == 1);
    places.set_limit(1);
    places.leave();
    places.leave();
    REQUIRE(places.used() == 1);
    REQUIRE(places.waiting() == 1);
    places.leave();
    REQUIRE(places.used() == 1);
    REQUIRE(places.waiting() == 0);
    REQUIRE(places.settle(callers[2].waiter) == State::called);
    places.leave();
    REQUIRE(places.enter());
    REQUIRE(!places.enter());
}

TEST_CASE("a close refuses the line and lets those inside end", "[R-426]") {
    Places places{2};
    REQUIRE((places.enter() && places.enter()));
    Caller a, b;
    REQUIRE(places.enter(a.waiter, 9) == Entry::line);
    places.park(a.waiter, a.waker());
    places.close();
    REQUIRE(a.rung);
    REQUIRE(places.settle(a.waiter) == State::refused);
    REQUIRE(places.enter(b.waiter, 9) == Entry::closed);
    REQUIRE(!places.enter());
    REQUIRE(places.closed());
    places.close();
    REQUIRE(!places.wait_until_empty(TimePoint{}));
    std::thread leaves{[&] {
        places.leave();
        places.leave();
    }};
    REQUIRE(places.wait_until_empty(TimePoint::max()));
    leaves.join();
    REQUIRE(places.wait_until_empty(TimePoint{}));
}

TEST_CASE("who waits for the end waits for the last, and not where nobody is inside", "[R-426]") {
    for (int i = 0; i < 200; ++i) {
        int const inside = i % 3;
        Places places{2};
        for (int n = 0; n < inside; ++n) REQUIRE(places.enter());
        places.close();
        std::thread leaves{[&] {
            for (int n = 0; n < inside; ++n) {
                for (int j = 0; j < 20; ++j) std::this_thread::yield();
                places.leave();
            }
        }};
        bool const empty = places.wait_until_empty(TimePoint::max());
        leaves.join();
        REQUIRE(empty);
    }
}

TEST_CASE("places do what a count and a queue do, on random calls", "[R-420][R-421][R-422]") {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        std::mt19937_64 draw{seed};
        auto const below = [&](int n) { return static_cast<int>(draw() % static_cast<std::uint64_t>(n)); };
        int limit = 1 + below(4);
        int const line = below(5);
        Places places{limit};
        std::list<Caller> callers; // in line, in their order, or called and not yet settled
        std::deque<Caller*> model;
        int inside = 0;
        int called = 0;
        auto const hand_over = [&] {
            while (!model.empty() && inside < limit) {
                ++inside;
                ++called;
                model.pop_front();
            }
        };
        for (int i = 0; i < 400; ++i) {
            switch (below(6)) {
            case 0:
            case 1: {
                Caller& one = callers.emplace_back();
                one.number = i;
                Entry const entry = places.enter() ? Entry::in : places.enter(one.waiter, line);
                Entry const expected = model.empty() && inside < limit          ? Entry::in
                                       : static_cast<int>(model.size()) >= line ? Entry::full
                                                                                : Entry::line;
                REQUIRE(entry == expected);
                if (entry == Entry::in) ++inside;
                if (entry == Entry::line) {
                    model.push_back(&one);
                    if (below(2) == 0) places.park(one.waiter, one.waker());
                } else callers.pop_back();
                break;
            }
            case 2:
            case 3:
                if (inside == 0) break;
                places.leave();
                --inside;
                hand_over();
                break;
            case 4: {
                if (callers.empty()) break;
                auto const which = std::next(callers.begin(), below(static_cast<int>(callers.size())));
                auto const at = std::find(model.begin(), model.end(), &*which);
                State const state = places.settle(which->waiter);
                REQUIRE(state == (at == model.end() ? State::called : State::in_line));
                if (at != model.end()) model.erase(at);
                else --called;
                callers.erase(which);
                break;
            }
            default:
                if (below(4) != 0) break;
                limit = 1 + below(4);
                places.set_limit(limit);
                hand_over();
            }
            REQUIRE(places.used() == inside);
            REQUIRE(places.waiting() == static_cast<int>(model.size()));
            REQUIRE(static_cast<int>(callers.size()) == static_cast<int>(model.size()) + called);
        }
    }
}

TEST_CASE("threads in places: never more than there are, and none is lost", "[R-420]") {
    Places places{3};
    std::atomic<int> inside{0};
    std::atomic<int> most{0};
    std::atomic<int> went_in{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 6; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 2000; ++i) {
                Waiter waiter;
                bool in = places.enter();
                if (!in) {
                    Entry const entry = places.enter(waiter, 4);
                    in = entry == Entry::in;
                    if (entry == Entry::line) {
                        detail::Bell bell;
                        places.park(waiter, Waker{&bell, [](void* b) { static_cast<detail::Bell*>(b)->ring(); }});
                        // Every third one gives up at once, and may have been called meanwhile.
                        if ((i + t) % 3 != 0) bell.wait_until(TimePoint::max());
                        in = places.settle(waiter) == State::called;
                    }
                }
                if (!in) continue;
                int const now = ++inside;
                for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
                }
                ++went_in;
                if (i % 32 == 0) std::this_thread::yield();
                --inside;
                places.leave();
            }
        });
    for (std::thread& one : threads) one.join();
    REQUIRE(most <= 3);
    REQUIRE(went_in > 0);
    REQUIRE(places.used() == 0);
    REQUIRE(places.waiting() == 0);
}
