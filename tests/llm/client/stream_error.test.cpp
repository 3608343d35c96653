// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/client/stream_error.hpp>

#include <chrono>
#include <exception>
#include <string>
#include <type_traits>

#include <grit/llm/error/status_error.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;

TEST_CASE("a broken stream says what broke it and what had arrived") {
    OverloadedError const cause{{.status = 529, .message = "Overloaded", .retry_after = 2s}};
    StreamError const error{cause, std::make_exception_ptr(cause), {.content = "Hel"}};
    StreamError const copy = error;
    STATIC_REQUIRE(std::is_nothrow_copy_constructible_v<StreamError>);
    CHECK(copy.what() == std::string{"The stream broke off: Error code: 529 - Overloaded"});
    CHECK(copy.type_name() == "StreamError");
    CHECK(copy.cause_type() == "OverloadedError");
    CHECK(copy.partial().content == "Hel");
    CHECK(copy.retry_after() == 2s);
    CHECK_THROWS_AS(std::rethrow_exception(copy.cause()), OverloadedError);
}
