// SPDX-License-Identifier: BSL-1.0
#include <grit/core/keyed.hpp>

#include <atomic>
#include <memory>
#include <new>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <grit/circuit_breaker.hpp>
#include <grit/pipeline.hpp>
#include <grit/rate_limiter.hpp>
#include <grit/retry.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"
#include "support/counting_new.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

namespace {

using Breaker = CircuitBreaker<OpenAfterFailures<>, OpenFor<1s>, Time<ManualTime>>;
using Hosts = Keyed<std::string, Breaker>;

template <class K>
std::set<std::string> keys_of(K const& keyed) {
    std::set<std::string> keys;
    keyed.for_each([&](std::string const& key, auto&) { keys.insert(key); });
    return keys;
}

} // namespace

TEST_CASE("Keyed has one breaker for each key and forgets only what is idle", "[circuit_breaker][R-244]") {
    ManualTime time;
    Hosts hosts{OpenAfterFailures{2}, Time{time}};
    auto const a = hosts["a"];
    REQUIRE(hosts["a"] == a);
    REQUIRE(hosts["b"] != a);
    fail(*hosts["failing"]);
    fail(*hosts["open"], 2);
    succeed(*hosts["well"]);
    REQUIRE(hosts["b"]->state() == CircuitState::closed);
    REQUIRE(hosts.size() == 5);
    REQUIRE(hosts.forget_idle() == 2); // b and well; a is held, the others remember
    REQUIRE(hosts["a"] == a);
    REQUIRE(hosts["open"]->state() == CircuitState::open);
    REQUIRE(hosts.size() == 3);
}

TEST_CASE("Keyed gives all threads the same breaker", "[circuit_breaker][R-244]") {
    Keyed<int, CircuitBreaker<OpenAfterFailures<400>, OpenFor<60s>>> hosts;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 100; ++i)
                for (int key = 0; key < 3; ++key) hosts[key]->try_acquire().failure(), hosts.forget_idle();
        });
    for (std::thread& thread : threads) thread.join();
    for (int key = 0; key < 3; ++key) REQUIRE(hosts[key]->state() == CircuitState::open);
}

TEMPLATE_TEST_CASE("Keyed forgets what has failed a little and was idle for long", "[R-290]", OpenAfterFailures<5>,
                   (OpenAfterFailuresWithin<5, 60s>), (OpenAtFailureRate<50, CountWindow<20>, MinimumCalls<10>>),
                   (OpenAtFailureRate<50, TimeWindow<60s, 10>, MinimumCalls<10>>),
                   (OpenAtSlowCallRate<50, SlowerThan<2s>, TimeWindow<60s, 10>, MinimumCalls<10>>)) {
    ManualTime time{100s};
    Keyed<int, CircuitBreaker<TestType, OpenFor<60s>, Time<ManualTime>>> hosts{Time{time}};
    for (int key = 0; key != 100; ++key)
        for (int n = 0; n <= key % 3; ++n) {
            auto permit = hosts[key]->try_acquire();
            time.advance(3s);
            permit.failure();
        }
    auto const held = hosts[100];
    fail(*held);
    for (int n = 0; n != 20; ++n) hosts[101]->try_acquire().failure();
    hosts[101]->force_open();
    REQUIRE(hosts.size() == 102);
    time.advance(24h * 365);
    REQUIRE(hosts.forget_idle() == 100);
    REQUIRE(hosts.size() == 2); // one is held, one is open
    REQUIRE(hosts.find(101)->state() == CircuitState::forced_open);
}

TEST_CASE("Keyed remembers failures in a row for the time that it is told", "[R-290]") {
    ManualTime time;
    Hosts hosts{OpenAfterFailures{3}, Time{time}};
    fail(*hosts["a"]);
    time.advance(59min);
    REQUIRE(hosts.forget_idle() == 0);
    time.advance(1min);
    REQUIRE(hosts.forget_idle() == 1);
    fail(*hosts["b"]);
    time.advance(10s);
    REQUIRE(hosts.forget_idle(11s) == 0);
    REQUIRE(hosts.forget_idle(10s) == 1);
}

TEST_CASE("Keyed forgets a key when told, and handles go on", "[R-291]") {
    ManualTime time;
    Hosts hosts{OpenAfterFailures{2}, Time{time}};
    auto const old = hosts["a"];
    fail(*old, 2);
    REQUIRE(hosts.erase("a"));
    REQUIRE_FALSE(hosts.erase("a"));
    REQUIRE(old->state() == CircuitState::open);
    REQUIRE(hosts["a"] != old);
    REQUIRE(hosts["a"]->state() == CircuitState::closed);
    REQUIRE_FALSE(hosts.find("b"));
    REQUIRE(hosts.size() == 1);
}

