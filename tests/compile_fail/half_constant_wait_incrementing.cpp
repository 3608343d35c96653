// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'WaitIncrementing' was given constants and run-time values together, because
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitIncrementing<1s, 1s>> retrying;
