// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'WaitExponential' was given bounds that contradict each other, because
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitExponential<1s, 60s, 2, 61s>> retrying;
