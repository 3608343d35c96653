// SPDX-License-Identifier: BSL-1.0
// A fallback whose callable cannot be called through const.
// expect-error: grit: a 'Fallback' cannot answer for an operation, because it holds neither a value that converts to the operation's result nor a callable for its error
#include <stdexcept>
#include <string>

#include <grit/fallback.hpp>

int main() {
    return grit::Fallback{[n = 0](std::logic_error const&) mutable { return ++n; }}([] { return 1; });
}
