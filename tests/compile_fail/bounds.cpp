// SPDX-License-Identifier: BSL-1.0
// Bounds that contradict each other, durations, counts, factors and percentages out of range, as constants.
#include <grit/retry.hpp>
#include <grit/timeout/deadline.hpp>

using namespace std::chrono_literals;

// expect-error: grit: 'WaitDecorrelatedJitter' was given bounds it cannot use, because
namespace contradictory_bounds_wait_decorrelated_jitter {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitDecorrelatedJitter<10s, 1s>> retrying;
}

// expect-error: grit: 'WaitDecorrelatedJitter' was given bounds it cannot use, because
namespace contradictory_bounds_wait_decorrelated_jitter_zero {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitDecorrelatedJitter<0s, 1s>> retrying;
}

// expect-error: grit: 'WaitExponential' was given bounds that contradict each other, because
namespace contradictory_bounds_wait_exponential {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitExponential<60s, 1s>> retrying;
}

// expect-error: grit: 'WaitExponential' was given bounds that contradict each other, because
namespace contradictory_bounds_wait_exponential_jitter {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitExponentialJitter<50s, 1s, 1s>> retrying;
}

// expect-error: grit: 'WaitExponential' was given bounds that contradict each other, because
namespace contradictory_bounds_wait_exponential_minimum {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitExponential<1s, 60s, 2, 61s>> retrying;
}

// expect-error: grit: 'WaitRandom' was given bounds that contradict each other, because
namespace contradictory_bounds_wait_random {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitRandom<2s, 1s>> retrying;
}

// expect-error: grit: 'WaitExponential' was given bounds that contradict each other, because
namespace contradictory_bounds_wait_random_exponential {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitRandomExponential<40s, 1s>> retrying;
}

// expect-error: grit: 'WaitExponential' was given a factor it cannot use, because it is below 1 or
namespace factor_below_1 {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitExponential<1s, 60s, std::ratio<1, 2>{}>> retrying;
}

// expect-error: grit: 'WaitExponential' was given a factor it cannot use, because it is below 1 or
namespace factor_below_1_random_exponential {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitRandomExponential<1s, 60s, grit::Factor{1, 3}>> retrying;
}

// expect-error: grit: 'WaitExponential' was given a factor it cannot use, because it is below 1 or
namespace factor_negative {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitExponential<1s, 60s, -2>> retrying;
}

// expect-error: grit: 'WaitExponential' was given a factor it cannot use, because it is below 1 or
namespace factor_zero {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitExponential<1s, 60s, 0>> retrying;
}

// expect-error: grit: 'StopAfterAttempt' was given less than one attempt, because the first call counts too; write StopAfterAttempt<1> or more
namespace negative_attempts {
constexpr grit::Retrying<grit::StopAfterAttempt<-1>> retrying;
}

// expect-error: grit: 'Deadline' was given a negative time
namespace negative_duration_deadline {
grit::Deadline<-1s> deadline;
}

// expect-error: grit: 'StopAfterDelay' was given a negative time, because
namespace negative_duration_stop_after_delay {
constexpr grit::Retrying<grit::StopAfterDelay<-1s>> retrying;
}

// expect-error: grit: 'StopBeforeDelay' was given a negative time, because
namespace negative_duration_stop_before_delay {
constexpr grit::Retrying<grit::StopBeforeDelay<-1s>> retrying;
}

// expect-error: grit: 'WaitAtMost' was given a negative limit, because
namespace negative_duration_wait_at_most {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitAtMost<-1s, grit::WaitNone>> retrying;
}

// expect-error: grit: 'WaitExponential' was given bounds that contradict each other, because
namespace negative_duration_wait_exponential {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitExponential<-1s, 10s>> retrying;
}

// expect-error: grit: 'WaitExponentialJitter' was given a negative jitter, because
namespace negative_duration_wait_exponential_jitter {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitExponentialJitter<1s, 10s, -1s>> retrying;
}

// expect-error: grit: 'WaitFixed' was given a negative wait, because
namespace negative_duration_wait_fixed {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitFixed<-1s>> retrying;
}

// expect-error: grit: 'WaitHint' was given a negative limit, because
namespace negative_duration_wait_hint {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitHint<-1s>> retrying;
}

// expect-error: grit: 'WaitIncrementing' was given a negative wait, because
namespace negative_duration_wait_incrementing {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitIncrementing<-1s, 1s, 10s>> retrying;
}

// expect-error: grit: 'WaitRandom' was given bounds that contradict each other, because
namespace negative_duration_wait_random {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitRandom<-1s, 1s>> retrying;
}

// expect-error: grit: 'WaitJitter' was given an impossible percentage, because it is not within 0 and 100; write
namespace percent_above_100 {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitJitter<grit::WaitFixed<1s>, 101>> retrying;
}

// expect-error: grit: 'WaitJitter' was given an impossible percentage, because it is not within 0 and 100; write
namespace percent_below_0 {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitJitter<grit::WaitFixed<1s>, -1>> retrying;
}

// expect-error: grit: 'StopAfterAttempt' was given less than one attempt, because the first call counts too; write StopAfterAttempt<1> or more
namespace zero_attempts {
constexpr grit::Retrying<grit::StopAfterAttempt<0>> retrying;
}
