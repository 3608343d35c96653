// SPDX-License-Identifier: BSL-1.0
// Plays the scenarios on the standard input, one a line, and writes what became of each: the other half of
// live_oracle.py.

#include <exception>
#include <iostream>

#include "conformance/replay.hpp"

int main() {
    try {
        for (std::string line; std::getline(std::cin, line);)
            std::cout << conformance::to_string(conformance::replay(conformance::parse(line).scenario)) << '\n';
    } catch (std::exception const& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
