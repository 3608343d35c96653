// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/classify.hpp>

#include <optional>
#include <string>
#include <system_error>
#include <variant>

#include <grit/circuit_breaker.hpp>
#include <grit/pipeline.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("Without an outcome policy every exception is a failure but what says nothing of the service",
          "[circuit_breaker][R-220]") {
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>> breaker;
    auto const throws = [&](auto const& error) {
        REQUIRE_THROWS_AS(breaker([&] { throw error; }), std::remove_cvref_t<decltype(error)>);
    };
    throws(Rejected{"quota"});
    throws(CircuitOpenError{CircuitState::open, 1s});
    throws(std::system_error{std::make_error_code(std::errc::operation_canceled)});
    REQUIRE(breaker.state() == CircuitState::closed);
    SECTION("another system error") { throws(std::system_error{std::make_error_code(std::errc::timed_out)}); }
    SECTION("an error") { throws(std::runtime_error{"x"}); }
    SECTION("anything") { throws(42); }
    REQUIRE(breaker.state() == CircuitState::open);
}

TEST_CASE("Errors in results are judged like exceptions", "[circuit_breaker][R-224]") {
    using Breaker = CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>>;
    SECTION("the error of an expected-like result") {
        Breaker breaker;
        breaker([] { return Reply<ServerError>::failed(); });
        REQUIRE(breaker.state() == CircuitState::open);
    }
    SECTION("a rejection in it is neutral") {
        Breaker breaker, other;
        other.force_open();
        (void)breaker([&] { return other.try_call([] {}); });
        REQUIRE(breaker.state() == CircuitState::closed);
    }
    SECTION("an error code, but not that of a cancellation") {
        Breaker breaker;
        breaker([] { return std::make_error_code(std::errc::operation_canceled); });
        breaker([] { return std::error_code{}; });
        REQUIRE(breaker.state() == CircuitState::closed);
        breaker([] { return std::make_error_code(std::errc::timed_out); });
        REQUIRE(breaker.state() == CircuitState::open);
    }
    SECTION("a variant, if its alternative is named") {
        using Result = std::variant<int, ServerError, NotFound>;
        Breaker plain;
        plain([] { return Result{ServerError{}}; });
        REQUIRE(plain.state() == CircuitState::closed);
        CircuitBreaker<OpenAfterFailures<2>, OpenFor<1s>, FailureIf<ServerError>, IgnoreIf<NotFound>> named;
        named([] { return Result{ServerError{}}; });
        named([] { return Result{NotFound{}}; });
        named([] { return Result{ServerError{}}; });
        REQUIRE(named.state() == CircuitState::open);
    }
    SECTION("what is plain is a success") {
        CircuitBreaker<OpenAfterFailures<2>, OpenFor<1s>> breaker;
        fail(breaker);
        REQUIRE(breaker([] { return std::optional<int>{}; }) == std::nullopt);
        fail(breaker);
        REQUIRE(breaker.state() == CircuitState::closed);
    }
}

TEST_CASE("Of several catch clauses the first that matches decides", "[circuit_breaker][R-220][R-221][R-222]") {
    using detail::Classify;
    using detail::Clause;
    constexpr Outcome failure = Outcome::failure;
    constexpr Outcome neutral = Outcome::neutral;

    // Nothing but what may be neutral is caught.
    using Default = Classify<Types<>>;
    STATIC_REQUIRE(Default::otherwise == failure);
    STATIC_REQUIRE(
        std::is_same_v<Default::Clauses, Types<Clause<Rejected, neutral>, Clause<std::system_error, failure>>>);

    using Named = Classify<Types<FailureIf<ServerError, CircuitOpenError>, IgnoreIf<BadGateway>>>;
    STATIC_REQUIRE(Named::otherwise == neutral);
    STATIC_REQUIRE(
        std::is_same_v<Named::Clauses,
                       Types<Clause<BadGateway, neutral>, Clause<CircuitOpenError, failure>, Clause<Rejected, neutral>,
                             Clause<ServerError, failure>, Clause<std::system_error, neutral>>>);

    // What comes after its base cannot be reached.
    using ByBase = Classify<Types<FailureIf<BadGateway>, IgnoreIf<ServerError>>>;
    STATIC_REQUIRE(std::is_same_v<ByBase::Clauses, Types<Clause<ServerError, neutral>, Clause<Rejected, neutral>,
                                                         Clause<std::system_error, neutral>>>);
}

namespace {

struct Quota : std::runtime_error {
    Quota() : std::runtime_error("quota") {}
};
/// An error of two kinds.
struct SystemQuota : std::system_error, Quota {
    explicit SystemQuota(std::errc code) : std::system_error(std::make_error_code(code)) {}
};
struct DerivedCode : std::error_code {
    using std::error_code::error_code;
};

template <class E>
struct Failed {
    E held;
    static bool has_value() { return false; }
    E const& error() const { return held; }
};

/// Returns: what a breaker of these policies makes of an error, thrown and as a value, which must agree.
template <class... Ps, class E>
std::string judged(E const& error) {
    std::string both;
    for (bool const thrown : {true, false}) {
        CircuitBreaker<OpenAfterFailures<2>, OpenFor<1s>, Ps...> breaker;
        breaker.try_acquire().failure(); // one more failure opens it, a success makes two necessary
        if (thrown) {
            try {
                breaker([&] { throw error; });
            } catch (E const&) {
            }
        } else breaker([&] { return Failed<E>{error}; });
        bool const opened = breaker.state() == CircuitState::open;
        breaker.try_acquire().failure();
        both += opened ? 'f' : breaker.state() == CircuitState::open ? 'n' : 's';
    }
    return both;
}

} // namespace

