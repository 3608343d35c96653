// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a factor was given as a duration, because it looked like a wait; write
#include <grit/retry.hpp>

using namespace std::chrono_literals;

grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::WaitExponential{1s, 60s, 2s}};
