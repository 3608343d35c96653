// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the loops call and the compiler cannot see into: operations, a clock, a sleep, random bits, hooks. All count.
//
// So do clock_gettime and nanosleep, which opaque.cpp replaces in the whole program.

#include <chrono>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <system_error>
#include <variant>

namespace opaque {

using Duration = std::chrono::nanoseconds;

struct Timeout : std::exception {
    int code = 1;
    char const* what() const noexcept override; // "timed out"
};
struct Refused : std::exception {};
struct Overloaded : std::exception {};
struct Unknown : std::exception {};
/// An error that asks for a wait.
struct TooMany : std::exception {
    Duration wait{std::chrono::milliseconds{250}};
    Duration retry_after() const noexcept { return wait; }
};

/// An error in a result; it asks for a wait, too.
struct Lost {
    int ms = 250;
    Duration retry_after() const noexcept { return std::chrono::milliseconds{ms}; }
};
/// As std::expected<int, Lost>.
class Reply {
public:
    explicit Reply(int value) noexcept : value_(value), good_(true) {}
    explicit Reply(Lost error) noexcept : error_(error) {}
    bool has_value() const noexcept { return good_; }
    int value() const noexcept { return value_; }
    Lost const& error() const noexcept { return error_; }

private:
    int value_ = 0;
    Lost error_;
    bool good_ = false;
};

/// What the operations do next: fail `failures` times, then succeed.
enum class Fails : int {
    by_result,
    by_timeout,
    by_refused,
    by_overloaded,
    by_unknown,
    by_too_many,
    by_code,
    by_try_again,
    by_permanent,
    by_timeout_then_unknown // and then do not succeed
};
/// Also sets the clock to zero.
void plan(Fails how, int failures) noexcept;

// Each fails by its result, or throws as planned unless it is noexcept.
int result_operation() noexcept; // 0, or 1 for a failure
int operation();
int sum_operation(int a, int const& b) noexcept; // 0, or a + b
int numbered_operation(int number) noexcept;
void void_operation();
std::string text_operation(); // "ready", or "busy"
std::error_code code_operation() noexcept;
Reply reply_operation() noexcept;
std::variant<int, Lost> either_operation() noexcept;

bool is_last() noexcept; // true from the fifth call of an operation on
std::int64_t now() noexcept;
void sleep(std::int64_t ns) noexcept;
std::uint64_t random() noexcept;
std::int64_t wait() noexcept; // a tenth of a second
void hook() noexcept;
void hook_with(int number) noexcept;
void log(std::string_view line) noexcept;

struct Counts {
    int calls, sleeps, hooks, clock_reads, draws, allocations;
    std::int64_t slept, seen;
};
/// Returns: what was counted since the last call.
Counts take_counts() noexcept;

/// What the user of a loop has configured.
struct Settings {
    int attempts;
    Duration first, longest, step, jitter, limit;
    int percent;
};
extern Settings const settings;

// The run is measured between these two: instructions.py gives their names to callgrind.
extern "C" void grit_measurement_begins() noexcept;
extern "C" void grit_measurement_ends() noexcept;

} // namespace opaque
