// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'OnGiveUp' was given something that it cannot call, because
#include <grit/retry.hpp>

grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::OnGiveUp{5}};
