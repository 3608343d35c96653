// SPDX-License-Identifier: BSL-1.0
// Lists of policies: types that are no policy, two where one can count.
#include <grit/retry.hpp>

using namespace std::chrono_literals;

// expect-error: grit: a 'Retrying' was given a type that is no policy, because it names no family; list policies
namespace no_policy {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, int> retrying;
}

// expect-error: grit: a 'Retrying' was given a type that is no policy, because it names no family; list policies
namespace no_policy_deduced {
int operation();

grit::Retrying retrying{grit::StopAfterAttempt<3>{}, operation};
} // namespace no_policy_deduced

// expect-error: grit: a 'Retrying' was given a type that is no policy, because it names no family; list policies
namespace no_policy_in_with {
constexpr grit::Retrying<grit::StopAfterAttempt<3>> retrying;
auto const other = retrying.with(5u);
} // namespace no_policy_in_with

// expect-error: grit: a 'Retrying' was given two stops of one template, because only one of them can count; keep one, or combine them as StopAny<A, B>
namespace two_equal_stops {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::StopAfterAttempt<3>> retrying;
}

// expect-error: grit: a 'Retrying' was given two waits, because
namespace two_equal_waits {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitFixed<1s>, grit::WaitFixed<1s>> retrying;
}

// expect-error: grit: a 'Retrying' was given two of Time, Random or Name, because a call has one of each; keep one
namespace two_names {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::Name<"chat">, grit::Name<"search">> retrying;
}

// expect-error: grit: a 'Retrying' was given two of Time, Random or Name, because a call has one of each; keep one
namespace two_randoms {
struct Generator : grit::ThreadRandom {};

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::Random<>, grit::Random<Generator>> retrying;
} // namespace two_randoms

// expect-error: grit: a 'Retrying' was given two predicates of one template, because only one of them can count; write one with all error types
namespace two_retry_default {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryDefault, grit::RetryDefault> retrying;
}

// expect-error: grit: a 'Retrying' was given two predicates of one template, because only one of them can count; write one with all error types
namespace two_retry_never {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryNever, grit::RetryNever> retrying;
}

// expect-error: grit: a 'Retrying' was given two predicates of one template, because only one of them can count; write one with all error types
namespace two_retry_if {
struct Busy {};
struct Late {};

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIf<Busy>, grit::RetryIf<Late>> retrying;
} // namespace two_retry_if

// expect-error: grit: a 'Retrying' was given two stops of one template, because only one of them can count; keep one, or combine them as StopAny<A, B>
namespace two_stops {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::StopAfterAttempt<5>> retrying;
}

// expect-error: grit: a 'Retrying' was given ThrowRetryError twice, because a call ends once; keep one
namespace two_throw_retry_error {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::ThrowRetryError, grit::ThrowRetryError> retrying;
}

// expect-error: grit: a 'Retrying' was given two of Time, Random or Name, because a call has one of each; keep one
namespace two_times {
struct Clock : grit::SteadyTime {};

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::Time<>, grit::Time<Clock>> retrying;
} // namespace two_times

// expect-error: grit: a 'Retrying' was given two of Time, Random or Name, because a call has one of each; keep one
namespace two_times_by_reference {
grit::ManualTime one;
grit::ManualTime two;

grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::Time{one}, grit::Time<>{}};
} // namespace two_times_by_reference

// expect-error: grit: a 'Retrying' was given two waits, because they were not combined and only one can count; add them with \+
namespace two_waits {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitFixed<1s>, grit::WaitRandom<0s, 1s>> retrying;
}

// expect-error: grit: a 'Retrying' was given two waits, because
namespace two_waits_of_one_template {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitFixed<1s>, grit::WaitFixed<2s>> retrying;
}

// expect-error: grit: a 'Name' is more than one line, because its text has a control character; leave that out
namespace name_of_two_lines {
grit::Name<"chat\n"> name;
}

// expect-error: grit: a 'Name' is empty, because its text has no character; write
namespace name_of_nothing {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::Name<"">> retrying;
}
