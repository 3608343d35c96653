// SPDX-License-Identifier: BSL-1.0
// A hint that is a number: nobody knows of what.
// expect-error: grit: retry_after\(\) of an error returns no duration, because WaitHint cannot know the unit of a number; return a std::chrono duration
#include <stdexcept>

#include <grit/retry.hpp>

using namespace std::chrono_literals;

struct Throttled : std::runtime_error {
    Throttled() : std::runtime_error("throttled") {}
    long retry_after() const { return 3; }
};

int main() {
    return grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitHint<1s>, grit::RetryIf<Throttled>>{}(
        []() -> int { throw Throttled{}; });
}
