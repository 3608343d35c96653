// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/http.hpp>

#include "support/catch.hpp"

using namespace grit::llm;

namespace {
struct Fixed {
    HttpResponse operator()(HttpRequest const&) { return {.status = 200}; }
};
struct NotATransport {
    int operator()(HttpRequest const&) { return 200; }
};
} // namespace

TEST_CASE("a transport is what turns a request into a response") {
    STATIC_REQUIRE(Transport<Fixed>);
    STATIC_REQUIRE(Transport<HttpResponse (*)(HttpRequest const&)>);
    STATIC_REQUIRE_FALSE(Transport<NotATransport>);
    STATIC_REQUIRE_FALSE(Transport<int>);
}

TEST_CASE("every way to fail has words of its own") {
    for (int i = 0; i <= static_cast<int>(TransportFailure::unknown); ++i)
        for (int j = 0; j < i; ++j)
            CHECK(to_string(static_cast<TransportFailure>(i)) != to_string(static_cast<TransportFailure>(j)));
}

TEST_CASE("the default limits are those of the official SDKs, with an end to a stalled answer") {
    constexpr Timeouts limits;
    STATIC_REQUIRE(limits.connect == std::chrono::seconds{5});
    STATIC_REQUIRE(limits.attempt == std::chrono::minutes{10});
    STATIC_REQUIRE(limits.idle == std::chrono::seconds{60});
    STATIC_REQUIRE(limits.first_byte == no_timeout);
}
