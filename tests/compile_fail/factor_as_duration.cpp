// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 
#include <grit/retry.hpp>

using namespace std::chrono_literals;

grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::WaitExponential{1s, 60s, 2s}};
