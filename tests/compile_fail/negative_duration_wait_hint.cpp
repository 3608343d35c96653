// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'WaitHint' was given a negative limit, because
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitHint<-1s>> retrying;
