// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'StopIf' was given something that it cannot call, because
#include <grit/retry.hpp>

grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::StopIf{5}};
