// SPDX-License-Identifier: BSL-1.0
#include <grit/retry_if/traits.hpp>

#include <grit/retry.hpp>

#include "retry_if/errors.hpp"
#include "support/catch.hpp"

// Predicates of one's own, which say as little as they can.

using namespace grit;
using detail::PredicateTraits;

namespace {

struct OnResult {
    static constexpr Family family = Family::retry;
    constexpr bool on_result(int n) const { return n < 0; }
};
struct OnException {
    static constexpr Family family = Family::retry;
    using Handles = Types<HttpError>;
    bool on_exception(HttpError const& error) const { return error.status >= 500; }
};
/// With a value, so that a set holds it.
struct OnStatus {
    static constexpr Family family = Family::retry;
    using Handles = Types<HttpError>;
    int status;
    bool on_exception(HttpError const& error) const { return error.status == status; }
    bool on_result(int returned) const { return returned == status; }
};
/// Says no to what others want retried.
struct UnlessClientError {
    static constexpr Family family = Family::retry;
    static constexpr bool vetoes = true;
    using Handles = Types<HttpError>;
    bool on_exception(HttpError const& error) const { return error.status >= 500; }
};
/// Says so by the type already.
struct Unless : UnlessClientError {
    template <class E>
    static constexpr bool always_vetoes = std::is_same_v<E, HttpError>;
};
struct UnlessEven {
    static constexpr Family family = Family::retry;
    static constexpr bool vetoes = true;
    constexpr bool on_result(int n) const { return n % 2 != 0; }
};
struct NamesAll {
    [[maybe_unused]] static constexpr Family family = Family::retry;
    static constexpr bool names_errors = true;
    static constexpr bool names_results = true;
    using Handles = Types<HttpError>;
    template <class R>
    static constexpr bool looks_at = std::is_same_v<R, long>;
    bool on_exception(HttpError const&) const { return true; }
    bool on_result(auto const&) const { return true; }
};
struct IfAnything {
    [[maybe_unused]] static constexpr Family family = Family::retry;
    constexpr bool on_result(auto const&) const { return true; }
};
struct Nothing {
    [[maybe_unused]] static constexpr Family family = Family::retry;
};

/// Calls until it succeeds or three attempts have failed. Returns: how many attempts it made.
template <class Operation, class... Ps>
int attempts_of(Operation const& operation, Ps const&... predicates) {
    int calls = 0;
    Retrying const retrying{StopAfterAttempt<3>{}, predicates...};
    try {
        retrying([&] {
            ++calls;
            return operation();
        });
    } catch (std::exception const&) {
    }
    return calls;
}
template <class... Ps>
int attempts_at_status(int status, Ps const&... predicates) {
    return attempts_of([status]() -> int { throw HttpError{status}; }, predicates...);
}
template <class... Ps>
int attempts_at_result(int result, Ps const&... predicates) {
    return attempts_of([result] { return result; }, predicates...);
}

} // namespace

TEST_CASE("a predicate needs no more than on_result") {
    using Traits = PredicateTraits<OnResult>;
    STATIC_REQUIRE(std::is_same_v<Traits::Handles, Types<>>);
    STATIC_REQUIRE(std::is_same_v<Traits::Vetoes, Types<>>);
    STATIC_REQUIRE_FALSE(Traits::vetoes);
    STATIC_REQUIRE_FALSE(Traits::names_errors);
    STATIC_REQUIRE(Traits::names_results);
    STATIC_REQUIRE(Traits::looks_at<int>);
    STATIC_REQUIRE_FALSE(Traits::looks_at<std::string>);
    STATIC_REQUIRE_FALSE(Traits::looks_at<void>);
    STATIC_REQUIRE(Traits::retries_result(OnResult{}, -1));
    STATIC_REQUIRE_FALSE(Traits::retries_result(OnResult{}, 1));
    REQUIRE_FALSE(Traits::retries_result(OnResult{}, std::string{"-1"}));
    REQUIRE_FALSE(Traits::retries(OnResult{}, HttpError{}));
    STATIC_REQUIRE_FALSE(Traits::forbids_result(OnResult{}, 1));

    REQUIRE(attempts_at_result(-1, OnResult{}) == 3);
    REQUIRE(attempts_at_result(1, OnResult{}) == 1);
    REQUIRE(attempts_at_status(503, OnResult{}) == 1); // it was named, so the default is gone
}

