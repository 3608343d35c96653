// SPDX-License-Identifier: BSL-1.0
#pragma once
// How often each thread has allocated, and when its memory ends, where one source of the program includes
// support/counting_new.hpp.

namespace grit::test {
inline thread_local int allocations = 0;       // for each thread, since other tests of the program run some
inline thread_local int allocations_left = -1; // below zero: no end
} // namespace grit::test
