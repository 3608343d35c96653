// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/service/embed.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <grit/llm/client/client.hpp>
#include <grit/llm/dialect/any.hpp>
#include <grit/llm/error/connection_error.hpp>
#include <grit/llm/error/status_error.hpp>
#include <grit/llm/transport/scripted.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;
using Vectors = std::vector<std::vector<float>>;
using nlohmann::json;

namespace {

/// A client with its script and its time.
struct Bench {
    ScriptedTransport transport;
    grit::ManualTime time = {};
    Provider provider = Provider::openai;

    explicit Bench(std::vector<ScriptedStep> script) : transport{std::move(script)} {}

    auto client() {
        return Client{std::ref(transport),
                      {.base_url = "http://h/v1", .key = ApiKey{"sk-0123456789"}, .model = "small"},
                      AnyDialect{provider},
                      CompletionRetrying{}.with(grit::Time{time})};
    }
};

Vectors vectors_of(std::string const& data, std::vector<std::string> input = {"a", "b"}) {
    Bench bench{{R"({"data": )" + data + R"(, "model": "m"})"}};
    auto client = bench.client();
    return embed(client, {.input = std::move(input)}).vectors;
}

} // namespace

TEST_CASE("a vector comes back for each text", "[R-755]") {
    Bench bench{{HttpResponse{.status = 200,
                              .headers = {{"x-request-id", "req_1"}},
                              .body = R"({"object": "list", "model": "small-2", "data": [
            {"object": "embedding", "index": 0, "embedding": [0.5, -1, 2e-3]},
            {"object": "embedding", "index": 1, "embedding": [1, 0, 0]}],
            "usage": {"prompt_tokens": 8, "total_tokens": 8}})"}}};
    auto client = bench.client();
    auto const answer = embed(client, {.input = {"a", "b\xff"}, .dimensions = 3, .extra = R"({"user": "u"})"});
    CHECK(answer.vectors == Vectors{{0.5F, -1.0F, 0.002F}, {1, 0, 0}});
    CHECK(answer.model == "small-2");
    CHECK(answer.usage.prompt_tokens == 8);
    CHECK(answer.usage.total_tokens == 8);
    CHECK(answer.request_id == "req_1");
    auto const& sent = bench.transport.requests().at(0);
    CHECK(sent.url == "http://h/v1/embeddings");
    CHECK(sent.headers.find("Authorization") == "Bearer sk-0123456789");
    CHECK(json::parse(sent.body) ==
          json::parse(R"({"model": "small", "input": ["a", "b\ufffd"], "dimensions": 3, "user": "u"})"));
}

TEST_CASE("vectors are put into the order of their texts", "[R-755]") {
    Vectors const expected{{1}, {2}};
    CHECK(vectors_of(R"([{"index": 1, "embedding": [2]}, {"index": 0, "embedding": [1]}])") == expected);
    CHECK(vectors_of(R"([{"embedding": [1]}, {"embedding": [2]}])") == expected);
}

TEST_CASE("vectors are read in both of their forms, whichever was asked for", "[R-755]") {
    // 1.0F and -2.5F, little-endian.
    CHECK(vectors_of(R"([{"index": 0, "embedding": "AACAPwAAIMA="}])", {"a"}) == Vectors{{1.0F, -2.5F}});
    Bench bench{{R"({"data": [{"index": 0, "embedding": [1]}]})"}};
    auto client = bench.client();
    CHECK(embed(client, {.input = {"a"}, .encoding = EmbeddingRequest::Encoding::base64}).vectors == Vectors{{1}});
    CHECK(json::parse(bench.transport.requests().at(0).body).at("encoding_format") == "base64");
}

