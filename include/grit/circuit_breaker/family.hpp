// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a policy of a breaker decides.

#include <grit/core/concepts.hpp>

namespace grit::inline GRIT_ABI {

/// The families of the policies of a CircuitBreaker, beside Family::time, random and name:
/// `static constexpr grit::Family family = grit::CircuitFamily::trip;`
struct CircuitFamily {
    static constexpr Family trip = Family{16};
    static constexpr Family open = Family{17};
    static constexpr Family half_open = Family{18};
    static constexpr Family classify = Family{19};
    static constexpr Family listener = Family{20};
    static constexpr Family atomics = Family{21};
    static constexpr Family outcome_listener = Family{22};
};
static_assert(CircuitFamily::trip == Family::of_stages);

} // namespace grit::inline GRIT_ABI
