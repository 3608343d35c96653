// SPDX-License-Identifier: BSL-1.0
#pragma once
// A transport without a network: answers with what a script says and keeps what it was asked. For your own tests.

#include <algorithm>
#include <cstddef>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <grit/llm/error/api_error.hpp>
#include <grit/llm/error/connection_error.hpp>
#include <grit/llm/http/request.hpp>
#include <grit/llm/http/response.hpp>
#include <grit/llm/http/transport_failure.hpp>
#include <grit/llm/transport/transport.hpp>

namespace grit::inline GRIT_ABI::llm {

/// A step of a script: an answer, in pieces where it is streamed, or the failure to get one.
class ScriptedStep {
public:
    /// The answer as it is; where it is streamed, its body comes as one piece.
    ScriptedStep(HttpResponse response) : response_(std::move(response)) {}
    /// No whole answer.
    ScriptedStep(TransportFailure failure) : failure_(failure), fails_(true) {}
    /// Any other exception.
    ScriptedStep(std::exception_ptr thrown) : thrown_(std::move(thrown)), fails_(true) {}
    /// An answer with this JSON and status 200.
    ScriptedStep(char const* json) : ScriptedStep(HttpResponse{.status = 200, .body = json}) {}
    ScriptedStep(std::string json) : ScriptedStep(HttpResponse{.status = 200, .body = std::move(json)}) {}

    /// Returns: a stream whose body comes in these pieces.
    static ScriptedStep stream(std::vector<std::string> pieces) {
        ScriptedStep step{HttpResponse{.status = 200, .headers = {{"Content-Type", "text/event-stream"}}}};
        step.pieces_ = std::move(pieces);
        return step;
    }

    /// Returns: a stream that breaks off after these pieces.
    static ScriptedStep broken_stream(std::vector<std::string> pieces, TransportFailure failure) {
        auto step = stream(std::move(pieces));
        step.failure_ = failure;
        step.fails_ = true;
        return step;
    }

private:
    friend class ScriptedTransport;
    HttpResponse response_ = {};
    std::vector<std::string> pieces_ = {};
    TransportFailure failure_ = TransportFailure::unknown;
    std::exception_ptr thrown_ = {};
    bool fails_ = false;
};

/// A StreamingTransport that answers each request with the next step of its script, the last one again and again.
///
/// Given to a client as `std::ref(scripted)`, it can be asked afterwards what it was asked. It knows no time: a test
/// that waits uses a grit::ManualTime. Thread safety: one thread at a time.
class ScriptedTransport {
public:
    /// Throws: std::invalid_argument if there is no step.
    ScriptedTransport(std::vector<ScriptedStep> script) : script_(std::move(script)) {
        if (script_.empty()) throw std::invalid_argument{"grit: a ScriptedTransport needs at least one step"};
    }

    HttpResponse operator()(HttpRequest const& request) {
        auto& step = next(request);
        if (step.fails_) fail(step);
        auto response = step.response_;
        for (auto const& piece : step.pieces_) response.body += piece;
        return response;
    }

    HttpResponse operator()(HttpRequest const& request, BodySink sink) {
        auto& step = next(request);
        auto head = step.response_;
        if (head.status < 200 || head.status >= 300) {
            if (step.fails_) fail(step);
            return head;
        }
        auto pieces = step.pieces_;
        if (!head.body.empty()) pieces.insert(pieces.begin(), std::move(head.body));
        head.body.clear();
        for (auto const& piece : pieces) {
            if (request.stop_requested()) throw ApiUserAbortError{};
            auto const reading = sink(head, piece);
            if (reading == Reading::enough || reading == Reading::stop) return head;
        }
        if (request.stop_requested()) throw ApiUserAbortError{};
        if (step.fails_) fail(step);
        return head;
    }

    /// Returns: everything that was asked, in order.
    std::vector<HttpRequest> const& requests() const noexcept { return requests_; }

private:
    ScriptedStep& next(HttpRequest const& request) {
        requests_.push_back(request);
        return script_[std::min(requests_.size(), script_.size()) - 1];
    }

    [[noreturn]] static void fail(ScriptedStep const& step) {
        if (step.thrown_) std::rethrow_exception(step.thrown_);
        detail::throw_transport_failure(step.failure_);
    }

    std::vector<ScriptedStep> script_;
    std::vector<HttpRequest> requests_ = {};
};

} // namespace grit::inline GRIT_ABI::llm
