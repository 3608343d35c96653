// SPDX-License-Identifier: BSL-1.0
// What holds for every hook that calls a callable; what is particular to one stands in the test of its name.
#include <grit/hook/observer.hpp>

#include <string>
#include <vector>

#include <grit/hook/after.hpp>
#include <grit/hook/before.hpp>
#include <grit/hook/before_sleep.hpp>
#include <grit/hook/on_give_up.hpp>
#include <grit/hook/on_success.hpp>

#include "hook/sample_query.hpp"
#include "support/catch.hpp"

namespace {

int calls = 0;
void count() { ++calls; }
int last_number = 0;
void note(grit::Attempt const& attempt) { last_number = attempt.number(); }

/// A hook by its template.
template <template <auto, class> class Hook>
struct Named {
    template <auto F>
    using Of = Hook<F, void>; // a constant
    template <class Fn>
    static constexpr auto of(Fn f) {
        return Hook{f}; // held by value
    }
    using OfPointer = Hook<grit::dynamic, void (*)()>;
};
using Before = Named<grit::Before>;
using After = Named<grit::After>;
using BeforeSleep = Named<grit::BeforeSleep>;
using OnSuccess = Named<grit::OnSuccess>;
using OnGiveUp = Named<grit::OnGiveUp>;

} // namespace

TEMPLATE_TEST_CASE("A hook calls a callable", "", Before, After, BeforeSleep, OnSuccess, OnGiveUp) {
    using Count = typename TestType::template Of<count>;
    using Note = typename TestType::template Of<note>;

    SECTION("one that is a constant takes no room") {
        calls = last_number = 0;
        STATIC_REQUIRE(grit::Hook<Count>);
        STATIC_REQUIRE(std::is_empty_v<Count>);
        STATIC_REQUIRE_FALSE(Count::needs_clock);
        STATIC_REQUIRE_FALSE(Count::needs_failure);
        Count{}(PlainQuery{});
        Note{}(PlainQuery{});
        REQUIRE(calls == 1);
        REQUIRE(last_number == 2);
    }
    SECTION("one that is held by value, through const") {
        std::vector<int> numbers;
        auto const hook = TestType::of([&](grit::Attempt const& attempt) { numbers.push_back(attempt.number()); });
        hook(PlainQuery{});
        hook(PlainQuery{});
        REQUIRE(numbers == std::vector{2, 2});
        auto const copy = hook;
        copy(PlainQuery{});
        REQUIRE(numbers.size() == 3);
        STATIC_REQUIRE(std::is_empty_v<decltype(TestType::of([] {}))>);
        STATIC_REQUIRE_FALSE(std::is_default_constructible_v<typename TestType::OfPointer>);
    }
    SECTION("only one that takes TimedAttempt needs the clock") {
        grit::Duration elapsed{};
        auto const hook = TestType::of([&](grit::TimedAttempt const& attempt) { elapsed = attempt.elapsed(); });
        STATIC_REQUIRE(decltype(hook)::needs_clock);
        hook(SampleQuery{});
        REQUIRE(elapsed == std::chrono::seconds{5});
    }
}

TEMPLATE_TEST_CASE("A hook after a failure passes it on", "", After, BeforeSleep, OnGiveUp) {
    std::string words;
    auto const hook = TestType::of([&](grit::Attempt const&, grit::Failure const& failure) { words = failure.what(); });
    STATIC_REQUIRE(decltype(hook)::needs_failure);
    STATIC_REQUIRE_FALSE(decltype(hook)::needs_clock);
    hook(SampleQuery{});
    REQUIRE(words == "timed out");

    auto const timed = TestType::of([](grit::TimedAttempt const&, grit::Failure const&) {});
    STATIC_REQUIRE(decltype(timed)::needs_failure);
    STATIC_REQUIRE(decltype(timed)::needs_clock);
}
