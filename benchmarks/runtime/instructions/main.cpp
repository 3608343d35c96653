// SPDX-License-Identifier: BSL-1.0
// Runs every case a hundred times by grit and a hundred times by hand, each between two marks for callgrind, and prints
// what was run in order: name, twin, tolerance, failures. Exits with 1 if a loop did not do the work it should.

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "cases.hpp"

namespace {

constexpr int rounds = 100;

[[gnu::noinline]] void run(cases::Case const& c, cases::Loop loop, void const* object) {
    for (int i = 0; i < rounds; ++i) {
        opaque::plan(c.how, c.failures);
        try {
            loop(object);
        } catch (std::exception const&) {
        }
    }
}

opaque::Counts measure(cases::Case const& c, cases::Loop loop, void const* object) {
    run(c, loop, object); // binds symbols and fills the caches of the unwinder
    (void)opaque::take_counts();
    opaque::grit_measurement_begins();
    run(c, loop, object);
    opaque::grit_measurement_ends();
    return opaque::take_counts();
}

bool as_expected(cases::Case const& c, opaque::Counts const& counts) {
    return counts.calls == c.calls * rounds && counts.sleeps == c.sleeps * rounds && counts.hooks == c.hooks * rounds &&
           counts.allocations == 0;
}

} // namespace

int main() {
    bool good = true;
    for (cases::Case const& c : cases::all()) {
        opaque::Counts const by_hand = measure(c, c.by_hand, c.by_hand_object);
        opaque::Counts const library = measure(c, c.library, c.library_object);
        if (!as_expected(c, by_hand) || !as_expected(c, library) || !(library == by_hand)) {
            std::fprintf(
                stderr,
                "%s: the work differs (by hand / library): calls %d / %d, sleeps %d / %d, hooks %d / %d, clock "
                "reads %d / %d, draws %d / %d, allocations %d / %d, slept %lld / %lld\n",
                c.name, by_hand.calls, library.calls, by_hand.sleeps, library.sleeps, by_hand.hooks, library.hooks,
                by_hand.clock_reads, library.clock_reads, by_hand.draws, library.draws, by_hand.allocations,
                library.allocations, static_cast<long long>(by_hand.slept), static_cast<long long>(library.slept));
            good = false;
        }
        std::printf("%s\t%d\t%d\t%d\n", c.name, static_cast<int>(c.tolerance), c.failures, rounds);
    }
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
