// SPDX-License-Identifier: BSL-1.0
// Prints, with --table, the table of the page on what quorums make of an outage.
#include <string_view>

#include "storm.hpp"

int main(int argc, char** argv) {
    if (argc > 1 && argv[1] == std::string_view{"--table"}) storm::print_table(storm::simulate_fleets());
}
