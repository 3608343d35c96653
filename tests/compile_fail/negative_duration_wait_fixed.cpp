// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'WaitFixed' was given a negative wait, because
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitFixed<-1s>> retrying;
