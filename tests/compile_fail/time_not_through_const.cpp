// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'Time' cannot use this type, because it lacks now\(\) returning a grit::TimePoint, or sleep\(grit::Duration\), that can be called through const; write both
#include <grit/retry.hpp>

struct Clock {
    grit::TimePoint now();
    void sleep(grit::Duration);
};

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::Time<Clock>> retrying;
