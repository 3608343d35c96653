// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'WaitDecorrelatedJitter' was given bounds it cannot use, because
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitDecorrelatedJitter<0s, 1s>> retrying;
