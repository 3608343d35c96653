// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'max_attempts' is not known, because no stop limits the attempts; add
#include <grit/retry.hpp>

using namespace std::chrono_literals;

int attempts = grit::Retrying<grit::StopAfterDelay<1s>>::max_attempts;
