// SPDX-License-Identifier: BSL-1.0
#include <grit/core/cause.hpp>

#include <optional>

#include "retrying/samples.hpp"

namespace elsewhere {
struct Throttled {
    std::chrono::milliseconds wait;
};
constexpr std::chrono::milliseconds retry_after(Throttled const& error) { return error.wait; }
} // namespace elsewhere

using namespace grit;
using namespace samples;
using detail::hint_of;
using detail::ResultCause;
using detail::ThrownCause;

namespace {
struct Busy {
    std::optional<std::chrono::seconds> asked;
    constexpr std::optional<std::chrono::seconds> retry_after() const { return asked; }
};
} // namespace

TEST_CASE("a hint is read from a member, by ADL, or is zero") {
    STATIC_REQUIRE(hint_of(Busy{5s}) == 5s);
    STATIC_REQUIRE(hint_of(Busy{}) == 0s);
    STATIC_REQUIRE(hint_of(elsewhere::Throttled{1500ms}) == 1500ms);
    STATIC_REQUIRE(hint_of(7) == 0s);
    REQUIRE(hint_of(RetryAfter{3s}) == 3s);
    REQUIRE(hint_of(CircuitOpen{}) == 3s);
}

TEST_CASE("an exception is matched by the type of its clause") {
    TimeoutError const error;
    ThrownCause<TimeoutError> const cause{&error};
    REQUIRE(cause.matches<TimeoutError>());
    REQUIRE(cause.matches<NetworkError>());
    REQUIRE_FALSE(cause.matches<FatalError>());
    CircuitOpen const open;
    REQUIRE_FALSE(ThrownCause<CircuitOpen>{&open}.matches<std::runtime_error>());
    REQUIRE(ThrownCause<CircuitOpen>{&open}.matches<Rejected>());
    REQUIRE(ThrownCause<CircuitOpen>{&open}.hint() == 3s);
}

TEST_CASE("a result is matched by its error, if it has one") {
    using Result = Expected<int, std::variant<Busy, TimeoutError>>;
    Result const busy = Result::failure(Busy{4s});
    Result const timeout = Result::failure(TimeoutError{});
    Result const fine{1};
    REQUIRE(ResultCause<Result>{&busy}.matches<Busy>());
    REQUIRE_FALSE(ResultCause<Result>{&busy}.matches<TimeoutError>());
    REQUIRE(ResultCause<Result>{&timeout}.matches<NetworkError>());
    REQUIRE_FALSE(ResultCause<Result>{&fine}.matches<Busy>());
    REQUIRE(ResultCause<Result>{&busy}.hint() == 4s);
    REQUIRE(ResultCause<Result>{&timeout}.hint() == 0s);
    REQUIRE(ResultCause<Result>{&fine}.hint() == 0s);
}

TEST_CASE("an error without a result is matched, asked and told of as an error") {
    Busy const busy{4s};
    detail::ErrorCause<Busy> const cause{{busy}};
    REQUIRE(cause.matches<Busy>());
    REQUIRE_FALSE(cause.matches<TimeoutError>());
    REQUIRE(cause.hint() == 4s);
    Failure const failure = cause.failure(StopReason::attempts);
    REQUIRE(failure.reason() == StopReason::attempts);
    REQUIRE(failure.as<Busy>() == &busy);
    REQUIRE(failure.what() == "an error");
}

TEST_CASE("a plain value is matched and asked as itself") {
    Busy const busy{2s};
    REQUIRE(ResultCause<Busy>{&busy}.matches<Busy>());
    REQUIRE(ResultCause<Busy>{&busy}.hint() == 2s);
    int const number = 3;
    REQUIRE_FALSE(ResultCause<int>{&number}.matches<Busy>());
    REQUIRE(ResultCause<int>{&number}.failure(StopReason::delay).reason() == StopReason::delay);
}

TEST_CASE("a wait for one kind of error is used on whichever channel it comes") {
    ManualTime time;
    Retrying const retrying{StopAfterAttempt<4>{}, WaitFixed<1s>{}, WaitIf<TimeoutError, WaitFixed<9s>>{}, Time{time}};
    int calls = 0;
    using Result = Expected<int, std::variant<Busy, TimeoutError>>;
    retrying([&]() -> Result {
        switch (++calls) {
        case 1: throw TimeoutError{};
        case 2: throw NetworkError{};
        case 3: return Result::failure(TimeoutError{});
        default: return Result{1};
        }
    });
    REQUIRE(time.slept() == Durations{9s, 1s, 9s});
}

TEST_CASE("a hint is read on whichever channel it comes") {
    ManualTime time;
    Retrying const retrying{StopAfterAttempt<4>{}, WaitHint<60s, WaitFixed<1s>>{},
                            RetryIf<CircuitOpen, NetworkError, Busy>{}, Time{time}};
    int calls = 0;
    using Result = Expected<int, Busy>;
    retrying([&]() -> Result {
        switch (++calls) {
        case 1: throw CircuitOpen{};
        case 2: throw NetworkError{};
        case 3: return Result::failure(Busy{5s});
        default: return Result{1};
        }
    });
    REQUIRE(time.slept() == Durations{3s, 1s, 5s});
}
