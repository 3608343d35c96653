// SPDX-License-Identifier: BSL-1.0
#pragma once
// How often each thread has allocated, where one source of the program includes support/counting_new.hpp.

namespace grit::test {
inline thread_local int allocations = 0; // for each thread, since other tests of the program run some
}
