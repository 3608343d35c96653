// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'RetryUnless' names an error twice, because
#include <grit/retry.hpp>

#include <stdexcept>

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryUnless<std::range_error, std::range_error>> retrying;
