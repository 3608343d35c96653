// SPDX-License-Identifier: BSL-1.0
// The real std::expected through retry, breaker and limiter, with exceptions and without: what fails is seen, and what
// is refused is thrown, or is the error of the result.
#include <expected>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <variant>

#include <grit.hpp>

#include "support/plain_checks.hpp"

using namespace std::chrono_literals;
using namespace grit;

namespace {

struct Timeout {};
struct HttpError {
    int status;
    friend bool operator==(HttpError const&, HttpError const&) = default;
};
struct TooMany {
    Duration after;
    Duration retry_after() const { return after; }
};

template <class T>
using Coded = std::expected<T, std::error_code>;
using Typed = std::expected<std::string, HttpError>;
template <class... Es>
using AnyOf = std::expected<int, std::variant<Es...>>;

std::error_code code_of(std::errc e) { return std::make_error_code(e); }

/// Returns: whether the call is refused for that reason, in the way of this program.
template <class Call>
bool is_refused(Call call, [[maybe_unused]] errc code) {
#if GRIT_EXCEPTIONS
    try {
        static_cast<void>(call());
    } catch (Rejected const&) {
        return true;
    }
    return false;
#else
    auto const result = call();
    return !result.has_value() && result.error() == code;
#endif
}

void retry_sees_errors() {
    ManualTime time;
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, Time{time}};
    int calls = 0;
    Coded<int> const third = retrying([&]() -> Coded<int> {
        if (++calls < 3) return std::unexpected{code_of(std::errc::timed_out)};
        return calls;
    });
    check(third == 3 && time.slept().size() == 2, "an error is retried, and a value comes back");

    Typed const last = retrying([&]() -> Typed { return std::unexpected{HttpError{500 + ++calls}}; });
    check(!last && last.error() == HttpError{506}, "the last result comes back as it is");

    std::expected<void, HttpError> const nothing =
        retrying([&]() -> std::expected<void, HttpError> { return std::unexpected{HttpError{++calls}}; });
    check(!nothing && calls == 9, "a result without a value fails as well");

    calls = 0;
    auto const moved = retrying([&]() -> std::expected<std::unique_ptr<int>, HttpError> {
        if (++calls == 1) return std::unexpected{HttpError{503}};
        return std::make_unique<int>(7);
    });
    check(moved && **moved == 7, "a value that can only be moved comes back");

    calls = 0;
    std::string const page = retrying([&]() -> Typed {
                                 if (++calls == 1) return std::unexpected{HttpError{503}};
                                 return "page";
                             }).value_or("none");
    check(page == "page", "what comes back is a std::expected");
}

void retry_names_errors() {
    ManualTime time;
    int calls = 0;
    Retrying const by_type{StopAfterAttempt<3>{}, RetryIf<Timeout>{}, Time{time}};
    auto const untyped = by_type([&]() -> AnyOf<Timeout, HttpError> {
        if (++calls == 1) return std::unexpected{Timeout{}};
        return std::unexpected{HttpError{404}};
    });
    check(calls == 2 && std::get<HttpError>(untyped.error()).status == 404, "an error that is not named comes back");

    calls = 0;
    Retrying const by_code{StopAfterAttempt<3>{}, RetryIfError<std::errc::timed_out>{}, Time{time}};
    check(!by_code([&]() -> Coded<int> {
        ++calls;
        return std::unexpected{code_of(calls == 1 ? std::errc::timed_out : std::errc::permission_denied)};
    }) && calls == 2,
          "codes are named by their value");

    calls = 0;
    Retrying const asks{StopAfterAttempt<9>{}, RetryIfException{[](HttpError const& e) { return e.status >= 500; }},
                        Time{time}};
    check(asks([&]() -> Typed { return std::unexpected{HttpError{++calls < 3 ? 503 : 400}}; }).error().status == 400 &&
              calls == 3,
          "a predicate is shown the error");

    Retrying const hinted{StopAfterAttempt<2>{}, WaitHint<10s, WaitNone>{}, Time{time}};
    check(!hinted([]() -> std::expected<int, TooMany> { return std::unexpected{TooMany{4s}}; }) &&
              time.slept().back() == 4s,
          "an error says how long to wait");

    calls = 0;
    using Signals = AnyOf<TryAgain, Permanent<HttpError>>;
    Retrying const never{StopAfterAttempt<5>{}, RetryNever{}, Time{time}};
    auto const permanent = never([&]() -> Signals {
        if (++calls < 3) return std::unexpected{TryAgain{}};
        return std::unexpected{Permanent{HttpError{402}}};
    });
    check(!permanent && calls == 3, "signals are errors of a result");

    constexpr Retrying<StopAfterAttempt<3>> constant;
    static_assert(constant([]() noexcept -> std::expected<int, Timeout> { return 5; }) == 5);
}

