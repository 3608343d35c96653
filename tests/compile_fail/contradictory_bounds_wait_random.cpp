// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'WaitRandom' was given bounds that contradict each other, because
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitRandom<2s, 1s>> retrying;
