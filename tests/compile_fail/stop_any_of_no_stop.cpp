// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a stop was combined with something that is not a stop, because
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopAny<grit::StopAfterAttempt<3>, grit::WaitFixed<1s>>> retrying;
