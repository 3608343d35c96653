// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a logger is, the one that prints to stderr, and what the three log hooks have in common.

#include <cstdio>
#include <string>
#include <string_view>

#include <grit/core/concepts.hpp>
#include <grit/core/failure.hpp>
#include <grit/core/text.hpp>

namespace grit::inline GRIT_ABI {

enum class LogLevel : unsigned char { debug, info, warning, error };

/// Returns: the enumerator's name, a string literal.
constexpr char const* to_string(LogLevel level) noexcept {
    switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
    }
    return "unknown";
}

/// Takes one line of text: `logger.log(level, text)` or `logger(level, text)`.
template <class L>
concept Logger = requires(L logger, std::string_view text) { logger.log(LogLevel::info, text); } ||
                 requires(L logger, std::string_view text) { logger(LogLevel::info, text); };

/// Prints each line to stderr with its level: `[warning] chat: attempt 1 failed: timed out; next attempt in 1.5 s`.
///
/// One write a line. Thread safety: lines of different threads do not mix.
struct StderrLogger {
    void log(LogLevel level, std::string_view text) const {
        std::string line = "[";
        line.append(to_string(level)).append("] ").append(text).append("\n");
        std::fwrite(line.data(), 1, line.size(), stderr);
    }
};

namespace detail {

/// Returns: a duration in its largest unit, with up to three decimals: "1.5 s", "250 ms".
inline std::string to_words(Duration d) {
    struct Unit {
        std::int64_t ticks;
        char const* name;
    };
    for (Unit const unit : {Unit{1'000'000'000, " s"}, Unit{1'000'000, " ms"}, Unit{1'000, " us"}}) {
        if (d.count() < unit.ticks) continue;
        std::int64_t const thousandths = d.count() % unit.ticks / (unit.ticks / 1000);
        std::string words = std::to_string(d.count() / unit.ticks);
        if (thousandths != 0) {
            words += "." + std::to_string(1000 + thousandths).substr(1);
            while (words.back() == '0') words.pop_back();
        }
        return words + unit.name;
    }
    return d == Duration::zero() ? "0 s" : std::to_string(d.count()) + " ns";
}

/// Returns: "name: attempt 2".
inline std::string describe_attempt(std::string_view name, int number) {
    return std::string{name} + ": attempt " + std::to_string(number);
}

/// Returns: "name: attempt 2 failed: what it says", in one line whatever the error says: it may come from outside.
inline std::string describe_failure(std::string_view name, int number, Failure const& failure) {
    std::string line = describe_attempt(name, number) + " failed: " + failure.what();
    put_in_one_line(line);
    return line;
}

/// How a log hook holds the logger it was given: an lvalue with state by reference, anything else by value.
template <class L>
using LoggerFor = std::conditional_t<std::is_lvalue_reference_v<L> && !std::is_empty_v<std::remove_cvref_t<L>>, L,
                                     std::remove_cvref_t<L>>;

/// A hook that writes one line at one moment of an attempt.
template <Event Moment, class L>
class LogHook {
public:
    static constexpr Family family = Family::hook;
    static constexpr Event event = Moment;
    static constexpr bool needs_clock = false;
    static constexpr bool needs_failure = Moment != Event::before;

    constexpr LogHook()
        requires std::is_default_constructible_v<L>
    = default;
    explicit constexpr LogHook(L logger) : logger_(static_cast<L&&>(logger)) {}

protected:
    void write(LogLevel level, std::string_view text) const {
        if constexpr (requires { logger_.log(level, text); }) logger_.log(level, text);
        else logger_(level, text);
    }

private:
    [[no_unique_address]] L logger_;
};

} // namespace detail
} // namespace grit::inline GRIT_ABI
