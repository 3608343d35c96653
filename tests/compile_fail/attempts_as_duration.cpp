// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a count was given as a duration, because it has a unit; write a whole number
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopAfterAttempt<5s>> retrying;