TEST_CASE("a predicate needs no more than the errors that it handles, and on_exception") {
    using Traits = PredicateTraits<OnException>;
    STATIC_REQUIRE(std::is_same_v<Traits::Handles, Types<HttpError>>);
    STATIC_REQUIRE_FALSE(Traits::vetoes);
    STATIC_REQUIRE(Traits::names_errors);
    STATIC_REQUIRE_FALSE(Traits::names_results);
    STATIC_REQUIRE_FALSE(Traits::looks_at<int>);
    STATIC_REQUIRE_FALSE(Traits::always_retries<HttpError>);
    REQUIRE(Traits::retries(OnException{}, HttpError{503}));
    REQUIRE_FALSE(Traits::retries(OnException{}, HttpError{404}));
    REQUIRE_FALSE(Traits::retries_result(OnException{}, 503));
    REQUIRE_FALSE(Traits::forbids(OnException{}, HttpError{404}));

    REQUIRE(attempts_at_status(503, OnException{}) == 3);
    REQUIRE(attempts_at_status(404, OnException{}) == 1);
    REQUIRE(attempts_of([]() -> int { throw RateLimited{}; }, OnException{}) == 1);
    REQUIRE(attempts_of([]() -> int { throw Timeout{}; }, OnException{}) == 1);
    REQUIRE(attempts_of([] { return failed(HttpError{503}); }, OnException{}) == 1); // on_result is not there
}

TEST_CASE("a predicate may look at both channels, with a value of its own") {
    REQUIRE(attempts_at_status(503, OnStatus{503}) == 3);
    REQUIRE(attempts_at_status(503, OnStatus{404}) == 1);
    REQUIRE(attempts_at_result(404, OnStatus{404}) == 3);
    REQUIRE(attempts_at_result(503, OnStatus{404}) == 1);
}

TEST_CASE("a veto needs no more than to say so") {
    using Errors = PredicateTraits<UnlessClientError>;
    STATIC_REQUIRE(Errors::vetoes);
    STATIC_REQUIRE(std::is_same_v<Errors::Vetoes, Types<>>);
    REQUIRE(Errors::forbids(UnlessClientError{}, HttpError{404}));
    REQUIRE_FALSE(Errors::forbids(UnlessClientError{}, HttpError{503}));
    STATIC_REQUIRE_FALSE(Errors::forbids_result(UnlessClientError{}, 404));
    using Results = PredicateTraits<UnlessEven>;
    STATIC_REQUIRE(Results::forbids_result(UnlessEven{}, 2));
    STATIC_REQUIRE_FALSE(Results::forbids_result(UnlessEven{}, 1));
    REQUIRE_FALSE(Results::forbids_result(UnlessEven{}, std::string{"2"}));
    REQUIRE_FALSE(Results::forbids(UnlessEven{}, HttpError{404}));

    // Alone it decides.
    REQUIRE(attempts_at_status(503, UnlessClientError{}) == 3);
    REQUIRE(attempts_at_status(404, UnlessClientError{}) == 1);
    REQUIRE(attempts_at_result(1, UnlessEven{}) == 3);
    REQUIRE(attempts_at_result(2, UnlessEven{}) == 1);
    // Beside a predicate that says what to retry it only says no.
    REQUIRE(attempts_at_status(503, RetryIf<HttpError>{}, UnlessClientError{}) == 3);
    REQUIRE(attempts_at_status(404, RetryIf<HttpError>{}, UnlessClientError{}) == 1);
    REQUIRE(attempts_at_result(-1, OnResult{}, UnlessEven{}) == 3);
    REQUIRE(attempts_at_result(-2, OnResult{}, UnlessEven{}) == 1);
    REQUIRE(attempts_at_result(1, OnResult{}, UnlessEven{}) == 1);
}

