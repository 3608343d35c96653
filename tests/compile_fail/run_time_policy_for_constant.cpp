// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'Retrying' was constructed with a policy that is not in its list, because
#include <grit/retry.hpp>

grit::Retrying<grit::StopAfterAttempt<5>> retrying{grit::StopAfterAttempt{5}};
