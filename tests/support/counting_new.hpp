// SPDX-License-Identifier: BSL-1.0
#pragma once
// Counts the allocations of each thread, by replacing operator new for the whole program: include it in one source.

#include <cstdlib>
#include <new>

#include "support/allocations.hpp"

// Not inline: GCC would take free for the wrong counterpart.
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++grit::test::allocations;
    bool const is_over = grit::test::allocations_left == 0;
    if (grit::test::allocations_left > 0) --grit::test::allocations_left;
    if (void* const memory = is_over ? nullptr : std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc{};
}
// A sanitizer's own would not call the one above.
void* operator new(std::size_t size, std::nothrow_t const&) noexcept {
    ++grit::test::allocations;
    return std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::nothrow_t const&) noexcept { std::free(memory); }
