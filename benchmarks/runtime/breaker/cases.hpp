// SPDX-License-Identifier: BSL-1.0
#pragma once
// The list of calls that breaker.py counts, and the operations, which the compiler cannot see into.

#include <exception>
#include <span>

namespace cases {

struct Timeout : std::exception {};
int succeeds();
int fails();
int returns_one();

struct Case {
    char const* name;
    int (*call)();
};
std::span<Case const> all();

} // namespace cases
