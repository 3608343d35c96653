// SPDX-License-Identifier: BSL-1.0
// A fallback without a constant, a value or a callable.
// expect-error: grit: a 'Fallback' was given nothing to put in the place of a failure, because its list is empty; write Fallback<0>, or Fallback{value} without a list
#include <grit/fallback.hpp>

grit::Fallback<> fallback;

int main() {
    return fallback([] { return 1; });
}
