// SPDX-License-Identifier: BSL-1.0
#pragma once
// The marks between which callgrind counts, and a count of all allocations. For the one source file of a program.

#include <cstddef>

extern "C" [[gnu::noinline]] void grit_measurement_begins() noexcept { asm volatile(""); }
extern "C" [[gnu::noinline]] void grit_measurement_ends() noexcept { asm volatile(""); }

static long allocations = 0;

#ifdef __GLIBC__
// Not operator new alone: what throws an exception allocates here, too.
extern "C" void* __libc_malloc(std::size_t);
extern "C" void* malloc(std::size_t size) {
    ++allocations;
    return __libc_malloc(size);
}
#endif
