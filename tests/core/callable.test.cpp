// SPDX-License-Identifier: BSL-1.0
#include <grit/core/callable.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;
using namespace grit::detail;

namespace {

constexpr int twice(int n) { return 2 * n; }

struct Client {
    int base;
    constexpr int get() const { return base; }
};

/// Answers for an attempt that failed after three seconds.
struct Query {
    Attempt the_attempt{2, 1s};
    int result = 503;
    Attempt const& attempt() const { return the_attempt; }
    Duration elapsed() const { return 3s; }
    Failure failure() const { return Failure::of_result(result); }
};

auto const nothing = [] { return 0; };
auto const attempt = [](Attempt const& a) { return a.number(); };
auto const timed = [](TimedAttempt const& a) { return a.elapsed(); };
auto const failed = [](Attempt const&, Failure const& f) { return *f.as<int>(); };
auto const timed_and_failed = [](TimedAttempt const& a, Failure const& f) {
    return a.elapsed().count() + *f.as<int>();
};

template <class F>
constexpr Takes takes = what_it_takes<F>();

} // namespace

TEST_CASE("Callable: a constant takes no room, a value is held") {
    STATIC_REQUIRE(std::is_empty_v<Callable<twice>>);
    STATIC_REQUIRE(Callable<twice>{}(21) == 42);
    STATIC_REQUIRE(Callable<&Client::get>{}(Client{42}) == 42);

    int calls = 0;
    auto const count = [&calls] { return ++calls; };
    Callable<dynamic, std::remove_const_t<decltype(count)>> const held{count};
    REQUIRE(held() == 1);
    REQUIRE(held() == 2);
    STATIC_REQUIRE_FALSE(std::is_default_constructible_v<decltype(held)>);
    STATIC_REQUIRE(std::is_empty_v<Callable<dynamic, std::remove_const_t<decltype(nothing)>>>);
}

TEST_CASE("Callable is called through const only") {
    auto const changes = [n = 0]() mutable { return ++n; };
    using Changing = Callable<dynamic, std::remove_const_t<decltype(changes)>>;
    STATIC_REQUIRE_FALSE(std::is_invocable_v<Changing const&>);
    STATIC_REQUIRE_FALSE(std::is_invocable_v<Changing&>);
}

TEST_CASE("what_it_takes finds the most that a callable takes") {
    STATIC_REQUIRE(takes<decltype(nothing)> == Takes::nothing);
    STATIC_REQUIRE(takes<decltype(attempt)> == Takes::attempt);
    STATIC_REQUIRE(takes<decltype(timed)> == Takes::timed);
    STATIC_REQUIRE(takes<decltype(failed)> == Takes::attempt_and_failure);
    STATIC_REQUIRE(takes<decltype(timed_and_failed)> == Takes::timed_and_failure);
    STATIC_REQUIRE(takes<void (*)(int)> == Takes::other);
    STATIC_REQUIRE(takes<int> == Takes::other);
}

TEST_CASE("only what takes a TimedAttempt needs the clock, only what takes a Failure needs one") {
    STATIC_REQUIRE(observer_needs_clock<decltype(timed)>);
    STATIC_REQUIRE(observer_needs_clock<decltype(timed_and_failed)>);
    STATIC_REQUIRE_FALSE(observer_needs_clock<decltype(failed)>);
    STATIC_REQUIRE_FALSE(observer_needs_clock<decltype(attempt)>);
    STATIC_REQUIRE(observer_needs_failure<decltype(failed)>);
    STATIC_REQUIRE(observer_needs_failure<decltype(timed_and_failed)>);
    STATIC_REQUIRE_FALSE(observer_needs_failure<decltype(timed)>);
}

TEST_CASE("call_observer gives a callable what it takes") {
    Query const query;
    REQUIRE(call_observer(nothing, query) == 0);
    REQUIRE(call_observer(attempt, query) == 2);
    REQUIRE(call_observer(timed, query) == 3s);
    REQUIRE(call_observer(failed, query) == 503);
    REQUIRE(call_observer(timed_and_failed, query) == 3'000'000'503);
}

TEST_CASE("Callable observes as what it holds does") {
    Query const query;
    REQUIRE(Callable<nothing>{}.observe(query) == 0);
    REQUIRE(Callable<attempt>{}.observe(query) == 2);
    REQUIRE(Callable<timed>{}.observe(query) == 3s);
    REQUIRE(Callable<failed>{}.observe(query) == 503);
    REQUIRE(Callable<timed_and_failed>{}.observe(query) == 3'000'000'503);
    REQUIRE(Callable<&Attempt::number>{}.observe(query) == 2);
    REQUIRE(Callable<dynamic, int (Attempt::*)() const noexcept>{&Attempt::number}.observe(query) == 2);
    int calls = 0;
    auto const count = [&calls](Attempt const& a) { return calls += a.number(); };
    REQUIRE(Callable<dynamic, std::remove_const_t<decltype(count)>>{count}.observe(query) == 2);
    REQUIRE(calls == 2);
}
