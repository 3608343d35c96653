// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'WaitRandom' was given one constant and one run-time value, because
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitRandom<1s>> retrying;
