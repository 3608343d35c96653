// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the loops call and the compiler cannot see into: operations, a clock, a sleep, random bits, a hook. All count.

#include <cstdint>
#include <exception>

namespace opaque {

struct Timeout : std::exception {};
struct Refused : std::exception {};
struct Overloaded : std::exception {};
struct Unknown : std::exception {};

/// What the operations do next: fail `failures` times, then succeed.
enum class Fails : int { by_result, by_timeout, by_refused, by_overloaded, by_unknown };
void plan(Fails how, int failures) noexcept;

int result_operation() noexcept; // 0, or 1 for a failure
int operation();                 // the same, or throws as planned
int numbered_operation(int number) noexcept;

std::int64_t now() noexcept; // ns
void sleep(std::int64_t ns) noexcept;
std::uint64_t random() noexcept;
void hook() noexcept;

struct Counts {
    int calls, sleeps, hooks, clock_reads, draws, allocations;
    std::int64_t slept, seen;
    friend bool operator==(Counts const&, Counts const&) = default;
};
/// Returns: what was counted since the last call.
Counts take_counts() noexcept;

// The run is measured between these two: instructions.py gives their names to callgrind.
extern "C" void grit_measurement_begins() noexcept;
extern "C" void grit_measurement_ends() noexcept;

} // namespace opaque
