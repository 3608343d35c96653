// SPDX-License-Identifier: BSL-1.0
#pragma once
// Between a transport and the caller of a stream: bytes to events, events to deltas, and what a broken stream is.

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <grit/llm/chat/delta.hpp>
#include <grit/llm/chat/endpoint.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/client/call_log.hpp>
#include <grit/llm/client/restart.hpp>
#include <grit/llm/client/stream_error.hpp>
#include <grit/llm/dialect/dialect.hpp>
#include <grit/llm/dialect/http_head.hpp>
#include <grit/llm/error/api_error.hpp>
#include <grit/llm/error/connection_error.hpp>
#include <grit/llm/error/status_error.hpp>
#include <grit/llm/error/throw_status_error.hpp>
#include <grit/llm/http/response.hpp>
#include <grit/llm/http/sse.hpp>
#include <grit/llm/transport/transport.hpp>

namespace grit::inline GRIT_ABI::llm::detail {

/// What the caller's own callable threw, on its way through the policy, which has no say in it.
struct CallbackFailure : std::exception {
    explicit CallbackFailure(std::exception_ptr thrown_) noexcept : thrown(std::move(thrown_)) {}
    char const* what() const noexcept override { return "the callable that takes the stream threw"; }
    std::exception_ptr thrown;
};

/// Reads one streamed answer. The transport calls it with pieces of the body; `finish` or `fail` ends it.
template <StreamingDialect D, class OnDelta>
class StreamReader {
public:
    /// What is delivered and what is passed over is written down in `log`, whose newest attempt this is.
    StreamReader(D const& dialect, Endpoint const& endpoint, CallLog& log, OnDelta& on_delta)
        : dialect_(dialect), endpoint_(endpoint), log_(log), on_delta_(on_delta), decoder_(endpoint.max_event_bytes),
          stream_(start(dialect)) {}

    /// No exception may pass through a transport, which may be a C library: it is kept.
    Reading operator()(HttpResponse const& head, std::string_view piece) noexcept {
        told_ = false;
        try {
            if (!request_id_) request_id_ = answer_head(head, {}).request_id;
            if (!seen_event_) start_.append(piece.substr(0, max_body_bytes - std::min(start_.size(), max_body_bytes)));
            bool const fits = decoder_.feed(piece, [&](SseEvent const& event) { return take(event, head); });
            if (!fits)
                throw ApiConnectionError{TransportFailure::too_large,
                                         "Connection error: an event of the stream is larger than allowed"};
        } catch (...) {
            failure_ = std::current_exception();
            return Reading::stop;
        }
        return stream_.finished() ? Reading::enough : told_ ? Reading::more : Reading::alive;
    }

    /// Returns: the whole answer, once the transport has returned `response`, which is a 2xx.
    ///
    /// Throws: what the caller's callable threw; the error that the stream reported; ApiConnectionError if it ended
    /// without its end and without a finish reason. Once something has been delivered, a StreamError of it.
    ChatResponse finish(HttpResponse const& response) {
        auto const now = std::chrono::system_clock::now();
        if (!failure_ && !stream_.finished()) take_last(response);
        if (calling_back_) throw CallbackFailure{failure_};
        try {
            if (failure_) std::rethrow_exception(failure_);
            // Not one event: whatever this was, it was no stream, unless it was nothing, or comments alone.
            auto const first = start_.find_first_not_of(" \t\r\n");
            if (!seen_event_ && first != start_.npos && start_[first] != ':') throw_validation(response, now);
            if (!stream_.finished() && !has_finish_reasons())
                throw ApiConnectionError{TransportFailure::partial_body,
                                         "Connection error: the stream ended before the end of the answer"};
            auto const& read = stream_.answer();
            if (read.content.empty() && read.tool_calls.empty() && read.refusal.empty() && read.finish_reason.empty() &&
                !delivered_)
                throw ApiConnectionError{TransportFailure::partial_body,
                                         "Connection error: the stream ended without an answer"};
        } catch (ApiError const& error) {
            fail(error);
            throw;
        }
        auto head = answer_head(response, now);
        auto answer = std::move(stream_.answer());
        answer.request_id = std::move(head.request_id);
        answer.rate_limits = head.rate_limits;
        return answer;
    }

