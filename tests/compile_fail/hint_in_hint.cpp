// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'WaitHint' was given another WaitHint, because
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitHint<60s, grit::WaitHint<60s>>> retrying;
