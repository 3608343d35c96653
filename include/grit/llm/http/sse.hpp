// SPDX-License-Identifier: BSL-1.0
#pragma once
// Server-sent events from bytes: incremental, pure, bounded; every chunk boundary gives the same events.

#include <concepts>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include <grit/version.hpp>

namespace grit::inline GRIT_ABI::llm {

/// One event. The views last until the decoder is fed again.
struct SseEvent {
    /// The name; empty where the stream gives none, which stands for "message".
    std::string_view event = {};
    /// The data lines, joined by line feeds.
    std::string_view data = {};
    /// The last id that the stream gave, in this event or before it.
    std::string_view id = {};
};

/// Turns the bytes of an event stream into events, as they come.
///
/// A line ends with LF, CR or CRLF; a byte order mark at the start, comments and unknown fields are passed over; an
/// event that is not ended by an empty line is told of by `end` alone. Thread safety: one thread at a time. Source: the
/// WHATWG standard "HTML", 9.2.6.
class SseDecoder {
public:
    /// Units: bytes; no line and no event may be longer.
    explicit SseDecoder(std::size_t max_event_bytes = std::size_t{1} << 20U) : max_(max_event_bytes) {}

    /// Takes the next bytes and calls `on_event(SseEvent const&)` for each event that they complete; if it returns
    /// bool, false ends the decoding: the rest of the bytes is passed over. Returns: false once a line or an event was
    /// longer than allowed; nothing is told any more then. Complexity: linear in the bytes.
    template <class F>
    bool feed(std::string_view bytes, F&& on_event) {
        if (failed_) return false;
        skip_mark(bytes);
        // Where the next line feed is: looked up once for all the carriage returns before it.
        std::size_t feed_at = position(bytes, '\n', bytes.size());
        std::size_t from = 0;
        while (from < bytes.size()) {
            if (after_return_) {
                after_return_ = false;
                if (bytes[from] == '\n') {
                    ++from;
                    feed_at = from + position(bytes.substr(from), '\n', bytes.size() - from);
                    continue;
                }
            }
            auto const rest = bytes.substr(from);
            auto const to_feed = feed_at - from;
            auto const end = position(rest, '\r', to_feed);
            if (!fits(end)) return false;
            if (end == rest.size()) {
                line_.append(rest);
                break;
            }
            after_return_ = rest[end] == '\r';
            from += end + 1;
            if (!after_return_) feed_at = from + position(bytes.substr(from), '\n', bytes.size() - from);
            bool more = true;
            if (line_.empty()) {
                more = take_line(rest.substr(0, end), on_event);
            } else {
                line_.append(rest.substr(0, end));
                more = take_line(line_, on_event);
                line_.clear();
            }
            if (failed_) return false;
            if (!more) break;
        }
        return true;
    }

    /// Tells of the event that the bytes ended in, if no empty line did: servers leave it out. Whether that event is
    /// whole is for its reader to find out. Requires: nothing is fed afterwards.
    template <class F>
    void end(F&& on_event) {
        if (failed_ || (!line_.empty() && !take_line(line_, on_event))) return;
        dispatch(on_event);
    }

private:
    /// Returns: where `c` stands in the first `count` bytes, or `count`.
    static std::size_t position(std::string_view bytes, char c, std::size_t count) noexcept {
        if (count == 0) return 0;
        auto const* const found = static_cast<char const*>(std::memchr(bytes.data(), c, count));
        return found == nullptr ? count : static_cast<std::size_t>(found - bytes.data());
    }

    void skip_mark(std::string_view& bytes) noexcept {
        constexpr std::string_view mark = "\xef\xbb\xbf";
        while (marked_ < mark.size() && !bytes.empty()) {
            if (bytes.front() != mark[marked_]) {
                // What looked like the beginning of a mark was the beginning of a field that nobody knows.
                line_.assign(mark.substr(0, marked_));
                marked_ = mark.size();
                return;
            }
            bytes.remove_prefix(1);
            ++marked_;
        }
    }

    bool fits(std::size_t more) {
        failed_ = more > max_ || line_.size() + data_.size() > max_ - more;
        return !failed_;
    }

    template <class F>
    bool take_line(std::string_view line, F& on_event) {
        if (line.empty()) return dispatch(on_event);
        auto const colon = position(line, ':', line.size());
        auto const field = line.substr(0, colon);
        auto value = line.substr(colon == line.size() ? colon : colon + 1);
        if (value.starts_with(' ')) value.remove_prefix(1);
        if (field == "data") {
            if (has_data_) data_.push_back('\n');
            data_.append(value);
            has_data_ = true;
        } else if (field == "event") {
            event_.assign(value);
        } else if (field == "id" && value.find('\0') == value.npos) {
            id_.assign(value);
        }
        return true;
    }

    template <class F>
    bool dispatch(F& on_event) {
        bool more = true;
        if (has_data_) {
            SseEvent const event{.event = event_, .data = data_, .id = id_};
            if constexpr (std::same_as<decltype(on_event(event)), bool>) more = on_event(event);
            else on_event(event);
        }
        data_.clear();
        event_.clear();
        has_data_ = false;
        return more;
    }

    std::size_t max_;
    std::string line_ = {};
    std::string data_ = {};
    std::string event_ = {};
    std::string id_ = {};
    std::size_t marked_ = 0;
    bool has_data_ = false;
    bool after_return_ = false;
    bool failed_ = false;
};

} // namespace grit::inline GRIT_ABI::llm
