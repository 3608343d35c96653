// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'WaitJitter' was given a WaitHint, because
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitJitter<grit::WaitHint<60s>>> retrying;
