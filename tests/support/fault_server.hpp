// SPDX-License-Identifier: BSL-1.0
#pragma once
// An HTTP server on 127.0.0.1 that goes wrong in the way that a script says.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <grit/llm/headers.hpp>

namespace fault {

/// A whole answer.
struct Respond {
    int status = 200;
    grit::llm::Headers headers = {};
    std::string body = {};
};

/// The connection is broken with RST once the request was read.
struct Reset {};

/// The connection is closed in order, without an answer.
struct Close {};

/// The request is read and nothing happens.
struct Silence {};

/// The head promises `content_length` bytes of body; `sent` is all that ever comes.
struct Stall {
    std::size_t content_length = 1000;
    std::string sent = "{";
};

/// The body comes byte by byte, one each `interval`.
struct Trickle {
    std::string body = std::string(1000, ' ');
    std::chrono::milliseconds interval{20};
};

/// These bytes, whatever they are; then the connection is closed.
struct Raw {
    std::string bytes = {};
};

using Step = std::variant<Respond, Reset, Close, Silence, Stall, Trickle, Raw>;

/// Returns: a chat completion as OpenAI sends it.
Respond completion(std::string_view content);

/// Returns: an error as OpenAI sends it.
Respond error(int status, std::string_view type, std::string_view code, std::string_view message,
              grit::llm::Headers headers = {});

/// What a client sent.
struct Request {
    std::chrono::steady_clock::time_point at;
    std::string method;
    std::string target;
    grit::llm::Headers headers;
    std::string body;
};

/// Answers each request with the next step of its script, the last step again and again.
///
/// Works in a thread of its own, on a free port of 127.0.0.1; the destructor ends it, and so does `lifetime`.
/// Thread safety: every member may be called from any thread.
class FaultServer {
public:
    explicit FaultServer(std::vector<Step> script, std::chrono::seconds lifetime = std::chrono::seconds{30});
    FaultServer(FaultServer const&) = delete;
    FaultServer& operator=(FaultServer const&) = delete;
    ~FaultServer();

    /// Returns: such as "http://127.0.0.1:34567".
    std::string url() const;

    /// Returns: every request so far, in order.
    std::vector<Request> requests() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace fault
