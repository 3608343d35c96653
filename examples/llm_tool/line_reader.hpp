// SPDX-License-Identifier: BSL-1.0
#pragma once
// The lines of a file or a pipe of any length, in constant memory.

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <unistd.h>

namespace llm_tool {

/// Reads once, which may block, to the end of `into`. Returns: false at the end. Throws: std::system_error.
inline bool read_some(int fd, std::string& into) {
    char bytes[65536];
    auto const count = ::read(fd, bytes, sizeof bytes);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return true;
    if (count < 0) throw std::system_error{errno, std::generic_category()};
    into.append(bytes, static_cast<std::size_t>(count));
    return count != 0;
}

/// One line without its end.
struct Line {
    std::string text = {};
    /// Its place, counted from 0, blank lines included.
    std::int64_t index = 0;
    /// It was longer than allowed; only that is known of it.
    bool too_long = false;

    bool blank() const { return !too_long && text.find_first_not_of(" \t\r") == text.npos; }
};

/// Cuts what it reads into lines; what follows the last line end is a line too. It does not own the descriptor.
class LineReader {
public:
    /// The longest line that is kept. Units: bytes.
    static constexpr std::size_t longest = std::size_t{8} << 20U;

    explicit LineReader(int fd, std::size_t max_bytes = longest) : fd_(fd), max_bytes_(max_bytes) {}

    /// Returns: the next line of what was read, if it is whole.
    std::optional<Line> next() {
        auto end = buffer_.find('\n', searched_);
        bool const last = end == buffer_.npos;
        if (last && !ended_) {
            buffer_.erase(0, start_);
            start_ = 0;
            if (buffer_.size() > max_bytes_) {
                too_long_ = true;
                buffer_.clear();
            }
            searched_ = buffer_.size();
            return std::nullopt;
        }
        if (last) end = buffer_.size();
        if (last && start_ == end && !too_long_) return std::nullopt;
        Line line{.index = count_++, .too_long = too_long_ || end - start_ > max_bytes_};
        if (!line.too_long) line.text = buffer_.substr(start_, end - start_);
        if (line.text.ends_with('\r')) line.text.pop_back();
        too_long_ = false;
        start_ = searched_ = std::min(end + 1, buffer_.size());
        consumed_ = bytes_ - (buffer_.size() - start_);
        return line;
    }

    /// Reads once, which may block. Throws: std::system_error.
    void fill() {
        auto const before = buffer_.size();
        ended_ = !read_some(fd_, buffer_);
        bytes_ += buffer_.size() - before;
    }

    /// Returns: whether nothing more is to be read; lines may still be left.
    bool ended() const noexcept { return ended_; }

    int fd() const noexcept { return fd_; }

    /// Returns: how many lines have been returned.
    std::int64_t lines() const noexcept { return count_; }

    /// Returns: how many bytes the lines took that have been returned.
    std::uint64_t consumed() const noexcept { return consumed_; }

private:
    int fd_;
    std::size_t max_bytes_;
    std::string buffer_ = {};
    std::size_t start_ = 0;    // of the next line
    std::size_t searched_ = 0; // no line end stands between
    std::uint64_t bytes_ = 0;
    std::uint64_t consumed_ = 0;
    std::int64_t count_ = 0;
    bool too_long_ = false;
    bool ended_ = false;
};

} // namespace llm_tool