TEST_CASE("Keyed shows all entries, and may be used meanwhile", "[R-291]") {
    ManualTime time;
    Hosts hosts{OpenAfterFailures{2}, Time{time}};
    for (char const* key : {"a", "b", "c"}) hosts[key];
    std::set<std::string> seen;
    hosts.for_each([&](std::string const& key, Breaker& breaker) {
        seen.insert(key);
        breaker.force_open();
        hosts.erase(key);
        hosts["new " + key];
    });
    REQUIRE(seen == std::set<std::string>{"a", "b", "c"});
    REQUIRE(keys_of(hosts) == std::set<std::string>{"new a", "new b", "new c"});
}

TEST_CASE("A bounded Keyed gives up what is missed least", "[R-292]") {
    ManualTime time;
    Hosts hosts{MaxEntries{3}, OpenAfterFailures{2}, Time{time}};
    auto const use = [&](char const* key, int failures) {
        time.advance(1s);
        fail(*hosts[key], failures);
    };
    SECTION("first what is idle, though it was used last") {
        use("failed", 1);
        use("open", 2);
        use("idle", 0);
        use("new", 0);
        REQUIRE(keys_of(hosts) == std::set<std::string>{"failed", "open", "new"});
    }
    SECTION("of those the one that was used least recently") {
        use("a", 0);
        use("b", 0);
        use("c", 0);
        use("a", 0);
        use("new", 0);
        REQUIRE(keys_of(hosts) == std::set<std::string>{"a", "c", "new"});
    }
    SECTION("uses count in the order of the entries that were made between them, whatever the clock says") {
        for (char const* key : {"a", "b", "c"}) hosts[key];
        hosts["b"];
        hosts["d"]; // in the place of a
        hosts["c"];
        hosts["d"];
        hosts["e"]; // in the place of b, which was used before d was made
        REQUIRE(keys_of(hosts) == std::set<std::string>{"c", "d", "e"});
    }
    SECTION("then what is closed") {
        use("open", 2);
        use("failed", 1);
        use("failed later", 1);
        use("new", 1);
        REQUIRE(keys_of(hosts) == std::set<std::string>{"open", "failed later", "new"});
    }
    SECTION("then any") {
        use("open", 2);
        use("open later", 2);
        use("open last", 2);
        use("new", 0);
        REQUIRE(keys_of(hosts) == std::set<std::string>{"open later", "open last", "new"});
    }
    SECTION("but never what somebody holds") {
        auto const a = hosts["a"];
        auto const b = hosts["b"];
        auto const c = hosts["c"];
        auto const d = hosts["d"];
        REQUIRE(hosts.size() == 4); // more than the bound
        REQUIRE(hosts["a"] == a);
    }
    REQUIRE_THROWS_AS(MaxEntries{0}, std::invalid_argument);
}