TEST_CASE("An error that proves the service well is a success", "[circuit_breaker][R-286]") {
    REQUIRE(judged<SuccessIf<NotFound>>(NotFound{}) == "ss");
    REQUIRE(judged<SuccessIf<NotFound>>(ServerError{}) == "ff"); // nobody named failures: every other error is one
    REQUIRE(judged<SuccessIf<NotFound>, FailureIf<ServerError>>(Quota{}) == "nn");
    REQUIRE(judged<SuccessIf<std::runtime_error>, FailureIf<Quota>>(Quota{}) == "ff"); // the derived one
    REQUIRE(judged<SuccessIf<Quota>, FailureIf<std::runtime_error>>(Quota{}) == "ss");
    REQUIRE(judged<SuccessIf<std::runtime_error>, IgnoreIf<Quota>>(Quota{}) == "nn");
    REQUIRE(judged<SuccessIf<std::system_error>>(std::system_error{std::make_error_code(std::errc::timed_out)}) ==
            "ss");
    REQUIRE(judged<SuccessIf<std::system_error>>(
                std::system_error{std::make_error_code(std::errc::operation_canceled)}) == "nn");
    SECTION("a base names neither a rejection nor a cancellation") {
        REQUIRE(judged<SuccessIf<std::exception>>(Quota{}) == "ss");
        REQUIRE(judged<SuccessIf<std::exception>>(Rejected{"quota"}) == "nn");
        REQUIRE(judged<SuccessIf<std::runtime_error>>(CircuitOpenError{CircuitState::open, 1s}) == "nn");
        REQUIRE(judged<SuccessIf<Rejected>>(CircuitOpenError{CircuitState::open, 1s}) == "ss");
        REQUIRE(judged<SuccessIf<Rejected>, FailureIf<CircuitOpenError>>(CircuitOpenError{CircuitState::open, 1s}) ==
                "ff");
        REQUIRE(judged<IgnoreIf<std::exception>>(Rejected{"quota"}) == "nn");
        REQUIRE(judged<SuccessIf<std::exception>>(
                    std::system_error{std::make_error_code(std::errc::operation_canceled)}) == "nn");
        using Judge = detail::Classify<Types<SuccessIf<std::runtime_error>>>;
        REQUIRE(Judge::of_rejection(CircuitOpen{CircuitState::open, 1s}) == Outcome::neutral);
    }
    SECTION("of a probe, too") {
        ManualTime time;
        CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<1s>{}, SuccessIf<NotFound>{}, Time{time}};
        breaker.try_acquire().failure();
        time.advance(1s);
        REQUIRE_THROWS_AS(breaker([] { throw NotFound{}; }), NotFound);
        REQUIRE(breaker.state() == CircuitState::closed);
    }
    SECTION("in a pipeline") {
        CircuitBreaker<OpenAfterFailures<2>, OpenFor<1s>, SuccessIf<NotFound>> breaker;
        auto const line = pipeline(breaker);
        breaker.try_acquire().failure();
        REQUIRE_THROWS_AS(line([] { throw NotFound{}; }), NotFound);
        breaker.try_acquire().failure();
        REQUIRE(breaker.state() == CircuitState::closed);
    }
}

TEST_CASE("An error of several bases is judged alike on every channel", "[circuit_breaker][R-287]") {
    SystemQuota const timed_out{std::errc::timed_out};
    REQUIRE(judged<FailureIf<Quota>>(timed_out) == "ff");
    REQUIRE(judged<IgnoreIf<Quota>>(timed_out) == "nn");
    REQUIRE(judged<SuccessIf<Quota>>(timed_out) == "ss");
    REQUIRE(judged<FailureIf<std::system_error>>(timed_out) == "ff");
    REQUIRE(judged<FailureIf<ServerError>>(timed_out) == "nn");
    REQUIRE(judged<FailureIf<Quota>, IgnoreIf<std::system_error>>(timed_out) == "nn");
    REQUIRE(judged<>(SystemQuota{std::errc::operation_canceled}) == "nn");
    REQUIRE(judged<FailureIf<Quota>>(SystemQuota{std::errc::operation_canceled}) == "ff"); // seen as a Quota
    REQUIRE(judged<FailureIf<Quota>, SuccessIf<std::system_error>>(timed_out) == "ss");    // SuccessIf comes first
    REQUIRE(judged<SuccessIf<Quota>, FailureIf<std::system_error>>(timed_out) == "ss");
    REQUIRE(judged<FailureIf<std::exception>>(std::system_error{std::make_error_code(std::errc::operation_canceled)}) ==
            "nn");
}

TEST_CASE("A class derived from std::error_code is one", "[circuit_breaker][R-287]") {
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>> breaker;
    breaker([] { return DerivedCode{}; });
    breaker([] { return DerivedCode{static_cast<int>(std::errc::operation_canceled), std::generic_category()}; });
    REQUIRE(breaker.state() == CircuitState::closed);
    breaker([] { return DerivedCode{static_cast<int>(std::errc::timed_out), std::generic_category()}; });
    REQUIRE(breaker.state() == CircuitState::open);
}
