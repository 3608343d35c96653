// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'Retrying' without a limit was given a wait that may be zero, because it would call without pause for ever; add
#include <grit/retry.hpp>

using namespace std::chrono_literals;

auto const wait = [] { return 1s; };

grit::Retrying retrying{grit::StopNever{}, grit::WaitNone{}, grit::Before{wait}};
