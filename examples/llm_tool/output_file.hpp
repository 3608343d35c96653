// SPDX-License-Identifier: BSL-1.0
#pragma once
// The output of a batch: lines that survive the end of the program at any point, and what they say of an earlier run.

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interrupt.hpp"
#include "line_reader.hpp"
#include "text.hpp"
#include "usage.hpp"

namespace llm_tool {

/// Returns: what tells one line of input from another; never 0. FNV-1a, folded.
constexpr std::uint32_t hash_of_line(std::string_view line) noexcept {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (char const c : line) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    auto const folded = static_cast<std::uint32_t>(hash ^ hash >> 32U);
    return folded == 0 ? 1 : folded;
}

/// Which lines of an input have an answer, and which lines these were. Memory: four bytes a line.
class Answered {
public:
    /// No input has more lines.
    static constexpr std::int64_t most = 1'000'000'000;

    /// Returns: the hash of the line that was answered; 0 if it was not.
    std::uint32_t at(std::int64_t index) const noexcept {
        return index < size() ? hashes_[static_cast<std::size_t>(index)] : 0;
    }
    /// Returns: one more than the last line that has an answer.
    std::int64_t size() const noexcept { return static_cast<std::int64_t>(hashes_.size()); }
    std::int64_t succeeded() const noexcept { return succeeded_; }
    std::int64_t failed() const noexcept { return failed_; }

    /// Takes a line of an output. Returns: whether it is one.
    bool take(std::string const& text) {
        auto const line = json::parse(text, nullptr, false);
        if (!line.is_object() || !line.contains("index") || !line.contains("line_hash") || !line.contains("success"))
            return false;
        if (!line["index"].is_number_unsigned() || !line["line_hash"].is_string() || !line["success"].is_boolean())
            return false;
        auto const index = line["index"].get<std::uint64_t>();
        auto const& digits = line["line_hash"].get_ref<std::string const&>();
        std::uint32_t hash = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), hash, 16);
        if (index >= std::uint64_t{most} || hash == 0) return false;
        if (index >= hashes_.size()) hashes_.resize(index + 1);
        hashes_[index] = hash;
        ++(line["success"].get<bool>() ? succeeded_ : failed_);
        return true;
    }

private:
    std::vector<std::uint32_t> hashes_ = {};
    std::int64_t succeeded_ = 0;
    std::int64_t failed_ = 0;
};

/// Appends lines to a file from a thread of its own, which syncs those that came together at once.
///
/// A failure ends the run by a requested stop, and `finish` throws it. Thread safety: one thread at a time.
class OutputFile {
public:
    /// Throws: UsageError if the file is there already and `resume` is not given, if it is no output of a batch, or if
    /// another run writes to it; std::system_error.
    OutputFile(std::string path, bool resume, Interrupt& interrupt) : path_(std::move(path)), interrupt_(interrupt) {
        try {
            open(resume);
        } catch (...) {
            if (fd_ >= 0) ::close(fd_);
            throw;
        }
        thread_ = std::thread{[this] { write_all(); }};
    }
    ~OutputFile() {
        end();
        ::close(fd_);
    }
    OutputFile(OutputFile const&) = delete;
    OutputFile& operator=(OutputFile const&) = delete;

    /// Returns: what earlier runs answered.
    Answered const& answered() const noexcept { return answered_; }

    /// Returns: whether `other` is this file.
    bool is(int other) const {
        struct stat mine{};
        struct stat its{};
        return ::fstat(fd_, &mine) == 0 && ::fstat(other, &its) == 0 && S_ISREG(mine.st_mode) &&
               mine.st_dev == its.st_dev && mine.st_ino == its.st_ino;
    }

    /// Writes a line soon. It waits where the file is far behind.
    void append(std::string_view line) {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return waiting_.size() < max_waiting || ended_; });
        if (!ended_) waiting_.append(line);
        changed_.notify_all();
    }

    /// Waits until every line is written and synced. Throws: std::system_error if one was not.
    void finish() {
        end();
        if (failure_) std::rethrow_exception(failure_);
    }

