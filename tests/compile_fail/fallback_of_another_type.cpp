// SPDX-License-Identifier: BSL-1.0
// A fallback with a value of another type than the result.
// expect-error: grit: a 'Fallback' cannot answer for an operation, because it holds neither a value that converts to the operation's result nor a callable for its error; give it a value
#include <stdexcept>
#include <string>

#include <grit/fallback.hpp>

int main() {
    return grit::Fallback{std::string{"text"}}([] { return 1; });
}
