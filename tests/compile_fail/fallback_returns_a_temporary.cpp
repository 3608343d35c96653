// SPDX-License-Identifier: BSL-1.0
// A fallback for an operation that returns a reference, whose callable returns a value.
// expect-error: grit: a 'Fallback' cannot answer for an operation, because what its callable returns does not convert to the operation's result; return that type
#include <string>

#include <grit/fallback.hpp>

std::string const& page();

int main() {
    return grit::Fallback{[] { return std::string{"none"}; }}(page).empty();
}
