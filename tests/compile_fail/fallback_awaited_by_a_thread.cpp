// SPDX-License-Identifier: BSL-1.0
// A coroutine in the place of a failure, where a thread waits for the call.
// expect-error: grit: a 'Fallback' makes something to await where nothing awaits it, because
#include <stdexcept>

#include <grit/fallback.hpp>
#include <grit/pipeline.hpp>
#include <grit/retry.hpp>

#include "support/task.hpp"

using grit::test::Task;

int result = grit::pipeline(grit::Fallback{[](std::exception const&) -> Task<int> { co_return 1; }},
                            grit::Retrying<grit::StopAfterAttempt<3>>{})([] { return 1; });
