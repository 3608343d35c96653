// SPDX-License-Identifier: BSL-1.0
// Runs every row twenty times by hand and twenty times by grit, each between two marks for callgrind, and prints what
// was run in order, and where the work of the two was not the same. An argument selects the rows with that text in
// them.

#include <cstdio>
#include <exception>
#include <string>

#include "rows.hpp"

namespace rows {

std::vector<Row>& all() {
    static std::vector<Row> rows;
    return rows;
}

namespace {

constexpr int rounds = 20;

[[gnu::noinline]] void run(Row const& row, Loop loop, void const* object, int times) {
    for (int i = 0; i < times; ++i) {
        opaque::plan(row.plan.how, row.plan.failures);
        try {
            loop(object);
        } catch (std::exception const&) {
        }
    }
}

opaque::Counts measure(Row const& row, Loop loop, void const* object) {
    run(row, loop, object, 1); // binds symbols and fills the caches of the unwinder
    (void)opaque::take_counts();
    opaque::grit_measurement_begins();
    run(row, loop, object, rounds);
    opaque::grit_measurement_ends();
    return opaque::take_counts();
}

/// Returns: where the work of the two differs, or is not as planned; empty if it is right.
std::string difference(Row const& row, opaque::Counts const& by_hand, opaque::Counts const& library) {
    std::string text;
    auto const compare = [&](char const* what, long long hand, long long grit, bool good) {
        if (!good) text += std::string{what} + " " + std::to_string(hand) + " / " + std::to_string(grit) + ", ";
    };
    auto const same = [&](char const* what, long long hand, long long grit) {
        compare(what, hand, grit, hand == grit);
    };
    compare("calls", by_hand.calls, library.calls,
            library.calls == by_hand.calls && (row.plan.calls == unknown || by_hand.calls == row.plan.calls * rounds));
    same("sleeps", by_hand.sleeps, library.sleeps);
    if (row.form != Form::own_draws) same("ns slept", by_hand.slept, library.slept);
    same("hooks", by_hand.hooks, library.hooks);
    same("numbers seen", by_hand.seen, library.seen);
    same("clock reads", by_hand.clock_reads, library.clock_reads);
    same("draws", by_hand.draws, library.draws);
    // Where a twin allocates, as for a log line, how often it does is its own affair.
    compare("allocations", by_hand.allocations, library.allocations,
            by_hand.allocations > 0 || library.allocations == 0);
    if (!text.empty()) text.resize(text.size() - 2);
    return text;
}

} // namespace
} // namespace rows

int main(int count, char** arguments) {
    for (rows::Row const& row : rows::all()) {
        std::string const name = std::string{row.policy} + ": " + row.plan.name;
        if (count > 1 && (std::string{row.family} + ": " + name).find(arguments[1]) == std::string::npos) continue;
        opaque::Counts const by_hand = rows::measure(row, row.by_hand, row.by_hand_object);
        opaque::Counts const library = rows::measure(row, row.by_library, row.library_object);
        std::printf("%s\t%s\t%d\t%d\t%d\t%s\n", row.family, name.c_str(), static_cast<int>(row.plan.ends),
                    static_cast<int>(row.form), rows::rounds, rows::difference(row, by_hand, library).c_str());
    }
}
