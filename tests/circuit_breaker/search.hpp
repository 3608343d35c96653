// SPDX-License-Identifier: BSL-1.0
#pragma once
// How the tests search all interleavings of a breaker, and what such a search must find.

#include <chrono>

#include "circuit_breaker/explorer.hpp"
#include "support/catch.hpp"

namespace grit::test {

/// What a breaker is searched with; where it starts open, the clock reaches the deadline by one jump.
template <class Breaker>
Explorer<Breaker> search(std::size_t threads, int calls, int jumps, int controls, std::uint64_t first_word) {
    Explorer<Breaker> e;
    e.threads = threads;
    e.calls = calls;
    e.jumps = jumps;
    e.jump = std::chrono::milliseconds{2};
    e.lease = std::chrono::milliseconds{2};
    e.controls = controls;
    e.first_word = first_word;
    return e;
}

/// Requires that no interleaving breaks an invariant, and that there were many of them.
template <class E>
void holds(E e) {
    e.explore();
    CAPTURE(e.states, e.violation);
    UNSCOPED_INFO("states: " << e.states);
    REQUIRE(e.violation == "");
    REQUIRE(e.states > 1'000);
    REQUIRE(e.states < e.limit);
}

/// Requires that a fault that was put into the breaker breaks the invariant of that name.
template <class E>
void finds(Fault fault, char const* invariant, E e) {
    e.fault = fault;
    e.explore();
    CAPTURE(e.states);
    REQUIRE_THAT(e.violation, Catch::Matchers::ContainsSubstring(invariant));
}

} // namespace grit::test
