// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/dialect/http_head.hpp>

#include <string>
#include <string_view>

#include <grit/llm/dialect/anthropic.hpp>
#include <grit/llm/dialect/openai.hpp>
#include <grit/llm/error/api_error.hpp>

#include "support/catch.hpp"

using namespace grit::llm;
using Catch::Matchers::ContainsSubstring;

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

TEST_CASE("the address of a base in any form is that of the dialect's path", "[R-746]") {
    struct Row {
        std::string_view base, path, url;
    };
    for (auto const& [base, path, url] : {
             Row{"", "/chat/completions", "https://own/v1/chat/completions"},
             Row{"http://h/v1", "/chat/completions", "http://h/v1/chat/completions"},
             Row{"http://h/v1//", "/chat/completions", "http://h/v1/chat/completions"},
             Row{"http://h:8080", "/chat/completions", "http://h:8080/chat/completions"},
             Row{"http://h/", "/messages", "http://h/messages"},
             Row{"http://h/proxy/openai/v1", "/models", "http://h/proxy/openai/v1/models"},
             // Azure: a deployment, and the form without a version.
             Row{"https://x.openai.azure.com/openai/deployments/d?api-version=2024-10-21", "/chat/completions",
                 "https://x.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21"},
             Row{"https://x.openai.azure.com/openai/v1/", "/responses",
                 "https://x.openai.azure.com/openai/v1/responses"},
             Row{"http://h/v1/?key=k", "/models?limit=1", "http://h/v1/models?limit=1&key=k"},
             // The address of a whole endpoint, whichever of them is asked.
             Row{"http://h/v1/chat/completions", "/chat/completions", "http://h/v1/chat/completions"},
             Row{"http://h/v1/chat/completions/?v=1", "/embeddings", "http://h/v1/embeddings?v=1"},
             Row{"http://h/v1/messages", "/messages", "http://h/v1/messages"},
             Row{"http://h/v1/responses", "/chat/completions", "http://h/v1/chat/completions"},
             Row{"http://me:secret@h/v1#there", "/messages", "http://h/v1/messages"},
         })
        CHECK(detail::url_of({.base_url = std::string{base}}, "https://own/v1", path) == url);
}

TEST_CASE("the key goes into the field that the endpoint names", "[R-747]") {
    Endpoint const azure{.base_url = "http://h", .key = ApiKey{"sk-0123456789"}, .key_header = "api-key"};
    auto const http = OpenAi::encode({.model = "m"}, azure);
    CHECK(http.headers.find("api-key") == "sk-0123456789");
    CHECK_FALSE(http.headers.find("Authorization").has_value());
    CHECK(Anthropic::encode({.model = "m"}, azure).headers.find("api-key") == "sk-0123456789");
}

TEST_CASE("a name and a password in the address are sent by basic authentication", "[R-745]") {
    Endpoint endpoint{.base_url = "http://me:open%20sesame%@h/v1"};
    auto const http = OpenAi::encode({.model = "m"}, endpoint);
    CHECK(http.url == "http://h/v1/chat/completions");
    CHECK(http.headers.find("Authorization") == "Basic bWU6b3BlbiBzZXNhbWUl");

    endpoint.key = ApiKey{"sk-0123456789"};
    CHECK(Anthropic::encode({.model = "m"}, endpoint).headers.find("x-api-key") == "sk-0123456789");
    CHECK(Anthropic::encode({.model = "m"}, endpoint).headers.find("Authorization") == "Basic bWU6b3BlbiBzZXNhbWUl");
    try {
        OpenAi::encode({.model = "m"}, endpoint);
        FAIL("two ways to show who asks, in one field");
    } catch (InvalidRequestError const& error) {
        CHECK_THAT(error.what(), ContainsSubstring("Authorization"));
        CHECK_THAT(error.what(), !ContainsSubstring("sesame") && !ContainsSubstring("0123"));
    }
    endpoint.key_header = "authorization"; // the same field
    CHECK_THROWS_AS(OpenAi::encode({.model = "m"}, endpoint), InvalidRequestError);
    CHECK_THROWS_AS(Anthropic::encode({.model = "m"}, endpoint), InvalidRequestError);
    endpoint.headers.set("Authorization", "by hand");
    CHECK(OpenAi::encode({.model = "m"}, endpoint).headers.find("Authorization") == "by hand");
}
