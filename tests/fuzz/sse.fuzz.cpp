// SPDX-License-Identifier: BSL-1.0
// The decoder of server-sent events beside a plain one of the same standard that sees the whole stream at once.
// Input: two bytes that choose how the stream is cut and how long an event may be; the stream.

#include <algorithm>
#include <string>
#include <vector>

#include <grit/llm/http/sse.hpp>

#include "fuzz/support.hpp"

namespace {

using namespace grit::llm;

struct Event {
    std::string event;
    std::string data;
    std::string id;
    friend bool operator==(Event const&, Event const&) = default;
};

struct Result {
    std::vector<Event> events = {};
    bool good = true;
    friend bool operator==(Result const&, Result const&) = default;
};

/// The WHATWG standard to the letter.
std::vector<Event> reference(std::string_view stream) {
    if (stream.starts_with("\xef\xbb\xbf")) stream.remove_prefix(3);
    std::vector<Event> events;
    std::string event;
    std::string data;
    std::string id;
    for (;;) {
        auto const end = stream.find_first_of("\r\n");
        if (end == stream.npos) return events;
        auto const line = stream.substr(0, end);
        stream.remove_prefix(stream.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
        if (line.empty()) {
            if (!data.empty()) events.push_back({event, data.substr(0, data.size() - 1), id});
            event.clear();
            data.clear();
            continue;
        }
        auto const colon = line.find(':');
        auto const field = line.substr(0, colon);
        auto value = colon == line.npos ? std::string_view{} : line.substr(colon + 1);
        if (value.starts_with(' ')) value.remove_prefix(1);
        if (field == "event") event = value;
        if (field == "data") data.append(value).append("\n");
        if (field == "id" && value.find('\0') == value.npos) id = value;
    }
}

Result decode(std::string_view stream, std::size_t max, auto next_size) {
    SseDecoder decoder{max};
    Result result;
    while (!stream.empty()) {
        auto const size = std::min<std::size_t>(next_size(), stream.size());
        // A copy of its own, so that a look beyond the piece is an error that the sanitizer sees.
        std::vector<char> const piece{stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(size)};
        stream.remove_prefix(size);
        auto const good = decoder.feed(std::string_view{piece.data(), piece.size()}, [&](SseEvent const& event) {
            result.events.push_back({std::string{event.event}, std::string{event.data}, std::string{event.id}});
        });
        fuzz::require(result.good || !good, "a decoder that failed stays so");
        result.good = good;
    }
    return result;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size < 2) return 0;
    unsigned state = data[0];
    std::size_t const bound = std::size_t{data[1]} + 1;
    auto const stream = fuzz::text_of(data + 2, size - 2);
    auto const whole = [&] { return stream.size(); };
    auto const bytewise = [] { return std::size_t{1}; };
    auto const any = [&state] { return std::size_t{1} + ((state = state * 1103515245U + 12345U) >> 16U) % 7U; };

    constexpr std::size_t large = std::size_t{1} << 20U;
    auto const decoded = decode(stream, large, whole);
    fuzz::require(decoded.good || stream.size() > large, "only what is long fails");
    if (decoded.good) fuzz::require(decoded.events == reference(stream), "the events are those of the standard");
    fuzz::require(decode(stream, large, bytewise) == decoded, "bytes one by one give the same events");
    fuzz::require(decode(stream, large, any) == decoded, "pieces of any size give the same events");

    auto const bounded = decode(stream, bound, whole);
    for (auto const& event : bounded.events) fuzz::require(event.data.size() <= bound, "an event is bounded");
    fuzz::require(decode(stream, bound, bytewise) == bounded, "the bound is met at the same event");
    fuzz::require(decode(stream, bound, any) == bounded, "the bound is met at the same event, in pieces of any size");
    return 0;
}
