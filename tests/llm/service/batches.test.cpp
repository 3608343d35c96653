// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/service/batches.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <grit/llm/client/client.hpp>
#include <grit/llm/dialect/any.hpp>
#include <grit/llm/transport/curl.hpp>
#include <grit/llm/transport/scripted.hpp>

#include "support/catch.hpp"
#include "support/fault_server.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;
using State = ProviderBatch::State;

namespace {

Endpoint const here{.base_url = "http://h/v1", .key = ApiKey{"sk-0123456789"}, .model = "m"};
std::vector<BatchEntry> const entries{{"a", {.messages = {{Role::user, "Hello!"}}, .max_tokens = 7}},
                                      {"b", {.model = "other", .messages = {{Role::user, "grit-boundary"}}}}};

/// A client with its script and its time.
struct Bench {
    ScriptedTransport transport;
    Provider provider;
    grit::ManualTime time = {};

    Bench(Provider p, std::vector<ScriptedStep> script) : transport{std::move(script)}, provider(p) {}

    auto client() {
        return Client{std::ref(transport), here, AnyDialect{provider}, CompletionRetrying{}.with(grit::Time{time})};
    }
    auto creation() { return BatchCreation{}.with(grit::Time{time}); }
    auto polling() { return BatchPolling{}.with(grit::Time{time}); }
    HttpRequest const& request(std::size_t i) const { return transport.requests().at(i); }
};

std::string openai_batch(std::string const& status, std::string const& more = "") {
    return R"({"id": "batch_1", "object": "batch", "status": ")" + status +
           R"(", "errors": null, "request_counts": {"total": 2, "completed": 1, "failed": 1})" + more + "}";
}

std::string anthropic_batch(std::string const& status) {
    return R"({"id": "msgbatch_1", "type": "message_batch", "processing_status": ")" + status +
           R"(", "results_url": "http://elsewhere/steal",
        "request_counts": {"processing": 1, "succeeded": 2, "errored": 3, "canceled": 4, "expired": 5}})";
}

template <class E>
bool is(std::exception_ptr const& error) {
    try {
        std::rethrow_exception(error);
    } catch (E const&) {
        return true;
    } catch (...) {
        return false;
    }
}

} // namespace

TEST_CASE("OpenAI's batch is a file that is uploaded, and then a batch of that file", "[R-758]") {
    for (auto const provider : {Provider::openai, Provider::openai_responses}) {
        Bench bench{provider, {R"({"id": "file-1", "object": "file"})", openai_batch("validating")}};
        auto client = bench.client();
        auto const batch = create_batch(client, entries, {.headers = {{"X-Mine", "1"}}});
        CHECK(batch.id == "batch_1");
        CHECK(batch.state == State::running);
        CHECK(batch.status == "validating");
        CHECK(batch.total == 2);
        CHECK(batch.attempts.size() == 2);

        auto const& upload = bench.request(0);
        CHECK(upload.url == "http://h/v1/files");
        CHECK(upload.headers.find("x-mine") == "1");
        // The boundary is no part of what it bounds.
        CHECK(upload.headers.find("content-type") == "multipart/form-data; boundary=grit-boundary-x");
        CHECK_THAT(upload.body, ContainsSubstring("--grit-boundary-x\r\nContent-Disposition: form-data; "
                                                  "name=\"purpose\"\r\n\r\nbatch\r\n--grit-boundary-x\r\n"));
        CHECK(upload.body.ends_with("}\n\r\n--grit-boundary-x--\r\n"));
        auto const begin = upload.body.find("{\"custom_id\"");
        auto const end = upload.body.find('\n', begin);
        auto const line = json::parse(upload.body.substr(begin, end - begin));
        CHECK(line.at("custom_id") == "a");
        CHECK(line.at("method") == "POST");
        auto const path = provider == Provider::openai ? "/v1/chat/completions" : "/v1/responses";
        CHECK(line.at("url") == path);
        auto request = entries[0].request;
        request.model = "m";
        CHECK(line.at("body") == json::parse(AnyDialect{provider}.encode(request, here).body));

        CHECK(bench.request(1).url == "http://h/v1/batches");
        CHECK(json::parse(bench.request(1).body) ==
              json{{"input_file_id", "file-1"}, {"endpoint", path}, {"completion_window", "24h"}});
    }
}

