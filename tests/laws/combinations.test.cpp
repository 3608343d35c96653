// SPDX-License-Identifier: BSL-1.0
#include <grit/retry.hpp>

#include <tuple>
#include <vector>

#include "support/catch.hpp"

// The laws of | and & for stops and for predicates.

using namespace grit;
using namespace std::chrono_literals;

namespace {

// Stops. Two are the same if they answer every question alike, in the same words.

struct StopQuery {
    Attempt at;
    Duration since_start;
    Duration next_wait;

    Attempt const& attempt() const { return at; }
    Duration elapsed() const { return since_start; }
    Duration wait() const { return next_wait; }
    TimePoint now() const { return TimePoint{since_start}; }
    bool wait_was_asked_for() const { return false; }
};

struct Token {
    bool requested;
    bool stop_requested() const { return requested; }
};

auto stops() {
    return std::tuple{StopAfterAttempt<3>{},
                      StopAfterAttempt{2},
                      StopAfterDelay<4s>{},
                      StopAfterDelay{2s},
                      StopBeforeDelay<5s>{},
                      StopBeforeDelay{3s},
                      StopBefore{TimePoint{6s}},
                      StopWhenRequested{Token{false}},
                      StopWhenRequested{Token{true}},
                      StopIf{[](Attempt const& attempt) { return attempt.number() % 2 == 0; }},
                      StopNever{},
                      StopAny{StopAfterAttempt<4>{}, StopAfterDelay<3s>{}},
                      StopAll{StopAfterAttempt<4>{}, StopBeforeDelay<3s>{}}};
}
auto some_stops() { return std::tuple{StopAfterAttempt{2}, StopBeforeDelay<4s>{}, StopNever{}}; }

/// Returns: the first reason that a stop gives, where it is asked turn by turn.
template <class S>
StopReason asked_in_turns(S const& stop, StopQuery const& q) {
    using detail::Turn;
    using Traits = detail::StopTraits<S>;
    StopReason why = Traits::template ask<Turn::at_once>(stop, q);
    if (why == StopReason::none) why = Traits::template ask<Turn::with_time>(stop, q);
    if (why == StopReason::none) why = Traits::template ask<Turn::with_wait>(stop, q);
    return why;
}

/// Returns: the answer to each of many questions: the reason, or none if the stop does not say so.
template <class S>
std::vector<StopReason> answers_of(S const& stop) {
    using Traits = detail::StopTraits<S>;
    std::vector<StopReason> answers;
    for (int number = 1; number <= 5; ++number)
        for (Duration const elapsed : {0s, 1s, 2s, 3s, 4s, 5s, 6s})
            for (Duration const wait : {0s, 1s, 3s}) {
                StopQuery const q{Attempt{number}, elapsed, wait};
                bool const says_so = Traits::stop(stop, q);
                // What is asked turn by turn says what the whole says, in the same words.
                StopReason const why = says_so ? Traits::reason(stop, q) : StopReason::none;
                if (why != asked_in_turns(stop, q)) answers.push_back(StopReason::budget);
                answers.push_back(why);
            }
    return answers;
}
template <class S>
std::vector<bool> decisions_of(S const& stop) {
    std::vector<bool> decisions;
    for (StopReason const answer : answers_of(stop)) decisions.push_back(answer != StopReason::none);
    return decisions;
}

template <class Law>
void for_each_stop(Law const& law) {
    std::apply([&](auto const&... stop) { (law(stop), ...); }, stops());
}
template <class Law>
void for_some_stops(Law const& law) {
    std::apply([&](auto const&... stop) { (law(stop), ...); }, some_stops());
}

// Predicates. Two are the same if they retry the same outcomes.

struct NetworkError : std::runtime_error {
    NetworkError() : std::runtime_error("network") {}
};
struct TimeoutError : NetworkError {};
struct FatalError : std::runtime_error {
    FatalError() : std::runtime_error("fatal") {}
};

bool is_negative(int n) { return n < 0; }
bool is_even(int n) { return n % 2 == 0; }

auto predicates() {
    return std::tuple{RetryIf<NetworkError>{},
                      RetryIf<TimeoutError, FatalError>{},
                      RetryUnless<TimeoutError>{},
                      RetryIfResult<is_negative>{},
                      RetryUnlessResult<is_even>{},
                      RetryIfException{[](FatalError const&) { return true; }},
                      RetryIfMessage<"net">{},
                      RetryAlways{},
                      RetryNever{}};
}

/// True if the predicate retries the error, as the first catch clause that fits would see it.
template <class P, class E>
bool retries(P const& predicate, E const& error) {
    using Judge = detail::Judge<Types<P>>;
    detail::PolicySet<P> const set{detail::Given{predicate}};
    bool caught = false;
    bool again = false;
    auto const clause = [&]<class C>(std::type_identity<C>) {
        if constexpr (std::is_base_of_v<C, E>) {
            if (!caught) again = Judge::of_exception(set, static_cast<C const&>(error)) == detail::Verdict::retry;
            caught = true;
        }
    };
    [&]<class... Cs>(Types<Cs...>) {
        (clause(std::type_identity<Cs>{}), ...);
    }(detail::CatchList<typename Judge::Named, typename Judge::Vetoes>{});
    return again;
}
template <class P>
bool retries(P const& predicate, int result) {
    detail::PolicySet<P> const set{detail::Given{predicate}};
    return detail::Judge<Types<P>>::of_result(set, result) == detail::Verdict::retry;
}

/// Returns: for each of some outcomes, whether it is retried.
template <class P>
std::vector<bool> retried_by(P const& p) {
    return {retries(p, NetworkError{}),
            retries(p, TimeoutError{}),
            retries(p, FatalError{}),
            retries(p, -1),
            retries(p, 0),
            retries(p, 1),
            retries(p, -2)};
}

template <class Law>
void for_each_predicate(Law const& law) {
    std::apply([&](auto const&... predicate) { (law(predicate), ...); }, predicates());
}

} // namespace

