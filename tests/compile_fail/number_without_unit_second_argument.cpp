// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a duration was given as a bare number, because it has no unit; write 5s or 250ms
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitExponential<1s, 60>> retrying;
