// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'OnSuccess' was given something that it cannot call, because
#include <grit/retry.hpp>

struct Reply {};
void watch(grit::Attempt const&, Reply const&);
int operation();

int result = grit::Retrying<grit::StopAfterAttempt<3>, grit::OnSuccess<watch>>{}(operation);
