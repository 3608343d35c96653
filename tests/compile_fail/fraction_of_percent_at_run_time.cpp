// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a count was given as a floating-point number, because it looked like a fraction; write a whole number
#include <grit/retry.hpp>

using namespace std::chrono_literals;

grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::WaitJitter{grit::WaitFixed<1s>{}, 0.5}};
