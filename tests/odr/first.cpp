// SPDX-License-Identifier: BSL-1.0
// One of two translation units that include everything and use the same policies.

#include <grit.hpp>

#include "odr/calls.hpp"

int calls_in_first() { return count_calls(); }
