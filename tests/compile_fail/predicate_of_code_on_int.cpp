// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: the predicates named can never act on this operation, because it returns nothing they look at and throws nothing they name; name
#include <grit/retry.hpp>

#include <system_error>

int operation() noexcept;

int result = grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIfError<std::errc::timed_out>>{}(operation);
