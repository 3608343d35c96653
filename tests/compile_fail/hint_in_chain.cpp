// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'WaitChain' was given a WaitHint, because
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitChain<grit::WaitHint<60s>>> retrying;
