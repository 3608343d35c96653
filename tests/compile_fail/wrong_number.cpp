// SPDX-License-Identifier: BSL-1.0
// Numbers of a wrong kind, as constants: durations and fractions for counts and factors.
#include <grit/retry.hpp>

using namespace std::chrono_literals;

// expect-error: grit: a count was given as a duration, because it has a unit; write a whole number
namespace attempts_as_duration {
constexpr grit::Retrying<grit::StopAfterAttempt<5s>> retrying;
}

// expect-error: grit: a factor was given as a floating-point number, because 1\.5 is not exact on every machine; write
namespace factor_as_double {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitExponential<1s, 60s, 1.5>> retrying;
}

// expect-error: grit: a factor was given as a floating-point number, because 1\.5 is not exact on every machine; write
namespace factor_as_double_random_exponential {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitRandomExponential<1s, 60s, 1.5f>> retrying;
}

// expect-error: grit: a factor was given as a duration, because it looked like a wait; write
namespace factor_as_duration {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitExponential<1s, 60s, 2s>> retrying;
}

// expect-error: grit: a count was given as a floating-point number, because it looked like a fraction; write a whole number
namespace fraction_of_attempts {
constexpr grit::Retrying<grit::StopAfterAttempt<2.5>> retrying;
}

// expect-error: grit: a count was given as a floating-point number, because it looked like a fraction; write a whole number
namespace fraction_of_percent {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitJitter<grit::WaitFixed<1s>, 0.5f>> retrying;
}
