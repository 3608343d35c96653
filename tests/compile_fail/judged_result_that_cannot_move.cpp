// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a result that cannot be moved is to be judged or watched, because
#include <grit/retry.hpp>

struct Fixed {
    Fixed() = default;
    Fixed(Fixed&&) = delete;
};
bool is_busy(Fixed const&);
Fixed operation();

auto&& result = grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIfResult<is_busy>>{}(operation);
