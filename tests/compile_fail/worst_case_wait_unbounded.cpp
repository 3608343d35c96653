// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'worst_case_wait' is not known, because no stop limits the attempts; add
#include <grit/retry.hpp>

using namespace std::chrono_literals;

using Unbounded = grit::Retrying<grit::StopNever, grit::WaitFixed<1s>>;

auto wait = Unbounded::worst_case_wait;
