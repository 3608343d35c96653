// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'AfterLog' was given something that is no logger, because neither l\.log\(level, text\) nor l\(level, text\) can be called through const; write
#include <grit/retry.hpp>

struct Logger {
    void log(int, int) const;
};

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::AfterLog<Logger>> retrying;
