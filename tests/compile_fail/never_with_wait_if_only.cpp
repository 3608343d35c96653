// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'Retrying' without a limit was given a wait that may be zero
// A failure that no WaitIf names would be retried without pause.
#include <grit/retry.hpp>
using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopNever, grit::WaitIf<std::runtime_error, grit::WaitFixed<1s>>> retrying;
