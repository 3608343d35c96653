// SPDX-License-Identifier: BSL-1.0
#include "opaque.hpp"

#include <cstdlib>
#include <new>

namespace opaque {
namespace {
Fails how = Fails::by_result;
int failures = 0;
Counts counts{};

bool fails() noexcept {
    ++counts.calls;
    if (failures == 0) return false;
    --failures;
    return true;
}
} // namespace

void plan(Fails kind, int count) noexcept {
    how = kind;
    failures = count;
}

int result_operation() noexcept { return fails() ? 1 : 0; }

int numbered_operation(int number) noexcept {
    counts.seen += number;
    return fails() ? 1 : 0;
}

int operation() {
    if (!fails()) return 0;
    switch (how) {
    case Fails::by_result: break;
    case Fails::by_timeout: throw Timeout{};
    case Fails::by_refused: throw Refused{};
    case Fails::by_overloaded: throw Overloaded{};
    case Fails::by_unknown: throw Unknown{};
    }
    return 1;
}

std::int64_t now() noexcept {
    ++counts.clock_reads;
    return counts.slept;
}
void sleep(std::int64_t ns) noexcept {
    ++counts.sleeps;
    counts.slept += ns;
}
std::uint64_t random() noexcept {
    ++counts.draws;
    return 0x9e3779b97f4a7c15u;
}
void hook() noexcept { ++counts.hooks; }

Counts take_counts() noexcept {
    Counts const result = counts;
    counts = Counts{};
    return result;
}

void grit_measurement_begins() noexcept { asm volatile(""); }
void grit_measurement_ends() noexcept { asm volatile(""); }

} // namespace opaque

// The loops must not allocate: every operator new is counted.
void* operator new(std::size_t size) {
    ++opaque::counts.allocations;
    if (void* const memory = std::malloc(size)) return memory;
    throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