private:
    static constexpr std::size_t max_waiting = std::size_t{16} << 20U;

    [[noreturn]] void fail(char const* what) const {
        throw std::system_error{errno, std::generic_category(), "the output '" + path_ + "' cannot be " + what};
    }

    void open(bool resume) {
        fd_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
        bool const created = fd_ >= 0;
        if (!created && errno == EEXIST) {
            struct stat about{};
            regular_ = ::stat(path_.c_str(), &about) != 0 || S_ISREG(about.st_mode);
            fd_ = ::open(path_.c_str(), (regular_ ? O_RDWR | O_APPEND : O_WRONLY) | O_CLOEXEC);
            if (regular_ && !resume && about.st_size > 0)
                throw UsageError{"the output '" + path_ +
                                 "' is there already; --resume goes on with it, else name another"};
        }
        if (fd_ < 0) fail("opened");
        if (!regular_) return;
        if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) throw UsageError{"another run writes to the output '" + path_ + "'"};
        if (created) sync_directory();
        else read_answers();
    }

    void sync_directory() const {
        auto const parent = std::filesystem::absolute(path_).parent_path();
        int const directory = ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (directory < 0) return; // one may write to a directory that one may not read
        ::fsync(directory);
        ::close(directory);
    }

    void read_answers() {
        LineReader reader{fd_, std::size_t{256} << 20U};
        while (!reader.ended() && !interrupt_.requested()) {
            reader.fill();
            if (reader.ended()) break; // what is left has no line end
            while (auto const line = reader.next())
                if (line->too_long || !answered_.take(line->text))
                    throw UsageError{"line " + std::to_string(line->index + 1) + " of '" + path_ +
                                     "' is no answer of llm_batch; name the output of an earlier run, or a new one"};
        }
        auto const whole = reader.consumed();
        auto const torn = reader.next();
        if (!torn) return;
        constexpr std::string_view start = R"({"index":)";
        auto const shorter = std::min(start.size(), torn->text.size());
        if (torn->index == 0 && torn->text.substr(0, shorter) != start.substr(0, shorter))
            throw UsageError{"'" + path_ + "' is no output of llm_batch; name another"};
        if (::ftruncate(fd_, static_cast<off_t>(whole)) != 0) fail("cut");
    }

    void write_all() {
        std::unique_lock lock{mutex_};
        while (true) {
            changed_.wait(lock, [&] { return !waiting_.empty() || ended_; });
            if (waiting_.empty()) return;
            auto const lines = std::exchange(waiting_, {});
            changed_.notify_all();
            lock.unlock();
            bool going_on = false;
            try {
                going_on = write(lines);
            } catch (...) {
                failure_ = std::current_exception();
                interrupt_.request_stop();
            }
            lock.lock();
            if (going_on) continue;
            ended_ = true;
            changed_.notify_all();
            return;
        }
    }

    bool write(std::string_view lines) const {
        try {
            if (!interrupt_.write(fd_, lines)) return false;
        } catch (std::system_error const& error) {
            throw std::system_error{error.code(), "the output '" + path_ + "' cannot be written"};
        }
        if (regular_ && ::fdatasync(fd_) != 0) fail("synced");
        return true;
    }

    void end() {
        {
            std::lock_guard const lock{mutex_};
            ended_ = true;
        }
        changed_.notify_all();
        if (thread_.joinable()) thread_.join();
    }

    std::string path_;
    Interrupt& interrupt_;
    int fd_ = -1;
    bool regular_ = true;
    Answered answered_ = {};
    std::mutex mutex_{};
    std::condition_variable changed_{};
    std::string waiting_ = {};
    bool ended_ = false;
    std::exception_ptr failure_ = {};
    std::thread thread_{};
};

} // namespace llm_tool
