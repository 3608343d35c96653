// SPDX-License-Identifier: BSL-1.0
#include <grit/core/operation.hpp>

#include <memory>
#include <string>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;
using detail::BoundOperation;
using detail::CallTraits;
using detail::Kept;
using detail::Wants;

namespace {

struct Page {
    int number = 3;
    constexpr int next(int by) const { return number + by; }
    int sum() const noexcept { return number; }
};
/// Takes anything before its arguments, an attempt too.
struct TakesAll {
    template <class... Args>
    constexpr std::size_t operator()(Args const&...) const {
        return sizeof...(Args);
    }
};
struct Overloaded {
    constexpr char operator()(int) const { return 'i'; }
    constexpr char operator()(Attempt const&, int) const { return 'a'; }
};
struct TimedOrNot {
    constexpr char operator()(Attempt const&) const { return 'a'; }
    constexpr char operator()(TimedAttempt const&) const { return 't'; }
};
struct Immovable {
    explicit Immovable(int n) : value(n) {}
    Immovable(Immovable const&) = delete;
    Immovable& operator=(Immovable const&) = delete;
    int value;
};

int plain(int n) { return n + 1; }
int with_attempt(Attempt const& attempt, int n) { return attempt.number() * 10 + n; }
int with_time(TimedAttempt const& attempt) { return static_cast<int>(attempt.elapsed() / 1s); }

} // namespace

TEST_CASE("an operation takes its arguments alone if it can, else an attempt, else a timed one") {
    STATIC_REQUIRE(CallTraits<decltype(plain), int>::wants == Wants::nothing);
    STATIC_REQUIRE(CallTraits<decltype(with_attempt), int>::wants == Wants::attempt);
    STATIC_REQUIRE(CallTraits<decltype(with_time)>::wants == Wants::timed);
    STATIC_REQUIRE(CallTraits<decltype(plain), std::string>::wants == Wants::other);
    STATIC_REQUIRE(CallTraits<Overloaded, int>::wants == Wants::nothing);
    STATIC_REQUIRE(CallTraits<TimedOrNot>::wants == Wants::attempt); // a TimedAttempt is an Attempt
    STATIC_REQUIRE(CallTraits<TakesAll, int, int>::wants == Wants::nothing);
    auto const generic = [](auto const& first) { return first; };
    STATIC_REQUIRE(CallTraits<decltype(generic) const>::wants == Wants::attempt);
    STATIC_REQUIRE(CallTraits<int (Page::* const)(int) const, Page, int>::wants == Wants::nothing);
    STATIC_REQUIRE(CallTraits<int Page::*, Page>::wants == Wants::nothing);
}

TEST_CASE("arguments are lvalues: what consumes one cannot be called") {
    auto const consumes = [](std::string&& text) { return text.size(); };
    auto const changes = [](std::string& text) { text += '.'; };
    auto const copies = [](std::string text) { return text.size(); };
    STATIC_REQUIRE_FALSE(CallTraits<decltype(consumes), std::string>::callable);
    STATIC_REQUIRE(CallTraits<decltype(changes), std::string>::callable);
    STATIC_REQUIRE_FALSE(CallTraits<decltype(changes), std::string const>::callable);
    STATIC_REQUIRE(CallTraits<decltype(copies), std::string const>::callable);
    STATIC_REQUIRE_FALSE(CallTraits<decltype([](std::unique_ptr<int>) {}), std::unique_ptr<int>>::callable);
}

TEST_CASE("the traits know the result, and what predicates look at") {
    STATIC_REQUIRE(std::is_same_v<CallTraits<decltype(plain), int>::Result, int>);
    STATIC_REQUIRE(std::is_same_v<CallTraits<std::string const& (*)()>::Result, std::string const&>);
    STATIC_REQUIRE(std::is_same_v<CallTraits<std::string const& (*)()>::Judged, std::string>);
    STATIC_REQUIRE(std::is_same_v<CallTraits<void (*)()>::Result, void>);
    STATIC_REQUIRE(std::is_same_v<CallTraits<void (*)()>::Judged, std::monostate>);
    STATIC_REQUIRE(std::is_same_v<CallTraits<int Page::*, Page>::Result, int&>);
    STATIC_REQUIRE(std::is_same_v<CallTraits<decltype(with_time)>::Result, int>);
}

TEST_CASE("the traits know whether the call can throw, in the form in which it is called") {
    STATIC_REQUIRE_FALSE(CallTraits<int (*)()>::cannot_throw());
    STATIC_REQUIRE(CallTraits<int (*)() noexcept>::cannot_throw());
    STATIC_REQUIRE(CallTraits<void (*)(Attempt const&) noexcept>::cannot_throw());
    STATIC_REQUIRE_FALSE(CallTraits<void (*)(Attempt const&)>::cannot_throw());
    STATIC_REQUIRE(CallTraits<void (*)(TimedAttempt const&) noexcept>::cannot_throw());
    STATIC_REQUIRE(CallTraits<int (Page::*)() const noexcept, Page>::cannot_throw());
    STATIC_REQUIRE_FALSE(CallTraits<int (Page::*)(int) const, Page, int>::cannot_throw());
}

