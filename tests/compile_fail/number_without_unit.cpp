// SPDX-License-Identifier: BSL-1.0
// Durations without a unit, as constants. The sentence comes once for each type of number: each case has one of its
// own.
#include <grit/circuit_breaker.hpp>
#include <grit/retry.hpp>
#include <grit/timeout/deadline.hpp>

using namespace std::chrono_literals;

// expect-error: grit: a duration was given as a bare number
namespace deadline {
grit::Deadline<5> deadline;
}

// expect-error: grit: a duration was given as a bare number, because it has no unit; write 5s or 250ms
namespace fraction {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitFixed<0.5>> retrying;
}

// expect-error: grit: a duration was given as a bare number, because it has no unit; write 5s or 250ms
namespace second_argument {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitExponential<1s, 60l>> retrying;
}

// expect-error: grit: a duration was given as a bare number, because it has no unit; write 5s or 250ms
namespace stop_after_delay {
constexpr grit::Retrying<grit::StopAfterDelay<30u>> retrying;
}

// expect-error: grit: a duration was given as a bare number, because it has no unit; write 5s or 250ms
namespace stop_before_delay {
constexpr grit::Retrying<grit::StopBeforeDelay<30ul>> retrying;
}

// expect-error: grit: a duration was given as a bare number, because
namespace time_window {
grit::CircuitBreaker<grit::OpenAtFailureRate<50, grit::TimeWindow<10ll, 10>, grit::MinimumCalls<5>>, grit::OpenFor<1s>>
    breaker;
}

// expect-error: grit: a duration was given as a bare number, because it has no unit; write 5s or 250ms
namespace wait_at_most {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitAtMost<60ull, grit::WaitNone>> retrying;
}

// expect-error: grit: a duration was given as a bare number, because it has no unit; write 5s or 250ms
namespace wait_chain {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitChain<grit::WaitFixed<0.5f>, grit::WaitFixed<1.5f>>>
    retrying;
}

// expect-error: grit: a duration was given as a bare number, because it has no unit; write 5s or 250ms
namespace wait_decorrelated_jitter {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitDecorrelatedJitter<0.5l, 60.0l>> retrying;
}

// expect-error: grit: a duration was given as a bare number, because it has no unit; write 5s or 250ms
namespace wait_exponential {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitExponential<std::int8_t{1}, std::int8_t{60}>> retrying;
}

// expect-error: grit: a duration was given as a bare number, because it has no unit; write 5s or 250ms
namespace wait_exponential_jitter {
constexpr grit::Retrying<grit::StopAfterAttempt<3>,
                         grit::WaitExponentialJitter<std::uint8_t{1}, std::uint8_t{60}, std::uint8_t{1}>>
    retrying;
}

// expect-error: grit: a duration was given as a bare number, because it has no unit; write 5s or 250ms
namespace wait_fixed {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitFixed<std::int16_t{1}>> retrying;
}

// expect-error: grit: a duration was given as a bare number, because it has no unit; write 5s or 250ms
namespace wait_hint {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitHint<std::uint16_t{60}>> retrying;
}

// expect-error: grit: a duration was given as a bare number, because it has no unit; write 5s or 250ms
namespace wait_if {
struct Busy {};

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitIf<Busy, grit::WaitFixed<char{30}>>> retrying;
} // namespace wait_if

// expect-error: grit: a duration was given as a bare number, because it has no unit; write 5s or 250ms
namespace wait_incrementing {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitIncrementing<wchar_t{1}, wchar_t{2}, wchar_t{10}>>
    retrying;
}

// expect-error: grit: a duration was given as a bare number, because it has no unit; write 5s or 250ms
namespace wait_random {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitRandom<char16_t{1}, char16_t{2}>> retrying;
}

// expect-error: grit: a duration was given as a bare number, because it has no unit; write 5s or 250ms
namespace wait_random_exponential {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitRandomExponential<char32_t{1}, char32_t{60}>> retrying;
}
