// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/dialect/dialect.hpp>

#include <chrono>

#include <grit/llm/dialect/any.hpp>
#include <grit/llm/error/throw_status_error.hpp>

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
