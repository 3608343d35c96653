// SPDX-License-Identifier: BSL-1.0
// Durations without a unit, at run time, and what is none. A sentence comes once for each type, so each case has one.
#include <grit/circuit_breaker.hpp>
#include <grit/retry.hpp>
#include <grit/timeout/deadline.hpp>

using namespace std::chrono_literals;

// expect-error: grit: a policy was given a bare number for a duration
namespace deadline {
grit::Deadline deadline{5};
}

// expect-error: grit: a policy was given a bare number for a duration, because it has no unit; write
namespace fraction {
double const seconds = 0.5;

grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::WaitFixed{seconds}};
} // namespace fraction

// expect-error: grit: a policy was given something that is no duration, because it is a point in time
namespace point_in_time {
grit::Deadline deadline{std::chrono::steady_clock::now() + 5s};
}

// expect-error: grit: a policy was given a bare number for a duration, because
namespace slower_than {
grit::SlowerThan slow{2l};
}

// expect-error: grit: a policy was given a bare number for a duration, because it has no unit; write
namespace stop_after_delay {
grit::Retrying retrying{grit::StopAfterDelay{30u}};
}

// expect-error: grit: a policy was given a bare number for a duration, because it has no unit; write
namespace stop_before_delay {
grit::Retrying retrying{grit::StopBeforeDelay{30ul}};
}

// expect-error: grit: a policy was given a bare number for a duration, because
namespace time_window {
grit::TimeWindow window{10ll};
}

// expect-error: grit: a policy was given a bare number for a duration, because it has no unit; write
namespace wait_at_most {
grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::WaitAtMost{60ull, grit::WaitNone{}}};
}

// expect-error: grit: a policy was given a bare number for a duration, because it has no unit; write
namespace wait_decorrelated_jitter {
grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::WaitDecorrelatedJitter{0.5f, 60.0f}};
}

// expect-error: grit: a policy was given a bare number for a duration, because it has no unit; write
namespace wait_exponential {
grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::WaitExponential{0.5l, 60.0l}};
}

// expect-error: grit: a policy was given a bare number for a duration, because it has no unit; write
namespace wait_exponential_jitter {
grit::Retrying retrying{grit::StopAfterAttempt<3>{},
                        grit::WaitExponentialJitter{std::int8_t{1}, std::int8_t{60}, std::int8_t{1}}};
}

// expect-error: grit: a policy was given a bare number for a duration, because it has no unit; write
namespace wait_fixed {
grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::WaitFixed{std::uint8_t{1}}};
}

// expect-error: grit: a policy was given a bare number for a duration, because it has no unit; write
namespace wait_from {
std::int16_t seconds();
int operation();

int result = grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitFrom<seconds>>{}(operation);
} // namespace wait_from

// expect-error: grit: a policy was given a bare number for a duration, because it has no unit; write
namespace wait_from_of_lambda {
int operation();

int result = grit::Retrying{grit::StopAfterAttempt<3>{}, grit::WaitFrom{[] { return std::uint16_t{5}; }}}(operation);
} // namespace wait_from_of_lambda

// expect-error: grit: a policy was given a bare number for a duration, because it has no unit; write
namespace wait_hint {
grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::WaitHint{char{60}}};
}

// expect-error: grit: a policy was given a bare number for a duration, because it has no unit; write
namespace wait_hint_with_wait {
grit::WaitHint wait{wchar_t{60}, grit::WaitFixed<1s>{}};
}

// expect-error: grit: a policy was given a bare number for a duration, because it has no unit; write
namespace wait_incrementing {
grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::WaitIncrementing{char8_t{1}, char8_t{2}, char8_t{10}}};
}

// expect-error: grit: a policy was given a bare number for a duration, because it has no unit; write
namespace wait_random {
grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::WaitRandom{char16_t{1}, char16_t{2}}};
}

// expect-error: grit: a policy was given a bare number for a duration, because it has no unit; write
namespace wait_random_exponential {
grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::WaitRandomExponential{char32_t{1}, char32_t{60}}};
}
