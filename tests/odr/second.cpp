// SPDX-License-Identifier: BSL-1.0
// The other translation unit; exits with 0 if both saw three calls.

#include <grit.hpp>

#include "odr/calls.hpp"

int calls_in_first();

int main() { return calls_in_first() == 3 && count_calls() == 3 ? 0 : 1; }
