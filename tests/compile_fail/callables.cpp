// SPDX-License-Identifier: BSL-1.0
// Callables and objects that a stop, a wait or the environment cannot use.
#include <grit/retry.hpp>

#include <random>

using namespace std::chrono_literals;

// expect-error: grit: 'Random' cannot use this generator, because a call does not return 64 random bits as std::uint64_t; use
namespace random_of_wrong_object {
std::minstd_rand generator;

grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::Random{generator}};
} // namespace random_of_wrong_object

// expect-error: grit: 'Random' cannot use this generator, because a call does not return 64 random bits as std::uint64_t; use
namespace random_of_wrong_type {
struct Generator {
    unsigned operator()() const;
};

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::Random<Generator>> retrying;
} // namespace random_of_wrong_type

// expect-error: grit: 'StopIf' was given something that it cannot call, because
namespace stop_if_not_callable {
grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::StopIf{5}};
}

// expect-error: grit: 'StopIf' was given something that it cannot call, because its parameters are none of these; write
namespace stop_if_with_wrong_parameters {
bool is_over(int attempt);

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::StopIf<is_over>> retrying;
} // namespace stop_if_with_wrong_parameters

// expect-error: grit: 'StopWhenRequested' was given something that cannot be asked, because it has no stop_requested\(\) that is callable through const; write
namespace stop_when_requested_without_token {
grit::Retrying retrying{grit::StopWhenRequested{5}};
}

// expect-error: grit: 'Time' cannot use this type, because it lacks now\(\) returning a grit::TimePoint, or sleep\(grit::Duration\), that can be called through const; write both
namespace time_not_through_const {
struct Clock {
    grit::TimePoint now();
    void sleep(grit::Duration);
};

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::Time<Clock>> retrying;
} // namespace time_not_through_const

// expect-error: grit: 'Time' cannot use this type, because it lacks now\(\) returning a grit::TimePoint, or sleep\(grit::Duration\); write both
namespace time_of_wrong_object {
struct Watch {
    int ticks = 0;
} watch;

grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::Time{watch}};
} // namespace time_of_wrong_object

// expect-error: grit: 'Time' cannot use this type, because it lacks now\(\) returning a grit::TimePoint, or sleep\(grit::Duration\), that can be called through const; write both
namespace time_of_wrong_type {
struct Clock {
    grit::TimePoint now() const;
};

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::Time<Clock>> retrying;
} // namespace time_of_wrong_type

// expect-error: grit: 'WaitFrom' was given something that it cannot call, because
namespace wait_from_not_callable {
grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::WaitFrom{5s}};
}

// expect-error: grit: 'WaitFrom' was given something that it cannot call, because its parameters are none of these; write
namespace wait_from_with_wrong_parameters {
std::chrono::seconds wait(int attempt);

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitFrom<wait>> retrying;
} // namespace wait_from_with_wrong_parameters

// expect-error: grit: 'Time' cannot use this type, because it lacks now\(\) returning a grit::TimePoint, or sleep\(grit::Duration\); write both
namespace time_of_a_number {
grit::Retrying<grit::StopAfterAttempt<3>, grit::Time<int>> retrying;
}

// expect-error: grit: 'Time' was given a temporary with state, because it would refer to an object that is gone; give
namespace time_of_a_temporary {
grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::Time{grit::ManualTime{}}};
}

// expect-error: grit: 'Random' was given a temporary with state, because it would refer to a generator that is gone; give
namespace random_of_a_temporary {
grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::Random{grit::SplitMix64{1}}};
}

// expect-error: grit: 'retry' was given a template argument, because it looks as if it took policies, and it has its own; write
namespace retry_with_policies {
int result = grit::retry<grit::StopAfterAttempt<5>>([] { return 1; });
} // namespace retry_with_policies
