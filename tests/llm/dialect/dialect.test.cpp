// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/dialect/dialect.hpp>

#include <chrono>

#include <grit/llm/dialect/any.hpp>

#include "support/catch.hpp"

using namespace grit::llm;

namespace {

/// The least that a dialect of one's own has.
struct Plain {
    static HttpRequest encode(ChatRequest const& request, Endpoint const& endpoint, bool) {
        return {.url = endpoint.base_url, .body = request.messages.at(0).content};
    }
    static ChatResponse decode(HttpResponse const& response, ApiKey const& key,
                               std::chrono::system_clock::time_point now) {
        if (response.status != 200) throw_status_error(response, {.message = response.body}, key, now);
        return {.content = response.body};
    }
};

} // namespace

TEST_CASE("both providers are streaming dialects, and one's own is one with two functions") {
    STATIC_REQUIRE(StreamingDialect<OpenAi>);
    STATIC_REQUIRE(StreamingDialect<Anthropic>);
    STATIC_REQUIRE(Dialect<AnyDialect>);
    STATIC_REQUIRE(StreamingDialect<AnyDialect>);
    STATIC_REQUIRE(Dialect<Plain>);
    STATIC_REQUIRE_FALSE(StreamingDialect<Plain>);
}

TEST_CASE("what was set by hand is not replaced by a default") {
    Headers headers{{"a", "1"}};
    detail::set_default(headers, "A", "2");
    detail::set_default(headers, "B", "3");
    detail::set_default(headers, "C", "");
    detail::set_default(headers, "D", "Bearer ", ApiKey{});
    CHECK(headers.find("a") == "1");
    CHECK(headers.find("b") == "3");
    CHECK_FALSE(headers.find("c").has_value());
    CHECK_FALSE(headers.find("d").has_value());
}
