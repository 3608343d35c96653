// SPDX-License-Identifier: BSL-1.0
#pragma once
// What holds for the answers of every dialect, whole and streamed.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <map>
#include <string>
#include <string_view>

#include <grit/llm/client/stream_reader.hpp>
#include <grit/llm/dialect/dialect.hpp>

#include "fuzz/support.hpp"

namespace fuzz {

inline void check_error(grit::llm::ApiError const& error) {
    require(!shows_key(error.what()), "no error shows the key");
    if (auto const* wrong = dynamic_cast<grit::llm::ApiResponseValidationError const*>(&error)) {
        require(!shows_key(wrong->body()), "no kept body shows the key");
        require(wrong->body().size() <= grit::llm::max_body_bytes + 3, "a kept body is bounded");
    }
    require(std::string_view{error.what()}.size() <= 2 * grit::llm::max_message_bytes, "an error is bounded");
}

template <grit::llm::Dialect D>
void check_whole(D const& dialect, grit::llm::HttpResponse const& response) {
    try {
        static_cast<void>(dialect.decode(response, key(), now));
    } catch (grit::llm::ApiError const& error) {
        check_error(error);
    }
}

struct Streamed {
    std::string said = {};
    std::string failed = {};
    std::string content = {};
    friend bool operator==(Streamed const&, Streamed const&) = default;
};

template <grit::llm::StreamingDialect D>
Streamed stream(D const& dialect, grit::llm::HttpResponse const& response, std::size_t piece) {
    using namespace grit::llm;
    Streamed streamed;
    Endpoint const endpoint{.key = key(), .max_event_bytes = 4096};
    std::map<std::size_t, std::string> said; // of each choice
    auto on_delta = [&](Delta const& delta) {
        streamed.said += delta.text;
        said[delta.choice] += delta.text;
        require(delta.text.empty() || !delta.tool_call, "a delta is text or a piece of a call");
    };
    CallLog log;
    detail::StreamReader<D, decltype(on_delta)> reader{dialect, endpoint, log, on_delta};
    HttpResponse const head{response.status, response.headers, {}};
    try {
        for (std::string_view rest = response.body; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size()))) {
            auto const reading = reader(head, rest.substr(0, piece));
            if (reading == Reading::enough || reading == Reading::stop) break;
        }
        auto const answer = reader.finish(head);
        streamed.content = answer.content;
        for (auto const& other : answer.alternatives) {
            require(said[other.index] == other.content, "the deltas of each choice are its content");
            said.erase(other.index);
        }
        require(said.size() <= 1, "no choice is lost");
        require(answer.content == (said.empty() ? "" : said.begin()->second), "the deltas are the answer");
    } catch (ApiError const& error) {
        check_error(error);
        streamed.failed = std::string{error.type_name()} + ": " + error.what();
    }
    return streamed;
}

/// Returns: 0, what a target returns.
template <class D>
int check_dialect(D const& dialect, std::string_view input) {
    auto response = response_of(input);
    response.status = 200;
    check_whole(dialect, response);
    auto const whole = stream(dialect, response, response.body.size());
    auto const bytewise = stream(dialect, response, 1);
    require(whole.said == bytewise.said && whole.content == bytewise.content, "every piece size says the same");
    require(whole.failed.substr(0, whole.failed.find(':')) == bytewise.failed.substr(0, bytewise.failed.find(':')),
            "every piece size fails the same");
    return 0;
}

} // namespace fuzz
