// SPDX-License-Identifier: BSL-1.0
// An operation that cannot be copied to the thread on which it is to run.
// expect-error: grit: an operation is to run on another thread and cannot be copied there, because it or one of its arguments can only be moved; hold that by a std::shared_ptr instead
#include <memory>

#include <grit/timeout.hpp>

using namespace std::chrono_literals;

int main() {
    return grit::AttemptTimeoutOnThread<2s>{}([p = std::make_unique<int>(1)] { return *p; });
}
