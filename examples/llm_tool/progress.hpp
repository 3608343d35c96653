// SPDX-License-Identifier: BSL-1.0
#pragma once
// How far a batch has come, for a person who looks on.

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>

#include <unistd.h>

#include "interrupt.hpp"

namespace llm_tool {

/// What is shown.
struct Progressed {
    std::int64_t done = 0;
    std::int64_t failed = 0;
    std::int64_t retried = 0;
    std::int64_t in_flight = 0;
    std::int64_t held_back = 0;
    std::int64_t tokens = 0;
    /// How much of the input has been read, if its size is known.
    std::optional<double> part = {};
};

/// One line on standard error that is written again and again; nothing where that is no terminal.
class Progress {
public:
    explicit Progress(Interrupt const& interrupt) : interrupt_(interrupt) {}
    ~Progress() {
        if (shown_) write("\r\x1b[K");
    }
    Progress(Progress const&) = delete;
    Progress& operator=(Progress const&) = delete;

    void show(Progressed const& now) {
        if (!terminal_) return;
        auto const seconds = std::chrono::duration<double>(Clock::now() - start_).count();
        auto const rate = seconds > 0 ? static_cast<double>(now.done) / seconds : 0;
        std::array<char, 200> text{};
        std::snprintf(text.data(), text.size(),
                      "\r%lld done, %lld failed, %lld retried, %.1f/s, %lld tokens, %lld in flight%s%s\x1b[K",
                      static_cast<long long>(now.done), static_cast<long long>(now.failed),
                      static_cast<long long>(now.retried), rate, static_cast<long long>(now.tokens),
                      static_cast<long long>(now.in_flight),
                      now.held_back > 0 ? (", " + std::to_string(now.held_back) + " held back").c_str() : "",
                      left(now, seconds).c_str());
        write(text.data());
        shown_ = true;
    }

private:
    using Clock = std::chrono::steady_clock;

    static std::string left(Progressed const& now, double seconds) {
        if (!now.part || *now.part <= 0 || now.done == 0) return {};
        auto const rest = std::llround(seconds * (1 - *now.part) / *now.part);
        auto const minutes = rest / 60;
        return ", " + (minutes > 0 ? std::to_string(minutes) + "m" : "") + std::to_string(rest % 60) + "s left";
    }

    /// Nothing waits for a terminal that was stopped.
    void write(std::string const& text) const {
        if (terminal_ && interrupt_.wait_for(STDERR_FILENO, POLLOUT, 0)) [[maybe_unused]]
            auto const written = ::write(STDERR_FILENO, text.data(), text.size());
    }

    Interrupt const& interrupt_;
    Clock::time_point start_ = Clock::now();
    bool terminal_ = ::isatty(STDERR_FILENO) == 1;
    bool shown_ = false;
};

} // namespace llm_tool
