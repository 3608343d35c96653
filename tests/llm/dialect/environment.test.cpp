// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/dialect/environment.hpp>

#include <map>
#include <string>
#include <string_view>

#include <grit/llm/dialect/anthropic.hpp>
#include <grit/llm/dialect/openai.hpp>
#include <grit/llm/dialect/openai_responses.hpp>

#include "support/catch.hpp"

using namespace grit::llm;
using Catch::Matchers::ContainsSubstring;

namespace {

using Variables = std::map<std::string, std::string>;

Endpoint from(Provider provider, Variables const& variables) {
    return endpoint_from_environment(provider, [&](char const* name) -> char const* {
        auto const found = variables.find(name);
        return found == variables.end() ? nullptr : found->second.c_str();
    });
}

} // namespace

TEST_CASE("OpenAI's variables make an endpoint for both of its protocols", "[R-751]") {
    Variables const variables{
        {"OPENAI_API_KEY", "sk-o"},        {"OPENAI_BASE_URL", "http://gateway/v1"},
        {"OPENAI_ORG_ID", "org"},          {"OPENAI_PROJECT_ID", "p"},
        {"ANTHROPIC_API_KEY", "sk-a"},     {"ANTHROPIC_BASE_URL", "http://other"},
        {"AZURE_OPENAI_API_KEY", "azure"}, {"AZURE_OPENAI_ENDPOINT", "https://x.openai.azure.com"}};
    for (auto const provider : {Provider::openai, Provider::openai_responses}) {
        auto const endpoint = from(provider, variables);
        CHECK(endpoint.base_url == "http://gateway/v1");
        CHECK(endpoint.key.reveal() == "sk-o");
        CHECK(endpoint.organization == "org");
        CHECK(endpoint.project == "p");
        CHECK(endpoint.key_header.empty());
    }
    auto const nothing = from(Provider::openai, {{"OPENAI_BASE_URL", ""}});
    CHECK(nothing.base_url.empty());
    CHECK(nothing.key.empty());
}

TEST_CASE("Anthropic's base has no version in its variable", "[R-751]") {
    auto const url = [](std::string base) {
        auto const endpoint =
            from(Provider::anthropic,
                 {{"ANTHROPIC_BASE_URL", std::move(base)}, {"ANTHROPIC_API_KEY", "sk-a"}, {"OPENAI_API_KEY", "sk-o"}});
        CHECK(endpoint.key.reveal() == "sk-a");
        return Anthropic::encode({.model = "m"}, endpoint).url;
    };
    CHECK(url("") == "https://api.anthropic.com/v1/messages");
    CHECK(url("https://api.anthropic.com") == "https://api.anthropic.com/v1/messages");
    CHECK(url("https://api.anthropic.com/v1/") == "https://api.anthropic.com/v1/messages");
    CHECK(url("http://gateway/anthropic/") == "http://gateway/anthropic/v1/messages");
}

TEST_CASE("Azure's variables count where OpenAI's say nothing", "[R-751]") {
    Variables variables{{"AZURE_OPENAI_ENDPOINT", "https://x.openai.azure.com/"},
                        {"AZURE_OPENAI_API_KEY", "azure"},
                        {"AZURE_OPENAI_DEPLOYMENT", "d"},
                        {"OPENAI_API_VERSION", "2024-10-21"}};
    auto const dated = from(Provider::openai, variables);
    auto const http = OpenAi::encode({.model = "d"}, dated);
    CHECK(http.url == "https://x.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21");
    CHECK(http.headers.find("api-key") == "azure");
    CHECK_FALSE(http.headers.find("Authorization").has_value());
    CHECK(dated.model == "d");
    variables.erase("OPENAI_API_VERSION");
    CHECK(OpenAiResponses::encode({}, from(Provider::openai_responses, variables)).url ==
          "https://x.openai.azure.com/openai/v1/responses");
    // The address of the newer form, as its own variable or as OpenAI's.
    variables["AZURE_OPENAI_ENDPOINT"] = "https://x.openai.azure.com/openai/v1/";
    CHECK(OpenAi::encode({}, from(Provider::openai, variables)).url ==
          "https://x.openai.azure.com/openai/v1/chat/completions");
    Variables const as_openai{{"OPENAI_BASE_URL", "https://x.openai.azure.com/openai/v1"},
                              {"AZURE_OPENAI_API_KEY", "azure"},
                              {"OPENAI_API_KEY", "sk-o"}};
    CHECK(from(Provider::openai, as_openai).key.reveal() == "azure");
    CHECK(from(Provider::openai, as_openai).key_header == "api-key");
}

TEST_CASE("no key goes to the host of another vendor", "[R-751]") {
    auto const refused = [](Provider provider, Variables const& variables) {
        try {
            from(provider, variables);
        } catch (InvalidRequestError const& error) {
            CHECK_THAT(error.what(), !ContainsSubstring("secret"));
            return true;
        }
        return false;
    };
    CHECK(
        refused(Provider::openai, {{"OPENAI_API_KEY", "secret"}, {"OPENAI_BASE_URL", "https://api.anthropic.com/v1"}}));
    CHECK(refused(Provider::openai,
                  {{"OPENAI_API_KEY", "secret"}, {"OPENAI_BASE_URL", "https://X.OpenAI.Azure.com./v1"}}));
    CHECK(refused(Provider::openai,
                  {{"AZURE_OPENAI_API_KEY", "secret"}, {"AZURE_OPENAI_ENDPOINT", "https://api.openai.com"}}));
    CHECK(refused(Provider::anthropic,
                  {{"ANTHROPIC_API_KEY", "secret"}, {"ANTHROPIC_BASE_URL", "https://api.openai.com"}}));
    CHECK(refused(Provider::anthropic,
                  {{"ANTHROPIC_API_KEY", "secret"}, {"ANTHROPIC_BASE_URL", "https://me:secret@api.openai.com:443/x"}}));
    // A host of one's own is where its user says.
    CHECK_FALSE(refused(Provider::anthropic,
                        {{"ANTHROPIC_API_KEY", "secret"}, {"ANTHROPIC_BASE_URL", "https://notopenai.com"}}));
    CHECK_FALSE(
        refused(Provider::openai, {{"OPENAI_API_KEY", "secret"}, {"OPENAI_BASE_URL", "https://eu.api.openai.com/v1"}}));
}