TEST_CASE("a veto that is told of an error that it does not handle says nothing") {
    REQUIRE(attempts_of([]() -> int { throw Timeout{}; }, RetryIf<HttpError, Timeout>{}, UnlessEven{}) == 3);
    REQUIRE(attempts_at_result(-1, OnResult{}, UnlessClientError{}) == 3);
}

TEST_CASE("what a predicate does say counts") {
    using Traits = PredicateTraits<NamesAll>;
    STATIC_REQUIRE(Traits::names_errors);
    STATIC_REQUIRE(Traits::names_results);
    STATIC_REQUIRE(Traits::looks_at<long>);
    STATIC_REQUIRE_FALSE(Traits::looks_at<int>);
    STATIC_REQUIRE_FALSE(Traits::retries_result(NamesAll{}, 1)); // it does not look at an int
    STATIC_REQUIRE(PredicateTraits<RetryIf<HttpError>>::always_retries<RateLimited>);
    STATIC_REQUIRE(std::is_same_v<PredicateTraits<RetryUnless<HttpError>>::Vetoes, Types<HttpError>>);
    STATIC_REQUIRE(PredicateTraits<Unless>::always_vetoes<HttpError>);
    STATIC_REQUIRE_FALSE(PredicateTraits<Unless>::always_vetoes<RateLimited>);
    STATIC_REQUIRE_FALSE(PredicateTraits<UnlessClientError>::always_vetoes<HttpError>);
}

TEST_CASE("a predicate that takes any result is not asked about an error without one") {
    STATIC_REQUIRE(PredicateTraits<IfAnything>::looks_at<int>);
    STATIC_REQUIRE_FALSE(PredicateTraits<IfAnything>::looks_at<detail::ErrorView<HttpError>>);
    STATIC_REQUIRE(PredicateTraits<RetryIf<HttpError>>::looks_at<detail::ErrorView<HttpError>>);
}

TEST_CASE("a predicate that looks at nothing retries nothing") {
    using Traits = PredicateTraits<Nothing>;
    STATIC_REQUIRE(std::is_same_v<Traits::Handles, Types<>>);
    STATIC_REQUIRE_FALSE(Traits::looks_at<int>);
    STATIC_REQUIRE_FALSE(Traits::retries_result(Nothing{}, 1));
    REQUIRE_FALSE(Traits::retries(Nothing{}, HttpError{}));
    REQUIRE_FALSE(Traits::forbids(Nothing{}, HttpError{}));
}

TEST_CASE("predicates of one's own combine with the others") {
    REQUIRE(attempts_at_status(503, OnException{} | RetryIf<Timeout>{}) == 3);
    REQUIRE(attempts_of([]() -> int { throw Timeout{}; }, OnException{} | RetryIf<Timeout>{}) == 3);
    REQUIRE(attempts_at_status(404, OnException{} | RetryIf<Timeout>{}) == 1);
    REQUIRE(attempts_at_status(503, OnException{} & RetryIfMessage<"503">{}) == 3);
    REQUIRE(attempts_at_status(500, OnException{} & RetryIfMessage<"503">{}) == 1);
    REQUIRE(attempts_at_result(-1, OnException{} | OnResult{}) == 3);
    REQUIRE(attempts_at_result(-1, OnResult{} & UnlessEven{}) == 3);
    REQUIRE(attempts_at_result(-2, OnResult{} & UnlessEven{}) == 1);
}

TEST_CASE("a predicate can be asked about each error that it handles, or not") {
    STATIC_REQUIRE(detail::asks_about<OnException, Types<HttpError, RateLimited>>);
    STATIC_REQUIRE_FALSE(detail::asks_about<OnException, Types<HttpError, Timeout>>);
    STATIC_REQUIRE(detail::asks_about<OnResult, Types<>>);
    STATIC_REQUIRE_FALSE(detail::asks_about<OnResult, Types<HttpError>>);
}