TEST_CASE("A bounded Keyed stays within its bound for any number of keys", "[R-292]") {
    Keyed<int, CircuitBreaker<OpenAfterFailures<2>, OpenFor<1s>>> hosts{MaxEntries{100}};
    std::mt19937 draw{1};
    for (int i = 0; i != 20'000; ++i) {
        hosts[static_cast<int>(draw() % 5'000)]->try_acquire().failure();
        REQUIRE(hosts.size() <= 100);
    }
    REQUIRE(hosts.size() == 100);
}

TEST_CASE("Whatever refers to an entry keeps it alive", "[R-293]") {
    ManualTime time;
    Hosts hosts{OpenAfterFailures{1}, Time{time}};
    SECTION("a permit") {
        auto permit = hosts["a"]->try_acquire();
        hosts.erase("a");
        REQUIRE(permit);
        permit.failure();
        auto other = hosts["b"]->try_acquire();
        other = hosts["c"]->try_acquire();
        hosts.erase("b"), hosts.erase("c");
        auto moved = std::move(other);
    }
    SECTION("a wrapped callable") {
        auto const wrapped = hosts["a"]->wrap([](int n) { return n + 1; });
        hosts.erase("a");
        REQUIRE(wrapped(1) == 2);
        auto const copy = wrapped;
        REQUIRE(copy(2) == 3);
    }
    SECTION("a pipeline") {
        Retrying<StopAfterAttempt<2>> const retrying;
        auto const by_entry = pipeline(retrying, *hosts["a"]);
        auto const by_handle = pipeline(retrying, hosts["a"]);
        auto const wrapped = by_handle.wrap([] { return 2; });
        hosts.erase("a");
        REQUIRE(by_entry([] { return 1; }) == 1);
        REQUIRE(by_handle([] { return 1; }) == 1);
        REQUIRE(wrapped() == 2);
        REQUIRE_THROWS_AS(by_entry([]() -> int { throw std::runtime_error{"x"}; }), CircuitOpenError);
    }
    SECTION("a rejection, by value and thrown") {
        hosts["a"]->force_open();
        auto const refused = hosts["a"]->try_call([] {});
        std::optional<CircuitOpenError> thrown;
        try {
            (*hosts["a"])([] {});
        } catch (CircuitOpenError const& error) {
            thrown = error;
        }
        hosts.erase("a");
        REQUIRE(refused.error().stage() == std::string_view{"circuit_breaker"});
        REQUIRE(thrown->stage() == std::string_view{"circuit_breaker"});
    }
    SECTION("a handle") {
        Hosts::Handle handle;
        {
            Hosts shorter{OpenAfterFailures{1}, Time{time}};
            handle = shorter["a"];
        }
        fail(*handle);
        REQUIRE(handle->state() == CircuitState::open);
    }
}

TEST_CASE("Keyed makes policies from the key, so that events say which", "[R-293]") {
    std::vector<std::string> opened;
    auto const note = [&](StateChange const& change) noexcept { opened.emplace_back(std::string_view{change.name}); };
    using Listener = decltype(OnStateChange{note});
    Keyed<std::string, CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>, Listener, Name<>>> hosts{
        [note](std::string const& host) { return std::tuple{OnStateChange{note}, Name{host}}; }};
    fail(*hosts["a.example"]);
    fail(*hosts["b.example"]);
    REQUIRE(opened == std::vector<std::string>{"a.example", "b.example"});
    REQUIRE(hosts["a.example"]->name() == "a.example");
}

TEST_CASE("A factory that throws leaves nothing behind", "[R-291]") {
    bool fails = true;
    Keyed<std::string, CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>, Name<>>> hosts{[&](std::string const& host) {
        if (fails) throw std::runtime_error{"no configuration"};
        return std::tuple{Name{host}};
    }};
    REQUIRE_THROWS_AS(hosts["a"], std::runtime_error);
    REQUIRE(hosts.size() == 0);
    fails = false;
    REQUIRE(hosts["a"]->name() == "a");
}

TEST_CASE("Keyed loses nothing where memory ends while it forgets", "[R-290]") {
    int allowed = 0;
    for (bool ended = true; ended; ++allowed) {
        CAPTURE(allowed);
        ManualTime time;
        Hosts hosts{OpenAfterFailures{2}, Time{time}};
        for (int key = 0; key != 40; ++key) hosts[std::to_string(key)];
        auto const held = hosts["7"];
        ended = false;
        allocations_left = allowed;
        try {
            hosts.forget_idle();
        } catch (std::bad_alloc const&) {
            ended = true;
        }
        allocations_left = -1;
        if (ended) {
            CHECK(hosts.size() == 40);
            for (int key = 0; key != 40; ++key) CHECK(hosts.find(std::to_string(key)) != nullptr);
            CHECK(hosts.forget_idle() == 39);
        }
        CHECK(hosts.find("7") == held);
        CHECK(held->state() == CircuitState::closed);
        CHECK(keys_of(hosts) == std::set<std::string>{"7"});
    }
    CHECK(allowed > 3);
}

TEST_CASE("Keyed loses nothing where a clock throws while it forgets", "[R-290]") {
    struct Clock {
        int& left;
        TimePoint now() const {
            if (left == 0) throw std::runtime_error{"no clock"};
            --left;
            return TimePoint{};
        }
        void sleep(Duration) const {}
    };
    int left = -1;
    Clock clock{left};
    int allowed = 0;
    for (bool threw = true; threw; ++allowed) {
        CAPTURE(allowed);
        Keyed<int, RateLimiter<5, 1s, 5, Time<Clock>>> users{Time{clock}};
        for (int key = 0; key != 5; ++key) users[key];
        threw = false;
        left = allowed;
        try {
            users.forget_idle();
        } catch (std::runtime_error const&) {
            threw = true;
        }
        left = -1;
        CHECK(users.size() == (threw ? 5u : 0u));
        for (int key = 0; key != 5; ++key) CHECK((users.find(key) != nullptr) == threw);
    }
    CHECK(allowed > 10); // before and after they are taken out
}

TEST_CASE("Keyed keeps its promises while threads do everything at once", "[R-292]") {
    Keyed<int, CircuitBreaker<OpenAfterFailures<1'000'000>, OpenFor<60s>>> hosts{MaxEntries{50}};
    std::atomic<int> told = 0;
    auto const kept = hosts[0]; // held, so it is never given up
    {
        std::vector<std::jthread> threads;
        for (unsigned t = 0; t != 4; ++t)
            threads.emplace_back([&, t] {
                std::mt19937 draw{t};
                for (int i = 0; i != 2'000; ++i) {
                    int const key = 1 + static_cast<int>(draw() % 200);
                    switch (draw() % 8) {
                    case 0: hosts.erase(key); break;
                    case 1: hosts.forget_idle(); break;
                    case 2: hosts.for_each([](int, auto& breaker) { breaker.state(); }); break;
                    case 3: hosts[0]->try_acquire().failure(), ++told; break;
                    default: hosts[key]->try_acquire().failure();
                    }
                }
            });
    }
    REQUIRE(kept->counts()[0].failures == told);
    REQUIRE(hosts[0] == kept);
    REQUIRE(hosts.size() <= 50 + 4);
}
