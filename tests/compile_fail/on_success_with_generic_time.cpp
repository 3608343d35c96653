// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'OnSuccess' cannot tell that its callable wants the time, because it is a template; write
#include <grit/retry.hpp>

auto const watch = [](grit::TimedAttempt const&, std::integral auto) {};
int operation();

int result = grit::Retrying{grit::StopAfterAttempt<3>{}, grit::OnSuccess{watch}}(operation);
