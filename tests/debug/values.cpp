// SPDX-License-Identifier: BSL-1.0
// Breakers and durations that a debugger looks at: tests/debug/gdb_test.py.

#include <grit/circuit_breaker.hpp>
#include <grit/time/manual.hpp>

#include <stdexcept>

using namespace std::chrono_literals;

namespace {

template <class... Values>
[[gnu::noinline]] void look_at(Values const&...) {
    asm volatile("" ::: "memory");
}

template <class Breaker>
void fail(Breaker& breaker) {
    try {
        breaker([] { throw std::runtime_error("down"); });
    } catch (std::runtime_error const&) {
    }
}

} // namespace

int main() {
    grit::ManualTime time;
    grit::CircuitBreaker healthy{grit::OpenAfterFailures<2>{}, grit::OpenFor<30s>{}, grit::Time{time}};
    grit::CircuitBreaker broken{grit::OpenAfterFailures<2>{}, grit::OpenFor<30s>{}, grit::Time{time}};
    grit::CircuitBreaker probing{grit::OpenAfterFailures<2>{}, grit::OpenFor<1s>{}, grit::Time{time}};
    for (int i = 0; i != 2; ++i) {
        fail(broken);
        fail(probing);
    }
    time.advance(2s);
    auto const permit = probing.try_acquire();
    grit::Duration const half = 1500ms;
    grit::Duration const minute = 60s;
    grit::ConstantDuration const constant = 250us;
    look_at(healthy, broken, probing, permit, half, minute, constant);
}
