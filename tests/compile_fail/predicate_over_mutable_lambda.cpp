// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'RetryIfException' cannot tell which error to catch, because its callable does not take exactly one type through const; write
#include <grit/retry.hpp>

struct Busy {};

grit::Retrying retrying{grit::StopAfterAttempt<3>{},
                        grit::RetryIfException{[n = 0](Busy const&) mutable { return n++ < 3; }}};
