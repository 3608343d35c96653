// SPDX-License-Identifier: BSL-1.0
// Runs every case a hundred times between two marks for callgrind, and prints their names in order.

#include <cstdio>

#include "cases.hpp"

namespace cases {
int succeeds() { return 0; }
int fails() { throw Timeout{}; }
int returns_one() { return 1; }
} // namespace cases

extern "C" [[gnu::noinline]] void grit_measurement_begins() noexcept { asm volatile(""); }
extern "C" [[gnu::noinline]] void grit_measurement_ends() noexcept { asm volatile(""); }

int main() {
    for (cases::Case const& c : cases::all()) {
        for (int i = 0; i < 100; ++i) c.call(); // binds symbols, fills windows
        grit_measurement_begins();
        for (int i = 0; i < 100; ++i) c.call();
        grit_measurement_ends();
        std::printf("%s\n", c.name);
    }
}
