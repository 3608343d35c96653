// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'WaitExponential' was given constants and run-time values together, because
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitExponential<1s>> retrying;