void breaker_counts_errors() {
    ManualTime time;
    CircuitBreaker<OpenAfterFailures<2>, OpenFor<60s>, Time<ManualTime>> breaker{Time{time}};
    int calls = 0;
    auto const fails = [&]() -> Coded<int> {
        ++calls;
        return std::unexpected{code_of(std::errc::timed_out)};
    };
    check(breaker(fails).error() == std::errc::timed_out && breaker(fails).error() == std::errc::timed_out,
          "an error passes a breaker");
    check(breaker.state() == CircuitState::open, "errors open a circuit");
    check(is_refused([&] { return breaker(fails); }, errc::circuit_open) && calls == 2, "an open circuit refuses");
    auto const tried = breaker.try_call(fails);
    check(!tried && tried.error().retry_after() == 60s, "a rejection comes back as a value");
    time.advance(60s);
    check(breaker([]() -> Coded<int> { return 1; }) == 1 && breaker.state() == CircuitState::closed,
          "a value closes it again");

    CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>, FailureIf<Timeout>> names;
    static_cast<void>(names.try_call([]() -> AnyOf<Timeout, HttpError> { return std::unexpected{HttpError{400}}; }));
    check(names.state() == CircuitState::closed, "an error that is not named is no failure");
    static_cast<void>(names.try_call([]() -> AnyOf<Timeout, HttpError> { return std::unexpected{Timeout{}}; }));
    check(names.state() == CircuitState::open, "one that is named is");
}

void limits_refuse() {
    ManualTime time;
    RateLimiter<1, 1s, 1, Time<ManualTime>> limiter{Time{time}};
    auto const succeeds = []() -> Coded<int> { return 1; };
    check(limiter(succeeds) == 1, "a limiter lets a call through");
    check(is_refused([&] { return limiter(succeeds); }, errc::rate_limited), "and refuses the next one");
    auto const tried = limiter.try_call(succeeds);
    check(!tried && tried.error().retry_after() == 1s, "by value as well");

    Bulkhead<1> bulkhead;
    auto const place = bulkhead.try_acquire();
    check(is_refused([&] { return bulkhead(succeeds); }, errc::bulkhead_full), "a full bulkhead refuses");

    Retrying const patient{StopAfterAttempt<2>{}, WaitHint<10s, WaitNone>{}, RetryIf<Rejected>{}, Time{time}};
    check(pipeline(patient, limiter)(succeeds) == 1 && time.slept().back() == 1s, "a retry waits for its turn");

    CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>> breaker;
    auto const guarded = pipeline(breaker, limiter);
    check(is_refused([&] { return guarded(succeeds); }, errc::rate_limited) && breaker.idle(),
          "a refusal is no failure to a breaker");
    auto const answered = pipeline(Fallback{[](Failure const&) { return Coded<int>{9}; }}, limiter)(succeeds);
    check(answered == 9, "a fallback answers a refusal");
}

#if !GRIT_EXCEPTIONS
/// A result whose error is the rejection itself.
void rejections_are_errors() {
    RateLimiter<1, 1h> limiter;
    using Limited = std::expected<int, RateLimited>;
    using LimitedOrHttp = AnyOf<HttpError, RateLimited>;
    check(limiter([]() -> Limited { return 1; }) == 1, "a value");
    auto const refused = limiter([]() -> Limited { return 1; });
    check(!refused && refused.error().retry_after() > 0s, "the error is the rejection");
    auto const other = limiter([]() -> LimitedOrHttp { return 1; });
    check(!other && std::holds_alternative<RateLimited>(other.error()), "or one of several");
}
#endif

} // namespace

int main() {
    retry_sees_errors();
    retry_names_errors();
    breaker_counts_errors();
    limits_refuse();
#if !GRIT_EXCEPTIONS
    rejections_are_errors();
#endif
    return failures;
}
