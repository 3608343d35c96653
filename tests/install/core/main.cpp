// SPDX-License-Identifier: BSL-1.0
// A consumer of grit::grit: exits with 0 if an operation is called three times.

#include <grit.hpp>

#include <stdexcept>

int main() {
    using Twice = grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIf<std::runtime_error>>;
    int calls = 0;
    Twice{}([&] {
        if (++calls < 3) throw std::runtime_error("busy");
    });
    return calls == 3 ? 0 : 1;
}
