// SPDX-License-Identifier: BSL-1.0
// Runs every case a hundred times between two marks for callgrind, and prints their names in order. Exits with 1 if a
// case did not run its operation as often as it should, or allocated.

#include <cstdio>
#include <cstdlib>

#include "../measurement.hpp"
#include "cases.hpp"

int main() {
    constexpr int rounds = 100;
    bool good = true;
    for (cases::Case const& c : cases::all()) {
        for (int i = 0; i < rounds; ++i) c.call(); // binds symbols, fills windows
        cases::operations = allocations = 0;
        grit_measurement_begins();
        for (int i = 0; i < rounds; ++i) c.call();
        grit_measurement_ends();
        if (cases::operations != c.operations * rounds || (allocations != 0 && c.kind != cases::throwing)) {
            std::fprintf(stderr, "%s: %ld operations and %ld allocations\n", c.name, cases::operations, allocations);
            good = false;
        }
        std::printf("%s\n", c.name);
    }
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