TEST_CASE("an answer without one vector for each text is none", "[R-755]") {
    for (auto const* const data :
         {"[]", R"([{"index": 0, "embedding": [1]}])", "null", R"({"index": 0})",
          R"([{"index": 0, "embedding": [1]}, {"index": 0, "embedding": [2]}])",
          R"([{"index": 0, "embedding": [1]}, {"index": 2, "embedding": [2]}])",
          R"([{"index": 0, "embedding": [1]}, {"index": 1, "embedding": []}])",
          R"([{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [null]}])",
          R"([{"index": 0, "embedding": [1]}, {"index": 1, "embedding": "AAA"}])",
          R"([{"index": 0, "embedding": [1]}, {"index": 1, "embedding": "?"}])",
          R"([{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [1e39]}])",
          R"([{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [-1e999]}])",
          R"([{"index": 0, "embedding": [1]}, {"index": 1, "embedding": "AADAfw=="}])", // no number, in base64
          R"([{"index": 0, "embedding": [1]}, {"index": 1, "embedding": "AACAfw=="}])", // an infinity
          R"([{"index": 0, "embedding": [1]}, {"index": 1, "embedding": 1}])", R"([{"index": 0}, 1])"}) {
        CAPTURE(data);
        CHECK_THROWS_AS(vectors_of(data), ApiResponseValidationError);
    }
}

TEST_CASE("a call beside the completions goes under the policy and the guard of the client", "[R-759]") {
    Bench bench{{HttpResponse{429, {{"Retry-After", "7"}}, R"({"error": {"message": "m"}})"}, TransportFailure::reset,
                 R"({"data": [{"embedding": [1]}]})"}};
    auto client = bench.client();
    auto const answer = embed(client, {.input = {"a"}});
    REQUIRE(answer.attempts.size() == 3);
    CHECK(answer.attempts[0].error_type == "RateLimitError");
    CHECK(answer.attempts[0].wait == 7s);
    CHECK(answer.attempts[1].error_type == "APIConnectionError");
    CHECK(answer.attempts[2].error.empty());
    CHECK(answer.attempts[2].model == "small");
    CHECK(answer.attempts[2].endpoint == "http://h/v1");
    CHECK(bench.transport.requests()[2].headers.find("x-stainless-retry-count") == "2");

    Bench down{{TransportFailure::refused}};
    auto broken = down.client();
    for (int i = 0; i < 2; ++i) CHECK_THROWS_AS(embed(broken, {.input = {"a"}}), std::exception);
    CHECK(broken.guard().state() == grit::CircuitState::open);
    CHECK_THROWS_AS(embed(broken, {.input = {"a"}}), grit::CircuitOpenError);
    CHECK(down.transport.requests().size() == 5);
}

TEST_CASE("a call beside the completions has limits and a stop of its own", "[R-759]") {
    Bench bench{{HttpResponse{500, {{"Retry-After", "7"}}, ""}}};
    auto client = bench.client();
    std::stop_source source;
    EmbeddingRequest request{
        .input = {"a"},
        .options = {.headers = {{"X-Mine", "1"}}, .timeout = 3s, .deadline = 100ms, .cancel = source.get_token()}};
    CHECK_THROWS_AS(embed(client, request), InternalServerError);
    REQUIRE(bench.transport.requests().size() == 1); // no wait fits
    CHECK(bench.transport.requests()[0].headers.find("x-mine") == "1");
    CHECK(bench.transport.requests()[0].timeouts.attempt == 100ms);
    source.request_stop();
    CHECK_THROWS_AS(embed(client, request), ApiUserAbortError);
    CHECK(bench.transport.requests().size() == 1);
}

TEST_CASE("what cannot be embedded is refused before anything is sent", "[R-755]") {
    Bench bench{{"{}"}};
    auto client = bench.client();
    CHECK_THROWS_AS(embed(client, {}), InvalidRequestError);
    bench.provider = Provider::anthropic;
    auto other = bench.client();
    CHECK_THROWS_AS(embed(other, {.input = {"a"}}), InvalidRequestError);
    CHECK(bench.transport.requests().empty());
}
