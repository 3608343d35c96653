// SPDX-License-Identifier: BSL-1.0
// Numbers of a wrong kind, at run time: durations, fractions and bare numbers for counts, factors and times.
#include <grit/circuit_breaker.hpp>
#include <grit/retry.hpp>

using namespace std::chrono_literals;

// expect-error: grit: 'StopAfterAttempt' was given something that is no count, because attempts are counted in whole numbers; write
namespace attempts_as_bool {
grit::Retrying retrying{grit::StopAfterAttempt{true}};
}

// expect-error: grit: 'StopAfterAttempt' was given something that is no count, because attempts are counted in whole numbers; write
namespace attempts_as_duration {
grit::Retrying retrying{grit::StopAfterAttempt{5s}};
}

// expect-error: grit: a factor was given as a floating-point number, because 1\.5 is not exact on every machine; write
namespace factor_as_double {
grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::WaitExponential{1s, 60s, 1.5}};
}

// expect-error: grit: a factor was given as a floating-point number, because 1\.5 is not exact on every machine; write
namespace factor_as_double_exponential_jitter {
grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::WaitExponentialJitter{1s, 60s, 1s, 1.5f}};
}

// expect-error: grit: a factor was given as a duration, because it looked like a wait; write
namespace factor_as_duration {
grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::WaitExponential{1s, 60s, 2s}};
}

// expect-error: grit: a policy was given something that is no count, because
namespace failures_as_fraction {
grit::OpenAfterFailures five{5.0};
}

// expect-error: grit: a policy was given something that is no count, because
namespace failures_within_as_fraction {
grit::OpenAfterFailuresWithin trip{0.5f, 10s};
}

// expect-error: grit: 'StopAfterAttempt' was given something that is no count, because attempts are counted in whole numbers; write
namespace fraction_of_attempts {
grit::Retrying retrying{grit::StopAfterAttempt{2.5}};
}

// expect-error: grit: a count was given as a floating-point number, because it looked like a fraction; write a whole number
namespace fraction_of_percent {
grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::WaitJitter{grit::WaitFixed<1s>{}, 0.5}};
}

// expect-error: grit: 'StopBefore' was given
namespace stop_before_a_number {
grit::Retrying retrying{grit::StopBefore{30}};
}

// expect-error: grit: 'StopBefore' was given
namespace stop_before_a_duration {
grit::Retrying retrying{grit::StopBefore{30s}};
}

// expect-error: grit: 'StopBefore' was given
namespace stop_before_another_clock {
grit::Retrying retrying{grit::StopBefore{std::chrono::system_clock::now()}};
}

// expect-error: grit: a policy was given a bare number for a duration, because it has no unit; write
namespace manual_time {
grit::ManualTime manual{5};
}

// expect-error: grit: a policy was given a bare number for a duration, because it has no unit; write
namespace manual_time_advance {
void advance(grit::ManualTime& time) { time.advance(5l); }
} // namespace manual_time_advance

// expect-error: grit: a policy was given a bare number for a duration, because it has no unit; write
namespace retry_after {
grit::RetryAfter again{5u};
}
