// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a wait was combined with something that is not a wait, because
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitChain<grit::WaitFixed<1s>, int>> retrying;
