// SPDX-License-Identifier: BSL-1.0
// One of two translation units that include everything and use the same policies.

#include <grit.hpp>

#include "odr/calls.hpp"

Seen seen_in_first() { return see(); }
void const* policy_in_first() { return &constant; }
std::uint64_t draw_in_first() { return grit::ThreadRandom{}(); }