TEST_CASE("Anthropic's batch is one body", "[R-758]") {
    Bench bench{Provider::anthropic, {anthropic_batch("in_progress")}};
    auto client = bench.client();
    auto const batch = create_batch(client, entries);
    CHECK(batch.id == "msgbatch_1");
    CHECK(batch.state == State::running);
    CHECK(batch.succeeded == 2);
    CHECK(batch.failed == 12);
    CHECK(batch.total == 15);
    CHECK(bench.request(0).url == "http://h/v1/messages/batches");
    CHECK(bench.request(0).headers.find("x-api-key") == "sk-0123456789");
    auto const body = json::parse(bench.request(0).body);
    REQUIRE(body.at("requests").size() == 2);
    CHECK(body.at("requests").at(1).at("custom_id") == "b");
    CHECK(body.at("requests").at(1).at("params").at("model") == "other");
    CHECK(body.at("requests").at(0).at("params").at("max_tokens") == 7);
}

TEST_CASE("a batch with an uploaded file in it names the beta of these", "[R-758]") {
    Bench bench{Provider::anthropic, {anthropic_batch("in_progress")}};
    auto client = bench.client();
    Message const with_file{.role = Role::user, .parts = {{.kind = Part::Kind::file, .file_id = "file_1"}}};
    create_batch(client, {{"a", {.messages = {{Role::user, "x"}}}}, {"b", {.messages = {with_file}}}});
    create_batch(client, {{"a", {.messages = {with_file}}}}, {.headers = {{"anthropic-beta", "mine"}}});
    create_batch(client, {{"a", {.messages = {{Role::user, "x"}}}}});
    CHECK(bench.request(0).headers.find("anthropic-beta") == "files-api-2025-04-14");
    CHECK(bench.request(1).headers.find("anthropic-beta") == "mine");
    CHECK_FALSE(bench.request(2).headers.find("anthropic-beta").has_value());
}

TEST_CASE("a batch is not created a second time where the first may have been", "[R-758]") {
    auto const sent = [](ScriptedStep const& failure) {
        Bench bench{Provider::anthropic, {failure, anthropic_batch("in_progress")}};
        auto client = bench.client();
        try {
            create_batch(client, entries, {}, bench.creation());
        } catch (ApiError const&) {
        }
        return bench.transport.requests().size();
    };
    for (auto const failure :
         {TransportFailure::reset, TransportFailure::attempt_timeout, TransportFailure::partial_body})
        CHECK(sent(failure) == 1);
    for (int const status : {400, 500, 502, 503, 504}) CHECK(sent(HttpResponse{status, {}, ""}) == 1);
    for (auto const failure : {TransportFailure::refused, TransportFailure::connect_timeout}) CHECK(sent(failure) == 2);
    for (int const status : {429, 529}) CHECK(sent(HttpResponse{status, {}, ""}) == 2);
}

TEST_CASE("a batch without names, or with one name twice, is refused before anything is sent", "[R-758]") {
    Bench bench{Provider::openai, {"{}"}};
    auto client = bench.client();
    for (auto const& bad :
         {std::vector<BatchEntry>{}, std::vector<BatchEntry>{{"", {}}}, std::vector<BatchEntry>{{"a", {}}, {"a", {}}}})
        CHECK_THROWS_AS(create_batch(client, bad), InvalidRequestError);
    CHECK(bench.transport.requests().empty());
}

TEST_CASE("the end of a batch is awaited, longer and longer, through what may pass", "[R-758]") {
    Bench bench{Provider::openai,
                {openai_batch("validating"), openai_batch("in_progress"), HttpResponse{502, {}, ""},
                 openai_batch("finalizing"), openai_batch("completed", R"(, "output_file_id": "file-2")")}};
    auto client = bench.client();
    auto const batch = await_batch(client, "batch_1", {}, bench.polling());
    CHECK(batch.state == State::ended);
    CHECK(batch.output_file == "file-2");
    CHECK(bench.time.slept() == std::vector<grit::Duration>{2s, 4s, 8s, 16s});
    CHECK(bench.request(4).method == Method::get);
    CHECK(bench.request(4).url == "http://h/v1/batches/batch_1");
    CHECK(batch.attempts.size() == 5);
}

