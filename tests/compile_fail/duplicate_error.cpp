// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'RetryIf' names an error twice, because
#include <grit/retry.hpp>

#include <stdexcept>

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIf<std::range_error, std::logic_error, std::range_error>>
    retrying;
