// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'RetryIf' names an error that is never reached, because it comes after its base; write the derived type before the base
#include <grit/retry.hpp>

#include <stdexcept>

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIf<std::runtime_error, std::range_error>> retrying;
