// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a wait was combined with something that is not a wait, because
#include <grit/retry.hpp>

using namespace std::chrono_literals;

grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::WaitSum{grit::WaitFixed<1s>{}, 5}};
