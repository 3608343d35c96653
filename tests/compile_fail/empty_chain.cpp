// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'WaitChain' was given no wait, because
#include <grit/retry.hpp>

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitChain<>> retrying;
