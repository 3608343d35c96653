// SPDX-License-Identifier: BSL-1.0
#pragma once
// The list of cases: each a loop by grit and its twin by hand, and what one call of either must do.

#include <span>

#include "opaque.hpp"

namespace cases {

/// How many more instructions than its twin the library may need.
enum class Tolerance {
    none,
    per_failed_result, // one for each attempt that fails by its result: block layout
    both_channels,     // the same, and one on success: a result predicate beside an exception predicate
    two_percent,       // where exceptions are thrown
    published          // not gated
};

using Loop = int (*)(void const* object);

struct Case {
    char const* name;
    Loop library;
    Loop by_hand;
    void const* library_object; // where the values come at run time: what exists before the call
    void const* by_hand_object;
    opaque::Fails how;
    int failures; // before it succeeds
    int calls;
    int sleeps;
    int hooks;
    Tolerance tolerance;
};

std::span<Case const> all();

} // namespace cases
