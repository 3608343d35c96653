// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'StopAfterAttempt' was given something that is no count, because attempts are counted in whole numbers; write
#include <grit/retry.hpp>

grit::Retrying retrying{grit::StopAfterAttempt{true}};