    /// Throws: a StreamError of `error`, which is being handled, if something has been delivered to somebody who takes
    /// no Restart.
    void fail(ApiError const& error) {
        if (TakesRestart<OnDelta> || !delivered_) return;
        auto partial = stream_.answer();
        partial.request_id = request_id_.value_or("");
        // A server may echo the key into an answer as well; an error is what gets logged.
        auto const redact = [&](auto&... texts) { ((texts = endpoint_.key.redact(texts)), ...); };
        redact(partial.id, partial.request_id, partial.model, partial.content, partial.finish_reason, partial.refusal,
               partial.service_tier);
        for (auto& call : partial.tool_calls) redact(call.id, call.name, call.arguments);
        for (auto& thought : partial.reasoning)
            redact(thought.text, thought.signature, thought.redacted, thought.encrypted, thought.id);
        for (auto& from : partial.citations) redact(from.type, from.url, from.title, from.cited_text, from.json);
        partial.alternatives.clear();
        partial.logprobs.clear(); // it may stand in several tokens
        partial.raw.clear();      // where an escape may hide it
        throw StreamError{error, std::current_exception(), std::move(partial)};
    }

private:
    /// A dialect that is chosen at run time tells its stream which one it is.
    static typename D::Stream start([[maybe_unused]] D const& dialect) {
        if constexpr (std::constructible_from<typename D::Stream, D const&>) return typename D::Stream(dialect);
        else return {};
    }

    /// Returns: whether more may come.
    bool take(SseEvent const& event, HttpResponse const& head) {
        seen_event_ = true;
        try {
            stream_.take(event, head, endpoint_.key, std::chrono::system_clock::now(),
                         [&](Delta const& delta) { deliver(delta); });
        } catch (ApiResponseValidationError const&) {
            if (calling_back_ || ++malformed_events_ > endpoint_.max_malformed_events) throw;
            log_.pass_over();
        }
        if constexpr (requires { stream_.told(); }) told_ = told_ || stream_.told();
        return !stream_.finished();
    }

    /// The last event counts without its empty line, unless it was cut: then it is no JSON. Servers leave the
    /// terminator out as well.
    void take_last(HttpResponse const& head) noexcept {
        auto const last = [&](Delta const& delta) { deliver(delta); };
        try {
            try {
                decoder_.end([&](SseEvent const& event) { return take(event, head); });
            } catch (ApiResponseValidationError const&) {
                if (calling_back_) throw;
            }
            if constexpr (requires { stream_.end(last); })
                if (!stream_.finished() && has_finish_reasons()) stream_.end(last);
        } catch (...) {
            failure_ = std::current_exception();
        }
    }

    /// Returns: whether every choice has its end.
    bool has_finish_reasons() {
        auto const& answer = stream_.answer();
        auto const ended = [](Choice const& choice) { return !choice.finish_reason.empty(); };
        return !answer.finish_reason.empty() && std::ranges::all_of(answer.alternatives, ended);
    }

    void deliver(Delta const& delta) {
        told_ = true;
        auto const call = [&](auto const& argument) {
            calling_back_ = true;
            if constexpr (TakesRestart<OnDelta>)
                if (auto const* broken = log_.seen_before())
                    on_delta_(Restart{.broken = *broken, .attempt = log_.records().back().number});
            log_.deliver();
            delivered_ = true;
            on_delta_(argument);
            calling_back_ = false;
        };
        if constexpr (std::invocable<OnDelta&, Delta const&>) call(delta);
        else if (!delta.text.empty() && delta.choice == choice_.value_or(delta.choice)) {
            choice_ = delta.choice; // the text of one choice alone is a text
            call(delta.text);
        }
    }

    [[noreturn]] void throw_validation(HttpResponse const& response, std::chrono::system_clock::time_point now) const {
        std::string_view text = start_;
        if (text.size() >= max_body_bytes) text = endpoint_.key.without_half(text);
        HttpResponse const whole{response.status, response.headers, std::string{text}, response.asked};
        try {
            static_cast<void>(dialect_.decode(whole, endpoint_.key, now)); // an error that came as a whole answer
        } catch (ApiResponseValidationError const&) {
        }
        auto details = status_details(whole, {.body = whole.body}, endpoint_.key, now);
        throw ApiResponseValidationError{"The answer has status " + std::to_string(response.status) +
                                             " and is no stream of events" +
                                             (details.message.empty() ? "" : ": " + details.message),
                                         std::move(details)};
    }

    D const& dialect_;
    Endpoint const& endpoint_;
    CallLog& log_;
    OnDelta& on_delta_;
    SseDecoder decoder_;
    typename D::Stream stream_;
    std::string start_ = {};
    std::optional<std::string> request_id_ = {};
    std::exception_ptr failure_ = {};
    std::optional<std::size_t> choice_ = {};
    int malformed_events_ = 0;
    bool seen_event_ = false;
    /// The last piece held something of the answer.
    bool told_ = false;
    bool delivered_ = false;
    bool calling_back_ = false;
};

} // namespace grit::inline GRIT_ABI::llm::detail