TEST_CASE("whoever waits for a batch gives up in time", "[R-758]") {
    Bench bench{Provider::anthropic, {anthropic_batch("in_progress")}};
    auto client = bench.client();
    // No further look fits.
    auto const late = await_batch(client, "x", {.deadline = 20s}, bench.polling());
    CHECK(late.state == State::running);
    CHECK(bench.time.slept() == std::vector<grit::Duration>{2s, 4s, 8s});
    // Another policy.
    auto const twice = grit::Retrying<grit::StopAfterAttempt<2>, grit::WaitNone, grit::RetryIfResult<is_running>>{};
    CHECK(await_batch(client, "x", {}, twice).state == State::running);
    CHECK(bench.transport.requests().size() == 6);
    std::stop_source source;
    source.request_stop();
    CHECK_THROWS_AS(await_batch(client, "x", {.cancel = source.get_token()}, bench.polling()), ApiUserAbortError);
    CHECK(bench.transport.requests().size() == 6);
    Bench wrong{Provider::anthropic, {HttpResponse{404, {}, ""}}};
    auto other = wrong.client();
    CHECK_THROWS_AS(await_batch(other, "x/../y", {}, wrong.polling()), NotFoundError);
    CHECK(wrong.request(0).url == "http://h/v1/messages/batches/x%2F..%2Fy");
}

TEST_CASE("each state of a batch is told", "[R-758]") {
    struct Row {
        Provider provider;
        std::string body;
        State state;
    };
    for (auto const& [provider, body, state] : {Row{Provider::openai, openai_batch("cancelling"), State::running},
                                                Row{Provider::openai, openai_batch("expired"), State::ended},
                                                Row{Provider::openai, openai_batch("cancelled"), State::ended},
                                                Row{Provider::anthropic, anthropic_batch("canceling"), State::running},
                                                Row{Provider::anthropic, anthropic_batch("ended"), State::ended}}) {
        Bench bench{provider, {body}};
        auto client = bench.client();
        CHECK(get_batch(client, "x").state == state);
    }
    Bench bench{Provider::openai,
                {R"({"id": "batch_1", "status": "failed", "errors": {"object": "list", "data": [
        {"code": "invalid_json_line", "message": "Line 3 is no JSON", "line": 3}]}})",
                 R"({"object": "batch"})", HttpResponse{404, {}, R"({"error": {"message": "none"}})"}}};
    auto client = bench.client();
    auto const failed = get_batch(client, "x");
    CHECK(failed.state == State::failed);
    CHECK(failed.error == "Line 3 is no JSON");
    CHECK(json::parse(failed.json).at("errors").at("data").at(0).at("line") == 3);
    CHECK_THROWS_AS(get_batch(client, "x"), ApiResponseValidationError);
    CHECK_THROWS_AS(get_batch(client, "x"), NotFoundError);
}

TEST_CASE("a batch is cancelled", "[R-758]") {
    Bench bench{Provider::anthropic, {anthropic_batch("canceling")}};
    auto client = bench.client();
    CHECK(cancel_batch(client, "msgbatch_1").status == "canceling");
    CHECK(bench.request(0).method == Method::post);
    CHECK(bench.request(0).url == "http://h/v1/messages/batches/msgbatch_1/cancel");
}

TEST_CASE("OpenAI's results are found by their names, in both files", "[R-758]") {
    Bench bench{
        Provider::openai,
        {R"({"custom_id": "b", "response": {"status_code": 200, "request_id": "req_1", "body": {"choices": [{"message": {"content": "B"}}]}}, "error": null}
no JSON

{"custom_id": "a", "response": {"status_code": 200, "body": {"choices": [{"message": {"content": "A"}, "finish_reason": "length"}]}}}
{"response": {"status_code": 200}})",
         R"({"custom_id": "c", "response": {"status_code": 429, "body": {"error": {"message": "m", "code": "rate_limit_exceeded"}}}}
{"custom_id": "d", "response": null, "error": {"code": "batch_expired", "message": "late"}}
{"custom_id": "e", "response": null, "error": {"code": "batch_cancelled", "message": "gone"}}
{"custom_id": "f", "response": null, "error": {"code": "server_error", "message": "m"}}
{"custom_id": "g", "response": {"status_code": 200, "body": {}}})"}};
    auto client = bench.client();
    auto const all = batch_results(client, {.output_file = "file-2", .error_file = "file-3"});
    REQUIRE(all.results.size() == 7);
    CHECK(all.unreadable == 2);
    CHECK(all.attempts.size() == 2);
    CHECK(all.results.find("a")->second.answer->content == "A");
    CHECK(all.results.find("a")->second.answer->finish_reason == "length");
    CHECK(all.results.find("b")->second.answer->content == "B");
    CHECK(all.results.find("b")->second.answer->request_id == "req_1");
    CHECK(is<RateLimitError>(all.results.find("c")->second.error));
    CHECK(is<ApiTimeoutError>(all.results.find("d")->second.error));
    CHECK(is<ApiUserAbortError>(all.results.find("e")->second.error));
    CHECK(is<InternalServerError>(all.results.find("f")->second.error));
    CHECK(is<ApiResponseValidationError>(all.results.find("g")->second.error));
    CHECK_FALSE(all.results.find("c")->second.answer.has_value());
    CHECK(bench.request(0).url == "http://h/v1/files/file-2/content");
    CHECK(bench.request(1).url == "http://h/v1/files/file-3/content");
    // A batch of which nothing came.
    CHECK(batch_results(client, {}).results.empty());
}

