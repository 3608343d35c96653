// SPDX-License-Identifier: BSL-1.0
// Constants and values at run time: half of each, the one in place of the other, questions that only constants answer.
#include <grit/retry.hpp>

using namespace std::chrono_literals;

// expect-error: grit: 'WaitDecorrelatedJitter' was given one constant and one run-time value, because
namespace half_constant_wait_decorrelated_jitter {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitDecorrelatedJitter<1s>> retrying;
}

// expect-error: grit: 'WaitExponential' was given constants and run-time values together, because
namespace half_constant_wait_exponential {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitExponential<1s>> retrying;
}

// expect-error: grit: 'WaitExponentialJitter' was given constants and run-time values together, because
namespace half_constant_wait_exponential_jitter {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitExponentialJitter<1s, 60s>> retrying;
}

// expect-error: grit: 'WaitIncrementing' was given constants and run-time values together, because
namespace half_constant_wait_incrementing {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitIncrementing<1s, 1s>> retrying;
}

// expect-error: grit: 'WaitRandom' was given one constant and one run-time value, because
namespace half_constant_wait_random {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitRandom<1s>> retrying;
}

// expect-error: grit: 'max_attempts' is not a constant, because a stop has its value at run time; write
namespace max_attempts_at_run_time {
int attempts = grit::Retrying<grit::StopAfterAttempt<>>::max_attempts;
}

// expect-error: grit: 'max_attempts' is not known, because no stop limits the attempts; add
namespace max_attempts_by_time {
int attempts = grit::Retrying<grit::StopAfterDelay<1s>>::max_attempts;
}

// expect-error: grit: 'max_attempts' is not known, because no stop limits the attempts; add
namespace max_attempts_unbounded {
using Unbounded = grit::Retrying<grit::StopNever, grit::WaitFixed<1s>>;

int attempts = Unbounded::max_attempts;
} // namespace max_attempts_unbounded

// expect-error: grit: a 'Retrying' was constructed with a policy that is not in its list, because
namespace run_time_policy_for_constant {
grit::Retrying<grit::StopAfterAttempt<5>> retrying{grit::StopAfterAttempt{5}};
}

// expect-error: grit: a 'Retrying' or 'CircuitBreaker' was constructed without one of its policies, because
namespace run_time_policy_left_out {
grit::Retrying<grit::StopAfterAttempt<>, grit::WaitFixed<1s>> retrying;
}

// expect-error: grit: 'schedule' and 'worst_case_wait' are not known, because a wait is computed by a callable; put it into
namespace schedule_of_callable {
std::chrono::seconds wait();

auto waits = grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitFrom<wait>>::schedule<2>();
} // namespace schedule_of_callable

// expect-error: grit: 'schedule' and 'worst_case_wait' are not constants, because a wait has its value at run time; write
namespace schedule_of_run_time_wait {
auto waits = grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitExponential<>>::schedule<4>();
}

// expect-error: grit: 'schedule' and 'worst_case_wait' are not known, because a wait is computed by a callable; put it into
namespace worst_case_wait_of_callable {
std::chrono::seconds wait();

auto longest = grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitFrom<wait>>::worst_case_wait;
} // namespace worst_case_wait_of_callable

// expect-error: grit: 'worst_case_wait' is not a constant, because a stop has its value at run time; write
namespace worst_case_wait_of_run_time_stop {
auto wait = grit::Retrying<grit::StopAfterAttempt<>, grit::WaitFixed<1s>>::worst_case_wait;
}

// expect-error: grit: 'schedule' and 'worst_case_wait' are not constants, because a wait has its value at run time; write
namespace worst_case_wait_of_run_time_wait {
auto wait = grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitFixed<>>::worst_case_wait;
}

// expect-error: grit: 'worst_case_wait' is not known, because no stop limits the attempts; add
namespace worst_case_wait_unbounded {
using Unbounded = grit::Retrying<grit::StopNever, grit::WaitFixed<1s>>;

auto wait = Unbounded::worst_case_wait;
} // namespace worst_case_wait_unbounded
