// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'StopBeforeDelay' was given a negative time, because
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopBeforeDelay<-1s>> retrying;
