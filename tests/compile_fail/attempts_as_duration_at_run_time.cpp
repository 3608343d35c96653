// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'StopAfterAttempt' was given something that is no count, because attempts are counted in whole numbers; write
#include <grit/retry.hpp>

using namespace std::chrono_literals;

grit::Retrying retrying{grit::StopAfterAttempt{5s}};
