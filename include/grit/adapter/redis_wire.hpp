// SPDX-License-Identifier: BSL-1.0
#pragma once
// RESP2, as far as a script needs it: a command as bytes, and one answer that is read byte by byte.

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <grit/fleet/script.hpp>

namespace grit::inline GRIT_ABI::detail {

/// Adds `sign`, a number and the end of a line. It is the head of a list of words, or of a word.
inline void append_redis_head(std::string& bytes, char sign, std::size_t number) {
    char digits[20];
    auto const end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    bytes += sign;
    bytes.append(digits, end);
    bytes += "\r\n";
}

inline void append_redis_word(std::string& bytes, std::string_view word) {
    append_redis_head(bytes, '$', word.size());
    bytes += word;
    bytes += "\r\n";
}

inline void append_redis_word(std::string& bytes, std::int64_t number) {
    char digits[20];
    auto const end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    append_redis_word(bytes, std::string_view{digits, static_cast<std::size_t>(end - digits)});
}

/// Makes `bytes` the command that runs a script: "EVALSHA" with its sum, or "EVAL" with its text.
inline void write_redis_script(std::string& bytes, std::string_view command, std::string_view script,
                               std::span<std::string_view const> keys, std::span<std::int64_t const> args) {
    bytes.clear();
    append_redis_head(bytes, '*', 3 + keys.size() + args.size());
    append_redis_word(bytes, command);
    append_redis_word(bytes, script);
    append_redis_word(bytes, static_cast<std::int64_t>(keys.size()));
    for (std::string_view const key : keys) append_redis_word(bytes, key);
    for (std::int64_t const arg : args) append_redis_word(bytes, arg);
}

/// What came for a command. A script answers with integers; all that is neither these nor an error is `other`.
struct RedisAnswer {
    enum class Kind : unsigned char { none, integers, error, status, other };

    std::span<std::int64_t> room;
    std::size_t count = 0;
    Kind kind = Kind::none;
    std::string text{}; ///< of an error

    void add(std::int64_t number) {
        if (count == room.size()) kind = Kind::other;
        else room[count++] = number;
    }
    /// Returns: whether it is an error with this first word. Before Redis 7 the word of an error inside a script stood
    /// behind a dash somewhere in the text.
    bool is_error(std::string_view word) const {
        if (kind != Kind::error) return false;
        auto const found = text.find(word);
        return found == 0 || (found != text.npos && text[found - 1] == '-');
    }
};

/// Reads one answer from bytes as they come. It keeps one line, of 4096 bytes at most, and no more of an array than the
/// answer has room for.
class RedisAnswerReader {
public:
    explicit RedisAnswerReader(RedisAnswer& answer) noexcept : answer_(&answer) {}

    /// Takes the next byte. Returns: whether the answer is whole, or is no answer: then it is `other`, and what comes
    /// next on this connection has no meaning. Requires: it has not returned true.
    bool take(char byte) {
        if (byte != '\n') {
            line_ += byte;
            // Only these have a line that is of use.
            bool const known = std::string_view{"+-:*"}.find(line_[0]) != std::string_view::npos;
            return (!known || line_.size() == longest) && wrong();
        }
        if (line_.size() < 2 || line_.back() != '\r') return wrong();
        std::string_view const content = std::string_view{line_}.substr(1, line_.size() - 2);
        bool const whole = in_array_ ? take_element(line_[0], content) : take_first(line_[0], content);
        line_.clear();
        return whole;
    }

private:
    using Kind = RedisAnswer::Kind;
    static constexpr std::size_t longest = 4096;

    bool take_first(char type, std::string_view content) {
        if (type == '+') return end(Kind::status);
        if (type == '-') {
            answer_->text = content;
            return end(Kind::error);
        }
        std::int64_t number = 0;
        if (!read(content, number)) return wrong();
        answer_->kind = Kind::integers;
        if (type == ':') {
            answer_->add(number);
            return true;
        }
        if (number < 0 || static_cast<std::uint64_t>(number) > answer_->room.size()) return wrong();
        in_array_ = true;
        left_ = static_cast<std::size_t>(number);
        return left_ == 0;
    }
    bool take_element(char type, std::string_view content) {
        std::int64_t number = 0;
        if (type != ':' || !read(content, number)) return wrong();
        answer_->add(number);
        return --left_ == 0;
    }

    static bool read(std::string_view text, std::int64_t& number) {
        auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
        return failed == std::errc{} && end == text.data() + text.size();
    }
    bool end(Kind kind) {
        answer_->kind = kind;
        return true;
    }
    bool wrong() { return end(Kind::other); }

    RedisAnswer* answer_;
    std::string line_;
    std::size_t left_ = 0;
    bool in_array_ = false;
};

} // namespace grit::inline GRIT_ABI::detail
