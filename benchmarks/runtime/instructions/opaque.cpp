// SPDX-License-Identifier: BSL-1.0
#include "opaque.hpp"

#include <cstdlib>
#include <ctime>
#include <new>

#include <grit/retry.hpp>

namespace opaque {
namespace {
Fails how = Fails::by_result;
int failures = 0;
int calls_so_far = 0;
std::int64_t time = 0;
Counts counts{};

bool fails() noexcept {
    ++counts.calls;
    ++calls_so_far;
    if (failures == 0) return false;
    --failures;
    return true;
}
} // namespace

extern Settings const settings{5,
                               std::chrono::milliseconds{100},
                               std::chrono::seconds{10},
                               std::chrono::milliseconds{50},
                               std::chrono::milliseconds{70},
                               std::chrono::seconds{2},
                               50};

void plan(Fails kind, int count) noexcept {
    how = kind;
    failures = count;
    calls_so_far = 0;
    time = 0;
}

char const* Timeout::what() const noexcept { return "timed out"; }

int result_operation() noexcept { return fails() ? 1 : 0; }
int sum_operation(int a, int const& b) noexcept { return fails() ? a + b : 0; }
int numbered_operation(int number) noexcept {
    counts.seen += number;
    return fails() ? 1 : 0;
}
std::error_code code_operation() noexcept {
    return fails() ? std::make_error_code(std::errc::timed_out) : std::error_code{};
}
Reply reply_operation() noexcept { return fails() ? Reply{Lost{}} : Reply{1}; }
std::variant<int, Lost> either_operation() noexcept {
    if (fails()) return Lost{};
    return 1;
}

int operation() {
    if (!fails()) {
        if (how == Fails::by_timeout_then_unknown) throw Unknown{};
        return 0;
    }
    switch (how) {
    case Fails::by_result: break;
    case Fails::by_timeout:
    case Fails::by_timeout_then_unknown: throw Timeout{};
    case Fails::by_refused: throw Refused{};
    case Fails::by_overloaded: throw Overloaded{};
    case Fails::by_unknown: throw Unknown{};
    case Fails::by_too_many: throw TooMany{};
    case Fails::by_code: throw std::system_error{std::make_error_code(std::errc::timed_out)};
    case Fails::by_try_again: throw grit::TryAgain{};
    case Fails::by_permanent: throw grit::Permanent{Timeout{}};
    }
    return 1;
}
void void_operation() { operation(); }
std::string text_operation() { return operation() == 0 ? "ready" : "busy"; }

bool is_last() noexcept { return calls_so_far >= 5; }
std::int64_t now() noexcept {
    ++counts.clock_reads;
    return time;
}
void sleep(std::int64_t ns) noexcept {
    ++counts.sleeps;
    counts.slept += ns;
    time += ns;
}
std::uint64_t random() noexcept {
    ++counts.draws;
    return 0x9e3779b97f4a7c15u;
}
std::int64_t wait() noexcept { return 100'000'000; }
void hook() noexcept { ++counts.hooks; }
void hook_with(int number) noexcept {
    ++counts.hooks;
    counts.seen += number;
}
void log(std::string_view line) noexcept {
    ++counts.hooks;
    counts.seen += !line.empty();
}

Counts take_counts() noexcept {
    Counts const result = counts;
    counts = Counts{};
    return result;
}

void grit_measurement_begins() noexcept { asm volatile(""); }
void grit_measurement_ends() noexcept { asm volatile(""); }

} // namespace opaque

extern "C" int clock_gettime(clockid_t, timespec* t) noexcept {
    std::int64_t const ns = opaque::now();
    t->tv_sec = ns / 1'000'000'000;
    t->tv_nsec = ns % 1'000'000'000;
    return 0;
}
extern "C" int nanosleep(timespec const* t, timespec*) {
    opaque::sleep(t->tv_sec * 1'000'000'000 + t->tv_nsec);
    return 0;
}

// Every operator new is counted.
void* operator new(std::size_t size) {
    ++opaque::counts.allocations;
    if (void* const memory = std::malloc(size)) return memory;
    throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
