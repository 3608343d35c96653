// SPDX-License-Identifier: BSL-1.0
// A fallback whose callable returns another type than the operation.
// expect-error: grit: a 'Fallback' cannot answer for an operation, because what its callable returns does not convert to the operation's result; return that type
#include <stdexcept>
#include <string>

#include <grit/fallback.hpp>

int main() {
    return grit::Fallback{[](std::logic_error const& error) { return std::string{error.what()}; }}([] { return 1; });
}
