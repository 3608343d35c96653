// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/failure_if.hpp>

#include <string>
#include <system_error>

#include <grit/circuit_breaker.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("FailureIf names the failures, and every other error is neutral", "[circuit_breaker][R-221]") {
    CircuitBreaker<OpenAfterFailures<2>, OpenFor<1s>, FailureIf<ServerError>> breaker;
    fail_with<ServerError>(breaker);
    fail_with<NotFound>(breaker);   // neither counts nor resets
    fail_with<BadGateway>(breaker); // derived from ServerError
    REQUIRE(breaker.state() == CircuitState::open);

    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>, FailureIf<std::runtime_error>> by_base;
    REQUIRE_THROWS(by_base([] { throw Rejected{"quota"}; })); // a base does not name a rejection
    REQUIRE_THROWS(by_base([] { throw std::system_error{std::make_error_code(std::errc::operation_canceled)}; }));
    REQUIRE(by_base.state() == CircuitState::closed);
    REQUIRE_THROWS(by_base([] { throw std::system_error{std::make_error_code(std::errc::timed_out)}; }));
    REQUIRE(by_base.state() == CircuitState::open);

    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>, FailureIf<Rejected>> by_rejection;
    REQUIRE_THROWS(by_rejection([] { throw CircuitOpenError(CircuitState::open, 1s); }));
    REQUIRE(by_rejection.state() == CircuitState::open);
}

TEST_CASE("IgnoreIf makes an error neutral, whatever names it a failure", "[circuit_breaker][R-222]") {
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>, IgnoreIf<NotFound>> breaker;
    fail_with<NotFound>(breaker);
    REQUIRE(breaker.state() == CircuitState::closed);
    fail_with<ServerError>(breaker);
    REQUIRE(breaker.state() == CircuitState::open);

    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>, FailureIf<std::runtime_error>, IgnoreIf<ServerError>> both;
    fail_with<BadGateway>(both);
    REQUIRE(both.state() == CircuitState::closed);
    fail_with<NotFound>(both);
    REQUIRE(both.state() == CircuitState::open);
}

TEST_CASE("FailureIfResult judges what the operation returned", "[circuit_breaker][R-223]") {
    CircuitBreaker breaker{OpenAfterFailures<2>{}, OpenFor<1s>{},
                           FailureIfResult{[](int status) { return status >= 500; }}};
    REQUIRE(breaker([] { return 503; }) == 503);
    REQUIRE(breaker([] { return 404; }) == 404);
    REQUIRE(breaker([] { return 503; }) == 503);
    REQUIRE(breaker([] { return std::string{"not asked"}; }) == "not asked");
    REQUIRE(breaker.state() == CircuitState::closed);
    REQUIRE(breaker([] { return 503; }) == 503);
    fail_with<ServerError>(breaker); // exceptions count as without it
    REQUIRE(breaker.state() == CircuitState::open);

    CircuitBreaker throwing{OpenAfterFailures<1>{}, OpenFor<1s>{},
                            FailureIfResult{[](int) -> bool { throw NotFound{}; }}};
    REQUIRE_THROWS_AS(throwing([] { return 1; }), NotFound);
    REQUIRE(throwing.state() == CircuitState::closed); // the predicate failed, not the service
}

TEST_CASE("A policy that judges by types or by a constant takes no room", "[circuit_breaker]") {
    constexpr auto is_busy = [](int status) { return status == 503; };
    using Busy = FailureIfResult<is_busy>;
    STATIC_REQUIRE(std::is_empty_v<FailureIf<ServerError>>);
    STATIC_REQUIRE(std::is_empty_v<IgnoreIf<ServerError>>);
    STATIC_REQUIRE(std::is_empty_v<Busy>);
    STATIC_REQUIRE(Busy{}(503));
    STATIC_REQUIRE(!Busy{}(500));
    STATIC_REQUIRE(Busy::looks_at<int>);
    STATIC_REQUIRE(!Busy::looks_at<std::string>);
}
