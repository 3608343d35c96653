// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'Retrying' without a limit was given a wait that may be zero, because it would call without pause for ever; add
#include <grit/retry.hpp>

constexpr grit::Retrying<grit::StopNever> retrying;
