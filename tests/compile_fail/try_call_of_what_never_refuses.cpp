// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: try_call was written for a stage that never refuses, because
#include <grit/pipeline.hpp>
#include <grit/retry.hpp>

using namespace grit;

auto result = pipeline(Retrying<StopAfterAttempt<3>>{}).try_call([] { return 1; });