TEST_CASE("| of stops is associative, in decision and reason") {
    for_each_stop([](auto const& a) {
        for_some_stops([&](auto const& b) {
            for_some_stops([&](auto const& c) { CHECK(answers_of((a | b) | c) == answers_of(a | (b | c))); });
        });
    });
}

TEST_CASE("& of stops is associative") {
    for_each_stop([](auto const& a) {
        for_some_stops([&](auto const& b) {
            for_some_stops([&](auto const& c) { CHECK(answers_of((a & b) & c) == answers_of(a & (b & c))); });
        });
    });
}

TEST_CASE("StopNever is the unit of | and absorbs in &") {
    for_each_stop([](auto const& a) {
        CHECK(answers_of(a | StopNever{}) == answers_of(a));
        CHECK(answers_of(StopNever{} | a) == answers_of(a));
        CHECK(decisions_of(a & StopNever{}) == decisions_of(StopNever{}));
    });
}

TEST_CASE("| and & of stops are idempotent and commute in what they decide") {
    for_each_stop([](auto const& a) {
        CHECK(answers_of(a | a) == answers_of(a));
        CHECK(decisions_of(a & a) == decisions_of(a));
        for_some_stops([&](auto const& b) {
            CHECK(decisions_of(a | b) == decisions_of(b | a));
            CHECK(decisions_of(a & b) == decisions_of(b & a));
            CHECK(decisions_of(a | (a & b)) == decisions_of(a));
        });
    });
}

TEST_CASE("| and & of predicates are the boolean functions, and so associative and commutative") {
    auto const both = [](std::vector<bool> a, std::vector<bool> const& b, bool all) {
        for (std::size_t i = 0; i < a.size(); ++i) a[i] = all ? a[i] && b[i] : a[i] || b[i];
        return a;
    };
    for_each_predicate([&](auto const& a) {
        for_each_predicate([&](auto const& b) {
            CHECK(retried_by(a | b) == both(retried_by(a), retried_by(b), false));
            CHECK(retried_by(a & b) == both(retried_by(a), retried_by(b), true));
        });
    });
}

TEST_CASE("three predicates may be grouped in any way") {
    auto const one = [](auto const& a, auto const& b, auto const& c) {
        CHECK(retried_by((a | b) | c) == retried_by(a | (b | c)));
        CHECK(retried_by((a & b) & c) == retried_by(a & (b & c)));
        CHECK(retried_by(a & (b | c)) == retried_by((a & b) | (a & c)));
    };
    for_each_predicate([&](auto const& a) {
        one(a, RetryIf<NetworkError>{}, RetryIfResult<is_negative>{});
        one(RetryUnless<FatalError>{}, a, RetryUnlessResult<is_even>{});
    });
}

TEST_CASE("RetryNever is the unit of |, RetryAlways that of &") {
    for_each_predicate([](auto const& a) {
        CHECK(retried_by(a | RetryNever{}) == retried_by(a));
        CHECK(retried_by(RetryNever{} | a) == retried_by(a));
        CHECK(retried_by(a & RetryAlways{}) == retried_by(a));
        CHECK(retried_by(RetryAlways{} & a) == retried_by(a));
        CHECK(retried_by(a | a) == retried_by(a));
        CHECK(retried_by(a & a) == retried_by(a));
    });
}
