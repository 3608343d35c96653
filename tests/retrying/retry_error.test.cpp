// SPDX-License-Identifier: BSL-1.0
#include <grit/retrying/report.hpp>

#include <memory>

#include "retrying/samples.hpp"

using namespace grit;
using namespace samples;

TEST_CASE("ThrowRetryError gives up with what is known of the call") {
    ManualTime time{5s};
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<2s>{}, ThrowRetryError{}, Time{time}};
    AlwaysFails<NetworkError> operation;
    try {
        retrying(operation);
        FAIL("nothing was thrown");
    } catch (RetryError const& error) {
        REQUIRE(error.attempts() == 3);
        REQUIRE(error.elapsed() == 4s);
        REQUIRE(error.reason() == StopReason::attempts);
        REQUIRE_THROWS_AS(std::rethrow_exception(error.exception()), NetworkError);
        REQUIRE(error.what() == std::string{"gave up after 3 attempts (attempts): network"});
    }
}

TEST_CASE("ThrowRetryError lets pass what is not retried and what succeeds") {
    constexpr Retrying<StopAfterAttempt<3>, RetryIf<NetworkError>, ThrowRetryError> retrying;
    AlwaysFails<FatalError> fatal;
    REQUIRE_THROWS_AS(retrying(fatal), FatalError);
    REQUIRE_THROWS_AS(retrying([] { throw Permanent{NetworkError{}}; }), NetworkError);
    FailsFirst<NetworkError> operation{2};
    REQUIRE(retrying(operation) == 3);
}

TEST_CASE("ThrowRetryError holds a last result that can be copied") {
    using Result = Expected<int, std::string>;
    constexpr Retrying<StopAfterAttempt<2>, ThrowRetryError> retrying;
    try {
        (void)retrying([] { return Result::failure("busy"); });
        FAIL("nothing was thrown");
    } catch (RetryErrorWith<Result> const& error) {
        REQUIRE(error.result().error() == "busy");
        REQUIRE(error.attempts() == 2);
        REQUIRE_THROWS_AS(std::rethrow_exception(error.exception()), std::string);
    }
    Retrying const by_value{StopAfterAttempt<2>{}, RetryIfResult{[](int) { return true; }}, ThrowRetryError{}};
    try {
        by_value([] { return 5; });
        FAIL("nothing was thrown");
    } catch (RetryErrorWith<int> const& error) {
        REQUIRE(error.result() == 5);
        REQUIRE(error.exception() == nullptr);
    }
    Retrying const only_moved{StopAfterAttempt<2>{}, RetryIfResult{[](std::unique_ptr<int> const&) { return true; }},
                              ThrowRetryError{}};
    REQUIRE_THROWS_AS(only_moved([] { return std::make_unique<int>(1); }), RetryError);
}

TEST_CASE("ThrowRetryError runs the hooks first") {
    std::string log;
    Retrying const retrying{StopAfterAttempt<2>{}, ThrowRetryError{}, After{[&] { log += 'a'; }},
                            OnGiveUp{[&] { log += 'g'; }}};
    AlwaysFails<NetworkError> operation;
    REQUIRE_THROWS_AS(retrying(operation), RetryError);
    REQUIRE(log == "aag");
}

TEST_CASE("a RetryError inside another call is an error as any other") {
    constexpr Retrying<StopAfterAttempt<2>, ThrowRetryError> inner;
    constexpr Retrying<StopAfterAttempt<3>, RetryIf<RetryError>> outer;
    AlwaysFails<NetworkError> operation;
    REQUIRE_THROWS_AS(outer([&] { return inner(operation); }), RetryError);
    REQUIRE(operation.calls == 6);
}
