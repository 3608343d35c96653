// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'Retrying' without a limit was given a wait that may be zero, because it would call without pause for ever; add
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr bool is_shutting_down() { return false; }

constexpr grit::Retrying<grit::StopIf<is_shutting_down>, grit::WaitRandom<0s, 1s>> retrying;
