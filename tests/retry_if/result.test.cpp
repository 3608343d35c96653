// SPDX-License-Identifier: BSL-1.0
#include <grit/retry_if/result.hpp>

#include <optional>

#include <grit/retry_if/traits.hpp>

#include "retry_if/errors.hpp"
#include "support/catch.hpp"

using grit::RetryIfResult;
using grit::RetryUnlessResult;
using grit::detail::PredicateTraits;

namespace {
constexpr bool is_busy(int status) { return status == 503; }
struct Job {
    bool done;
    constexpr bool is_done() const { return done; }
};
} // namespace

TEST_CASE("RetryIfResult: a constant callable") {
    using Predicate = RetryIfResult<is_busy>;
    STATIC_REQUIRE(std::is_empty_v<Predicate>);
    STATIC_REQUIRE(Predicate{}.on_result(503));
    STATIC_REQUIRE_FALSE(Predicate{}.on_result(200));
    STATIC_REQUIRE(Predicate::looks_at<int>);
    STATIC_REQUIRE_FALSE(Predicate::looks_at<std::string>);
    STATIC_REQUIRE_FALSE(Predicate::looks_at<void>);
    STATIC_REQUIRE_FALSE(decltype(RetryIfResult{[](auto const&) { return true; }})::looks_at<std::monostate>);
    STATIC_REQUIRE(std::is_same_v<PredicateTraits<Predicate>::Handles, grit::Types<>>);
    STATIC_REQUIRE_FALSE(PredicateTraits<Predicate>::vetoes);
    REQUIRE_FALSE(PredicateTraits<Predicate>::retries(Predicate{}, Timeout{}));
}

TEST_CASE("RetryIfResult: a callable held by value") {
    int limit = 500;
    RetryIfResult const predicate{[limit](int status) { return status >= limit; }};
    REQUIRE(predicate.on_result(503));
    REQUIRE_FALSE(predicate.on_result(404));

    constexpr RetryIfResult by_pointer{&is_busy};
    STATIC_REQUIRE(std::is_same_v<decltype(by_pointer), RetryIfResult<grit::dynamic, bool (*)(int)> const>);
    STATIC_REQUIRE(by_pointer.on_result(503));
}

TEST_CASE("RetryIfResult: a callable without state takes no room, one with state must be given") {
    RetryIfResult const predicate{[](int) { return true; }};
    STATIC_REQUIRE(std::is_empty_v<decltype(predicate)>);
    STATIC_REQUIRE_FALSE(std::is_default_constructible_v<RetryIfResult<grit::dynamic, bool (*)(int)>>);
}

TEST_CASE("RetryIfResult: any result that the callable takes") {
    RetryIfResult const empty{[](auto const& r) { return !r; }};
    REQUIRE(empty.on_result(std::optional<int>{}));
    REQUIRE(empty.on_result(false));
    REQUIRE_FALSE(empty.on_result(std::optional<int>{0}));
    REQUIRE(RetryIfResult<&Job::is_done>{}.on_result(Job{true}));
    REQUIRE(RetryIfResult<&Job::done>{}.on_result(Job{true}));
}

TEST_CASE("RetryIfResult and RetryUnlessResult: an error without a result is not theirs, whatever the callable takes") {
    auto const any = [](auto const& r) { return r.done; }; // to ask whether it takes another type is an error
    STATIC_REQUIRE(decltype(RetryIfResult{any})::looks_at<Job>);
    STATIC_REQUIRE_FALSE(decltype(RetryIfResult{any})::looks_at<grit::detail::ErrorView<Timeout>>);
    STATIC_REQUIRE_FALSE(decltype(RetryUnlessResult{any})::looks_at<grit::detail::ErrorView<Timeout>>);
}

TEST_CASE("RetryUnlessResult: retries until the callable says true") {
    using Predicate = RetryUnlessResult<&Job::is_done>;
    STATIC_REQUIRE(std::is_empty_v<Predicate>);
    STATIC_REQUIRE(Predicate::vetoes);
    STATIC_REQUIRE(Predicate{}.on_result(Job{false}));
    STATIC_REQUIRE_FALSE(Predicate{}.on_result(Job{true}));
    REQUIRE_FALSE(PredicateTraits<Predicate>::retries(Predicate{}, Timeout{}));
}

TEST_CASE("RetryUnlessResult: vetoes a result for which the callable says true, and nothing else") {
    RetryUnlessResult const predicate{[](int status) { return status == 200; }};
    using Traits = PredicateTraits<std::remove_const_t<decltype(predicate)>>;
    REQUIRE(Traits::forbids_result(predicate, 200));
    REQUIRE_FALSE(Traits::forbids_result(predicate, 503));
    REQUIRE_FALSE(Traits::forbids_result(predicate, std::string{"200"}));
    REQUIRE_FALSE(Traits::forbids(predicate, Timeout{}));
    STATIC_REQUIRE_FALSE(PredicateTraits<RetryIfResult<is_busy>>::forbids_result(RetryIfResult<is_busy>{}, 200));
}
