// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'WaitAtMost' was given a negative limit, because
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitAtMost<-1s, grit::WaitNone>> retrying;
