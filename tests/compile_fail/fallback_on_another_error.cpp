// SPDX-License-Identifier: BSL-1.0
// A fallback whose condition takes another error than its callable.
// expect-error: grit: the condition of a 'Fallback' cannot be asked, because it does not take the error that its callable takes; let both take the same error, or both a grit::Failure const&
#include <stdexcept>
#include <string>

#include <grit/fallback.hpp>

int main() {
    return grit::Fallback{[](grit::Failure const&) { return true; },
                          [](std::logic_error const&) { return 2; }}([] { return 1; });
}
