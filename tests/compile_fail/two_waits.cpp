// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'Retrying' was given two waits, because they were not combined and only one can count; add them with \+
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitFixed<1s>, grit::WaitRandom<0s, 1s>> retrying;
