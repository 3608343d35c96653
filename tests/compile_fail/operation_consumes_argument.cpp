// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: an operation cannot be called with these arguments, because every attempt passes them as lvalues
#include <grit/retry.hpp>

#include <memory>

int operation(std::unique_ptr<int> argument);

int result = grit::Retrying<grit::StopAfterAttempt<3>>{}(operation, std::make_unique<int>(1));
