// SPDX-License-Identifier: BSL-1.0
#include <grit/core/signal.hpp>

#include <stdexcept>
#include <string>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {
struct HttpError {
    int status;
};
} // namespace

TEST_CASE("TryAgain asks for another attempt and no wait") {
    TryAgain const signal;
    REQUIRE(signal.kind() == Signal::Kind::again);
    REQUIRE(signal.retry_after() == Duration::zero());
    REQUIRE(std::string{signal.what()} == "try again");
}

TEST_CASE("RetryAfter asks for a wait in any unit") {
    RetryAfter const signal{1500ms};
    REQUIRE(signal.kind() == Signal::Kind::again);
    REQUIRE(signal.retry_after() == 1500ms);
    REQUIRE(std::string{signal.what()} == "retry after a wait");
    REQUIRE(RetryAfter{0s}.retry_after() == Duration::zero());
    REQUIRE(RetryAfter{std::chrono::hours::max()}.retry_after() == Duration::max());
}

TEST_CASE("RetryAfter refuses a negative wait") {
    REQUIRE_THROWS_AS(RetryAfter{-1ns}, std::invalid_argument);
    REQUIRE_THROWS_WITH(RetryAfter{-1s}, Catch::Matchers::ContainsSubstring("grit: 'RetryAfter' was given a negative"));
}

TEST_CASE("Permanent hands on its error as its own type") {
    Permanent const signal{HttpError{401}};
    STATIC_REQUIRE(std::is_same_v<decltype(signal), Permanent<HttpError> const>);
    REQUIRE(signal.kind() == Signal::Kind::permanent);
    REQUIRE(signal.error().status == 401);
    REQUIRE(std::string{signal.what()} == "permanent error");

    PermanentSignal const& seen_by_the_loop = signal;
    REQUIRE_THROWS_AS(seen_by_the_loop.raise(), HttpError);
    try {
        seen_by_the_loop.raise();
    } catch (HttpError const& error) {
        REQUIRE(error.status == 401);
    }
}

TEST_CASE("every signal is caught as a Signal and as a std::exception") {
    REQUIRE_THROWS_AS(throw TryAgain{}, Signal);
    REQUIRE_THROWS_AS(throw RetryAfter{1s}, Signal);
    REQUIRE_THROWS_AS(throw Permanent{5}, Signal);
    REQUIRE_THROWS_AS(throw Permanent{std::runtime_error("no")}, std::exception);
}
