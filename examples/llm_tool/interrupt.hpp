// SPDX-License-Identifier: BSL-1.0
#pragma once
// Signals, and reads and writes that a signal ends at once.

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstddef>
#include <stdexcept>
#include <stop_token>
#include <string_view>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace llm_tool {

/// Turns SIGINT and SIGTERM into a requested stop, which ends a wait, a call, a read and a write at once. A second one
/// ends the program. Thread safety: safe.
class Interrupt {
public:
    /// Requires: no other thread runs yet.
    Interrupt() {
        keep_standard_streams();
        for (int const signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN); // a write says so itself
        sigemptyset(&signals_);
        sigaddset(&signals_, SIGINT);
        sigaddset(&signals_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
        if (::pipe2(pipe_, O_CLOEXEC) != 0) throw std::system_error{errno, std::generic_category(), "no pipe"};
        thread_ = std::thread{[this] {
            int signal = 0;
            sigwait(&signals_, &signal);
            request_stop();
            if (!ending_) sigwait(&signals_, &signal);
            if (!ending_) ::_exit(128 + signal);
        }};
    }
    ~Interrupt() {
        ending_ = true;
        pthread_kill(thread_.native_handle(), SIGTERM);
        thread_.join();
        ::close(pipe_[0]);
        ::close(pipe_[1]);
    }
    Interrupt(Interrupt const&) = delete;
    Interrupt& operator=(Interrupt const&) = delete;

    std::stop_token token() const { return source_.get_token(); }
    bool requested() const { return source_.stop_requested(); }

    /// Ends everything as a signal does.
    void request_stop() {
        if (source_.request_stop()) [[maybe_unused]]
            auto const written = ::write(pipe_[1], "x", 1);
    }

    /// Waits until a read of `fd`, or a write to it, does not block. Returns: false if a stop was requested before.
    bool wait_for(int fd, short events, int timeout_ms = -1) const {
        pollfd waiting[] = {{fd, events, 0}, {pipe_[0], POLLIN, 0}};
        while (true) {
            if (::poll(waiting, 2, timeout_ms) < 0) {
                if (errno == EINTR) continue;
                throw std::system_error{errno, std::generic_category(), "poll"};
            }
            if (waiting[0].revents != 0) return true;
            return false;
        }
    }

    /// Writes all of `bytes`. Returns: false if a stop was requested while nobody took them.
    ///
    /// Throws: std::system_error if they cannot be written.
    bool write(int fd, std::string_view bytes) const {
        struct stat about{};
        // A pipe that poll calls writable takes this much without blocking.
        bool const file = ::fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
        auto const at_once = file ? bytes.size() : std::size_t{PIPE_BUF};
        while (!bytes.empty()) {
            if (!wait_for(fd, POLLOUT)) return false;
            auto const count = ::write(fd, bytes.data(), std::min(bytes.size(), at_once));
            if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
            if (count < 0) throw std::system_error{errno, std::generic_category()};
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }

private:
    /// What is opened next must not come to stand in the place of a closed standard stream. One that was closed fails
    /// every read or write from here on.
    static void keep_standard_streams() {
        for (int const fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
            if (::fcntl(fd, F_GETFD) < 0) [[maybe_unused]]
                auto const opened = ::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }

    sigset_t signals_{};
    int pipe_[2] = {-1, -1};
    std::stop_source source_{};
    std::atomic<bool> ending_ = false;
    std::thread thread_{};
};

} // namespace llm_tool
