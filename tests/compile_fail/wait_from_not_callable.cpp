// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'WaitFrom' was given something that it cannot call, because
#include <grit/retry.hpp>

using namespace std::chrono_literals;

grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::WaitFrom{5s}};
