// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a server can do with a request, right or wrong, down to the bytes and the pauses between them.

#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <grit/llm/http/headers.hpp>

namespace fault {

/// What a client sent.
struct Request {
    std::chrono::steady_clock::time_point at = {};
    /// Which connection it came over; the first is 1.
    unsigned connection = 0;
    std::string method = {};
    std::string target = {};
    grit::llm::Headers headers = {};
    std::string body = {};
};

/// What becomes of the connection after an answer.
enum class End {
    keep,    ///< the next request is read
    close,   ///< closed in order
    reset,   ///< broken with RST
    silence, ///< nothing more happens until the client goes
};

/// Bytes, and the pause before them.
struct Piece {
    std::string bytes = {};
    std::chrono::milliseconds after{0};
};

/// An answer as it goes over the wire; every other answer is made into one.
struct Wire {
    std::vector<Piece> pieces = {};
    End end = End::close;
};

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

/// How the length of a streamed body is told.
enum class Framing { chunked, until_close };

/// A stream of server-sent events: its first `count` events, then `end`.
///
/// Whole streams are `openai_events` and `anthropic_events`; a fault is a change of the list. A count below the size
/// leaves a chunked body without its last chunk.
struct Stream {
    std::vector<std::string> events = {};
    std::size_t count = std::numeric_limits<std::size_t>::max();
    End end = End::keep;
    /// How many bytes go out at once, as one chunk; 0: an event at a time.
    std::size_t split = 0;
    std::chrono::milliseconds interval{0};
    Framing framing = Framing::chunked;
    grit::llm::Headers headers = {};
};

/// An answer that depends on the request.
struct Reply {
    std::function<Wire(Request const&)> answer;
};

using Step = std::variant<Respond, Reset, Close, Silence, Stall, Trickle, Raw, Stream, Wire, Reply>;

/// Returns: the head of an answer with these fields and no others.
std::string head(int status, grit::llm::Headers const& headers);

/// Returns: what goes over the wire for `step`, if the client sent `request`.
Wire wire(Step const& step, Request const& request = {});

/// The same answer, its head sent in two halves with `pause` before the first and between them.
Wire slow_head(Respond const& answer, std::chrono::milliseconds pause);

/// The same answer, broken off `sent` bytes into the body.
Wire cut_body(Respond const& answer, std::size_t sent, End end);

/// The same answer, with `length` for its Content-Length, then closed.
Wire wrong_length(Respond const& answer, std::string_view length);

/// A chunked answer whose second chunk has no size that could be read.
Raw broken_chunk(std::string_view body);

/// Bytes that are no HTTP.
Raw garbage();

/// A redirect with `status`, such as 307.
Respond redirect(int status, std::string location);

/// An error that quotes the credentials of the request in its message, its code and its request id.
Reply echo_credentials(int status);

} // namespace fault
