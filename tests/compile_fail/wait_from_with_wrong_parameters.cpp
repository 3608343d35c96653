// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'WaitFrom' was given something that it cannot call, because its parameters are none of these; write
#include <grit/retry.hpp>

std::chrono::seconds wait(int attempt);

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitFrom<wait>> retrying;
