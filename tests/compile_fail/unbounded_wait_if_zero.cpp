// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'Retrying' without a limit was given a wait that may be zero, because it would call without pause for ever; add
#include <grit/retry.hpp>

using namespace std::chrono_literals;

struct Busy {};

constexpr grit::Retrying<grit::StopNever, grit::WaitFixed<1s>, grit::WaitIf<Busy, grit::WaitNone>> retrying;
