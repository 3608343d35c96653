// SPDX-License-Identifier: BSL-1.0
#pragma once
// The calls that breaker.py counts and times, and the operations, which the compiler cannot see into.

#include <exception>
#include <span>

namespace cases {

struct Timeout : std::exception {};

// The operations. Each counts itself, in its thread.
int succeeds();
int throws();       // Timeout
int throws_twice(); // of three times
int returns_one();  // which is a failure
int returns_one_twice();
int alternates(); // 1, 0, 1, 0
extern thread_local long operations;

enum Kind {
    alone,   ///< timed with one thread
    shared,  ///< and with two
    throwing ///< may allocate, because an exception needs memory; no other case may
};
struct Case {
    char const* name;
    int (*call)();
    int operations; ///< of one call
    Kind kind = alone;
};
std::span<Case const> all();

} // namespace cases
