// SPDX-License-Identifier: BSL-1.0
#pragma once
// Batches in the words of the providers: OpenAI's by a file of lines, Anthropic's in one body.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <grit/llm/chat/endpoint.hpp>
#include <grit/llm/data/call_options.hpp>
#include <grit/llm/data/provider_batch.hpp>
#include <grit/llm/dialect/anthropic_request.hpp>
#include <grit/llm/dialect/json.hpp>
#include <grit/llm/dialect/json_value.hpp>
#include <grit/llm/dialect/provider.hpp>
#include <grit/llm/dialect/service_request.hpp>
#include <grit/llm/error/api_error.hpp>
#include <grit/llm/error/connection_error.hpp>
#include <grit/llm/error/throw_status_error.hpp>
#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/request.hpp>
#include <grit/llm/http/response.hpp>

namespace grit::inline GRIT_ABI::llm::detail {

inline std::string batches_path(Provider provider, std::string_view id = {}, std::string_view what = {}) {
    std::string path = provider == Provider::anthropic ? "/messages/batches" : "/batches";
    if (!id.empty()) path.append("/").append(path_segment(id));
    return path.append(what);
}

/// Throws: InvalidRequestError unless each entry has a name of its own.
inline void check_entries(std::vector<BatchEntry> const& entries) {
    if (entries.empty()) throw InvalidRequestError{"grit: a batch needs at least one request"};
    std::set<std::string_view> names;
    for (auto const& entry : entries)
        if (entry.custom_id.empty() || !names.insert(entry.custom_id).second)
            throw InvalidRequestError{"grit: each request of a batch needs a custom_id of its own"};
}

/// Returns: the lines of a file of requests in OpenAI's form; `body(request)` is the body of a completion.
template <class Body>
std::string batch_lines(Provider provider, std::vector<BatchEntry> const& entries, Body const& body) {
    auto const* const url = provider == Provider::openai_responses ? "/v1/responses" : "/v1/chat/completions";
    std::string lines;
    for (auto const& entry : entries)
        lines.append(R"({"custom_id":)")
            .append(written(Json(entry.custom_id)))
            .append(R"(,"method":"POST","url":")")
            .append(url)
            .append(R"(","body":)")
            .append(body(entry.request))
            .append("}\n");
    return lines;
}

/// Returns: the upload of a file for a batch. Source: RFC 7578.
inline HttpRequest upload_request(Provider provider, CallOptions const& options, Endpoint const& endpoint,
                                  std::string_view lines) {
    std::string boundary = "grit-boundary";
    while (lines.find(boundary) != lines.npos) boundary += "-x";
    std::string body = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--" +
                       boundary +
                       "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"batch.jsonl\"\r\n"
                       "Content-Type: application/jsonl\r\n\r\n";
    body.append(lines).append("\r\n--").append(boundary).append("--\r\n");
    auto http = service_post(provider, options, endpoint, "/files", std::move(body));
    http.headers.set("Content-Type", "multipart/form-data; boundary=" + boundary);
    return http;
}

/// Returns: the creation of a batch of the file of this name.
inline HttpRequest create_request(Provider provider, CallOptions const& options, Endpoint const& endpoint,
                                  std::string const& file) {
    Json const body{{"input_file_id", file},
                    {"endpoint", provider == Provider::openai_responses ? "/v1/responses" : "/v1/chat/completions"},
                    {"completion_window", "24h"}};
    return service_post(provider, options, endpoint, batches_path(provider), written(body));
}

/// Returns: the creation of a batch in Anthropic's form; `body(request)` is the body of a completion.
template <class Body>
HttpRequest create_request(CallOptions const& options, Endpoint const& endpoint, std::vector<BatchEntry> const& entries,
                           Body const& body) {
    std::string text = R"({"requests":[)";
    for (auto const& entry : entries)
        text.append(text.back() == '[' ? "" : ",")
            .append(R"({"custom_id":)")
            .append(written(Json(entry.custom_id)))
            .append(R"(,"params":)")
            .append(body(entry.request))
            .append("}");
    auto http = service_post(Provider::anthropic, options, endpoint, batches_path(Provider::anthropic), text + "]}");
    for (auto const& entry : entries) AnthropicRequest::name_beta(http.headers, entry.request);
    return http;
}

/// Returns: an object that has an id. One that also tells of errors is no failure of the exchange.
inline Json read_object(HttpResponse const& response, ApiKey const& key, std::chrono::system_clock::time_point now) {
    auto body = parse_body(response.body);
    bool const good = response.status >= 200 && response.status < 300;
    if (good && !text_of(member(body, "id")).empty()) return body;
    body = answer_body(response, key, now);
    throw_validation_error(response, body, "id", key, now);
}

/// What a call returns that asks for the name of a file alone.
struct FileName {
    std::string id = {};
    std::vector<AttemptRecord> attempts = {};
};

inline FileName read_file_name(HttpResponse const& response, ApiKey const& key,
                               std::chrono::system_clock::time_point now) {
    return {.id = text_of(member(read_object(response, key, now), "id"))};
}

inline ProviderBatch read_batch(HttpResponse const& response, ApiKey const& key,
                                std::chrono::system_clock::time_point now) {
    auto const body = read_object(response, key, now);
    using State = ProviderBatch::State;
    ProviderBatch batch{.id = text_of(member(body, "id")),
                        .output_file = text_of(member(body, "output_file_id")),
                        .error_file = text_of(member(body, "error_file_id")),
                        .json = key.redact(written(body))};
    auto const& counts = member(body, "request_counts");
    auto const count = [&](char const* name) { return count_of(member(counts, name)); };
    if (auto status = text_of(member(body, "processing_status")); !status.empty()) { // Anthropic
        batch.status = std::move(status);
        batch.succeeded = count("succeeded");
        batch.failed = count("errored") + count("canceled") + count("expired");
        batch.total = batch.succeeded + batch.failed + count("processing");
        if (batch.status == "ended") batch.state = State::ended;
        return batch;
    }
    batch.status = text_of(member(body, "status"));
    batch.total = count("total");
    batch.succeeded = count("completed");
    batch.failed = count("failed");
    if (batch.status == "completed" || batch.status == "expired" || batch.status == "cancelled")
        batch.state = State::ended;
    if (batch.status == "failed") batch.state = State::failed;
    if (auto const& errors = member(member(body, "errors"), "data"); batch.state == State::failed)
        batch.error = one_line(key.redact(provider_error(errors, {}).message));
    return batch;
}

/// Throws: the error by which a provider says that a request of a batch has no answer; `response` is where it says so.
[[noreturn]] inline void throw_unanswered(Json const& error, std::string const& word, HttpResponse const& response,
                                          ApiKey const& key, std::chrono::system_clock::time_point now) {
    if (word == "expired" || word == "batch_expired")
        throw ApiTimeoutError{TransportFailure::attempt_timeout, "The batch expired before this request was answered"};
    if (word == "canceled" || word == "cancelled" || word == "batch_cancelled")
        throw ApiUserAbortError{"The batch was cancelled before this request was answered"};
    throw_event_error(response, provider_error(error, {}), key, now);
}

/// Returns: the answer of one line of results; `decode(HttpResponse const&)` reads that of a completion.
template <class Decode>
ChatResponse read_result(Json const& line, ApiKey const& key, std::chrono::system_clock::time_point now,
                         Decode const& decode) {
    HttpResponse whole{.status = 200};
    if (auto const& result = member(line, "result"); result.is_object()) { // Anthropic
        auto const type = text_of(member(result, "type"));
        if (type != "succeeded") throw_unanswered(member(result, "error"), type, whole, key, now);
        whole.body = written(member(result, "message"));
        return decode(whole);
    }
    auto const& response = member(line, "response");
    auto const& error = member(line, "error");
    if (!response.is_object()) throw_unanswered(error, text_of(member(error, "code")), whole, key, now);
    if (auto const id = text_of(member(response, "request_id")); Headers::is_valid("x-request-id", id) && !id.empty())
        whole.headers.set("x-request-id", id);
    if (auto const status = count_of(member(response, "status_code")); status >= 100 && status < 600)
        whole.status = static_cast<int>(status);
    whole.body = written(member(response, "body"));
    return decode(whole);
}

/// Adds the results in a file of lines. Throws: the error of the status.
template <class Decode>
void read_results(BatchResults& all, HttpResponse const& response, ApiKey const& key,
                  std::chrono::system_clock::time_point now, Decode const& decode) {
    if (response.status < 200 || response.status >= 300) answer_body(response, key, now); // which throws
    std::string_view rest = response.body;
    while (!rest.empty()) {
        auto const text = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(text.size() + 1, rest.size()));
        if (is_blank(text)) continue;
        auto const line = parse_body(text);
        auto id = text_of(member(line, "custom_id"));
        if (id.empty()) {
            ++all.unreadable;
            continue;
        }
        BatchResult result;
        try {
            result.answer = read_result(line, key, now, decode);
        } catch (ApiError const&) {
            result.error = std::current_exception();
        }
        all.results.insert_or_assign(std::move(id), std::move(result));
    }
}

} // namespace grit::inline GRIT_ABI::llm::detail
