// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'WaitJitter' was given an impossible percentage, because it is not within 0 and 100; write
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitJitter<grit::WaitFixed<1s>, 101>> retrying;
