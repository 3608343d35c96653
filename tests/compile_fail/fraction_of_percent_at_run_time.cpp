// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'WaitJitter' was given a percentage that is no whole number, because
#include <grit/retry.hpp>

using namespace std::chrono_literals;

grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::WaitJitter{grit::WaitFixed<1s>{}, 0.5}};