TEST_CASE("a result with half a character is one, and so is a batch", "[R-758]") {
    Bench bench{
        Provider::openai,
        {R"({"custom_id": "a", "response": {"status_code": 200, "body": {"choices": [{"message": {"content": "A\ud83d"}, "finish_reason": "length"}]}}})",
         "{\"id\": \"b\", \"status\": \"failed\", \"errors\": {\"data\": [{\"message\": \"\xe9\"}]}}"}};
    auto client = bench.client();
    auto const all = batch_results(client, {.output_file = "file-2"});
    REQUIRE(all.results.size() == 1);
    CHECK(all.results.find("a")->second.answer->content == "A\xef\xbf\xbd");
    CHECK(get_batch(client, "b").error == "\xef\xbf\xbd");
}

TEST_CASE("Anthropic's results are asked for at the endpoint, whatever address the batch names", "[R-758]") {
    Bench bench{
        Provider::anthropic,
        {R"({"custom_id": "b", "result": {"type": "succeeded", "message": {"content": [{"type": "text", "text": "B"}]}}}
{"custom_id": "a", "result": {"type": "errored", "error": {"type": "error", "error": {"type": "invalid_request_error", "message": "m"}}}}
{"custom_id": "c", "result": {"type": "expired"}}
{"custom_id": "d", "result": {"type": "canceled"}})"}};
    auto client = bench.client();
    auto const all = batch_results(client, {.id = "msgbatch_1"});
    REQUIRE(all.results.size() == 4);
    CHECK(all.results.find("b")->second.answer->content == "B");
    CHECK(is<BadRequestError>(all.results.find("a")->second.error));
    CHECK(is<ApiTimeoutError>(all.results.find("c")->second.error));
    CHECK(is<ApiUserAbortError>(all.results.find("d")->second.error));
    CHECK(bench.request(0).url == "http://h/v1/messages/batches/msgbatch_1/results");
}

TEST_CASE("a batch goes over the wire from its upload to its results", "[R-758]") {
    fault::FaultServer const server{
        {fault::Respond{200, {}, R"({"id": "file-1"})"}, fault::Respond{200, {}, openai_batch("in_progress")},
         fault::Respond{200, {}, openai_batch("completed", R"(, "output_file_id": "file-2")")},
         fault::Respond{
             200,
             {},
             R"({"custom_id": "a", "response": {"status_code": 200, "body": {"choices": [{"message": {"content": "A"}}]}}})"}}};
    Client client{CurlTransport{{.proxy = ""}}, {.base_url = server.url() + "/v1", .key = here.key}, AnyDialect{}};
    auto const batch = create_batch(client, entries);
    auto const done = await_batch(client, batch.id);
    CHECK(batch_results(client, done).results.find("a")->second.answer->content == "A");
    auto const requests = server.requests();
    REQUIRE(requests.size() == 4);
    CHECK(requests[0].method == "POST");
    CHECK(requests[0].target == "/v1/files");
    CHECK(requests[0].headers.find("content-type") == "multipart/form-data; boundary=grit-boundary-x");
    CHECK(requests[0].headers.find("content-length") == std::to_string(requests[0].body.size()));
    CHECK_THAT(requests[0].body, ContainsSubstring("filename=\"batch.jsonl\""));
    CHECK(requests[1].target == "/v1/batches");
    CHECK(requests[2].method == "GET");
    CHECK(requests[2].target == "/v1/batches/batch_1");
    CHECK(requests[3].target == "/v1/files/file-2/content");
}