TEST_CASE("an operation is called with what it takes") {
    Attempt const attempt{4, Duration::zero()};
    int two = 2;
    REQUIRE(detail::call_operation(plain, attempt, two) == 3);
    REQUIRE(detail::call_operation(with_attempt, attempt, two) == 42);
    REQUIRE(detail::call_operation(with_time, TimedAttempt{attempt, 7s}) == 7);
    STATIC_REQUIRE(detail::call_operation(static_cast<TakesAll const&>(TakesAll{}), Attempt{}) == 0);
    Page page;
    auto const member = &Page::next;
    REQUIRE(detail::call_operation(member, attempt, page, two) == 5);
    auto const object = &Page::number;
    REQUIRE(&detail::call_operation(object, attempt, page) == &page.number);
    auto const changes = [](int& n) { ++n; };
    detail::call_operation(changes, attempt, two);
    detail::call_operation(changes, attempt, two);
    REQUIRE(two == 4);
}

TEST_CASE("an operation and its arguments are one thing that takes an attempt, any number of times") {
    int two = 2;
    BoundOperation<decltype(with_attempt), int> const bound{with_attempt, two};
    using Bound = BoundOperation<decltype(with_attempt), int>;
    STATIC_REQUIRE(std::is_same_v<Bound::Result, int>);
    STATIC_REQUIRE(Bound::wants == Wants::attempt);
    STATIC_REQUIRE_FALSE(Bound::takes_timed);
    STATIC_REQUIRE_FALSE(Bound::cannot_throw);
    REQUIRE(bound(Attempt{1, Duration::zero()}) == 12);
    two = 5;
    REQUIRE(bound(Attempt{2, Duration::zero()}) == 25);

    BoundOperation<decltype(with_time)> const timed{with_time};
    STATIC_REQUIRE(BoundOperation<decltype(with_time)>::takes_timed);
    REQUIRE(timed(TimedAttempt{Attempt{}, 9s}) == 9);

    auto const nothing = []() noexcept {};
    STATIC_REQUIRE(BoundOperation<decltype(nothing)>::cannot_throw);
    STATIC_REQUIRE(BoundOperation<decltype(nothing)>::wants == Wants::nothing);
    BoundOperation<decltype(nothing)> const unit{nothing};
    unit(0); // whatever is around it, it is not looked at

    std::string text;
    char letter = 'a';
    auto const append = [](std::string& to, char const& c) -> std::string& { return to += c; };
    BoundOperation<decltype(append), std::string, char> const appends{append, text, letter};
    appends(Attempt{});
    letter = 'b';
    REQUIRE(&appends(Attempt{}) == &text);
    REQUIRE(text == "ab");

    int same = 1;
    auto const add = [](int a, int& b) { return a + ++b; };
    BoundOperation<decltype(add), int, int> const twice{add, same, same}; // two arguments of one type
    REQUIRE(twice(Attempt{}) == 3);
}

TEST_CASE("a result is kept where it stays, until it is given") {
    auto const make = [] { return std::make_unique<int>(4); };
    Kept<std::unique_ptr<int>> kept = detail::kept<std::unique_ptr<int>>(make);
    REQUIRE(*kept.told() == 4);
    STATIC_REQUIRE(std::is_same_v<decltype(kept.told()), std::unique_ptr<int> const&>);
    std::unique_ptr<int> const given = kept.give();
    REQUIRE(*given == 4);
    REQUIRE(kept.told() == nullptr);

    auto const immovable = [] { return Immovable{5}; };
    REQUIRE(detail::kept<Immovable>(immovable).told().value == 5);

    int number = 1;
    auto const refer = [&number]() -> int& { return number; };
    Kept<int&> reference = detail::kept<int&>(refer);
    REQUIRE(&reference.told() == &number);
    STATIC_REQUIRE(std::is_same_v<decltype(reference.told()), int const&>);
    REQUIRE(&reference.give() == &number);

    int calls = 0;
    auto const count = [&calls] { ++calls; };
    Kept<void> nothing = detail::kept<void>(count);
    REQUIRE(calls == 1);
    STATIC_REQUIRE(std::is_same_v<decltype(nothing.told()), std::monostate>);
    nothing.give();
    REQUIRE(calls == 1);
}

TEST_CASE("what can be given by value can be moved") {
    STATIC_REQUIRE(detail::is_movable<void>);
    STATIC_REQUIRE(detail::is_movable<std::unique_ptr<int>>);
    STATIC_REQUIRE_FALSE(detail::is_movable<Immovable>);
}
