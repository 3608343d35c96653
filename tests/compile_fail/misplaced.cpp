// SPDX-License-Identifier: BSL-1.0
// What stands where something else belongs.
#include <grit.hpp>

#include <future>
#include <memory>
#include <stdexcept>

using namespace grit;
using namespace std::chrono_literals;

struct Busy : std::runtime_error {
    Busy() : std::runtime_error("busy") {}
};
template <int>
struct Op { // a type for each case
    int operator()() const { return 1; }
};

// expect-error: grit: a 'Retrying' was given a policy of another stage, because it has no use for it; give it to that stage, such as CircuitBreaker, and put both into a pipeline
namespace policy_of_a_breaker {
Retrying retrying{StopAfterAttempt<3>{}, OpenFor<1s>{}};
} // namespace policy_of_a_breaker

// expect-error: grit: a 'Retrying' was given a policy of another stage, because
namespace policy_of_a_breaker_by_with {
auto retrying = Retrying<StopAfterAttempt<3>>{}.with(OpenAfterFailures<3>{});
} // namespace policy_of_a_breaker_by_with

// expect-error: grit: a policy or a stage was given as the operation, because it stands where the callable belongs; write Retrying\{policies...\}\(f, args...\)
namespace policy_first {
auto result = grit::retry(StopAfterAttempt<3>{}, Op<1>{});
} // namespace policy_first

// expect-error: grit: a policy or a stage was given as the operation, because it stands where the callable belongs
namespace retrying_first {
auto result = grit::retry(Retrying<StopAfterAttempt<2>>{}, Op<2>{});
} // namespace retrying_first

// expect-error: grit: a policy or a stage was given as the operation, because it stands where the callable belongs
namespace breaker_first {
CircuitBreaker<OpenAfterFailures<3>, OpenFor<1s>> breaker;
auto result = Retrying<StopAfterAttempt<4>>{}(breaker, Op<3>{});
} // namespace breaker_first

// expect-error: grit: a policy or a stage was given as the operation, because it stands where the callable belongs
namespace stage_in_a_stage {
auto result = Deadline<5s>{}(Retrying<StopAfterAttempt<5>>{}, Op<4>{});
} // namespace stage_in_a_stage

// expect-error: grit: a result was given instead of an operation, because it was called before; write \[&\] \{ return f\(args...\); \}
namespace result_for_operation {
auto result = Retrying<StopAfterAttempt<6>>{}(Op<5>{}());
} // namespace result_for_operation

// expect-error: grit: an operation is const and can only be called as not const, because it changes its own state
namespace operation_is_not_const {
inline auto const counts = [n = 0]() mutable { return ++n; };
auto result = Retrying<StopAfterAttempt<7>>{}(counts);
} // namespace operation_is_not_const

// expect-error: grit: an operation returns a future or an awaitable, because its work has not ended when it returns; write co_await grit::async\(resilient\)\(f\) for a coroutine, or wait for it in the operation
namespace future_for_result {
auto result = Retrying<StopAfterAttempt<8>>{}([] { return std::async([] { return 1; }); });
} // namespace future_for_result

// expect-error: grit: an operation returns a future or an awaitable, because
namespace awaitable_for_result {
struct Awaitable {
    bool await_ready() const;
    void await_suspend(int) const;
    int await_resume() const;
};
auto result = Retrying<StopAfterAttempt<9>>{}([] { return Awaitable{}; });
} // namespace awaitable_for_result

// expect-error: grit: an operation returns a signal as a plain result, because TryAgain, RetryAfter and Permanent are errors; throw it
namespace signal_for_result {
auto result = Retrying<StopAfterAttempt<10>>{}([] { return TryAgain{}; });
} // namespace signal_for_result

// expect-error: grit: 'Permanent' was given a text or a pointer, because what it holds is thrown to the caller as it is
namespace text_for_error {
inline void fail() { throw Permanent("text"); }
} // namespace text_for_error

// expect-error: grit: 'RetryIf' names a pointer, because errors are thrown and caught by value; write RetryIf<E> instead of RetryIf<E\*>
namespace pointer_for_error {
Retrying<StopAfterAttempt<11>, RetryIf<Busy*>> retrying;
} // namespace pointer_for_error

// expect-error: grit: a policy that takes a callable was given another policy, because policies are not put into each other so
namespace predicate_for_callable {
auto predicate = RetryIfResult{RetryIf<Busy>{}};
} // namespace predicate_for_callable

// expect-error: grit: a policy that takes a callable was given another policy, because
namespace stop_for_callable {
auto stop = StopIf{StopAfterAttempt<12>{}};
} // namespace stop_for_callable

// expect-error: grit: a predicate on results cannot judge this one, because it does not return bool, takes it by a reference that is not const, or cannot be called through const
namespace predicate_returns_nothing {
auto result = Retrying{StopAfterAttempt<13>{}, RetryIf<Busy>{}, RetryIfResult{[](int) {}}}(Op<6>{});
} // namespace predicate_returns_nothing

// expect-error: grit: a predicate on results cannot judge this one, because
namespace predicate_changes_result {
auto result = Retrying{StopAfterAttempt<14>{}, RetryIf<Busy>{},
                       RetryUnlessResult{[](long& n) { return n == 1; }}}([] { return 1L; });
} // namespace predicate_changes_result

// expect-error: grit: a predicate on results cannot judge this one, because
namespace predicate_is_mutable {
auto result =
    Retrying{StopAfterAttempt<15>{}, RetryIfResult{[n = 0](char) mutable { return ++n == 1; }}}([] { return 'c'; });
} // namespace predicate_is_mutable

// expect-error: grit: a predicate on results cannot judge this one, because
namespace predicate_of_a_breaker_returns_nothing {
CircuitBreaker breaker{OpenAfterFailures<3>{}, OpenFor<1s>{}, FailureIfResult{[](unsigned) {}}};
auto result = breaker([] { return 1u; });
} // namespace predicate_of_a_breaker_returns_nothing

// expect-error: grit: a 'Retrying' was given a policy that cannot be copied, because its callable holds something that can only be moved; hold that by a std::shared_ptr
namespace policy_that_can_only_be_moved {
auto retrying = Retrying{StopAfterAttempt<16>{}, After{[p = std::make_unique<int>(1)] {}}};
} // namespace policy_that_can_only_be_moved

// expect-error: grit: 'WaitExponential' was given one value only, because it cannot guess the others; write WaitExponential\{initial, max\} instead
namespace half_a_wait {
WaitExponential wait{1s};
} // namespace half_a_wait

// expect-error: grit: 'WaitExponential' was given a wait of another type, because a factor or a minimum that comes at run time is a part of the type; write WaitExponential<dynamic, dynamic, dynamic> for a factor, with a fourth for a minimum, or decltype of the value instead
namespace factor_of_the_run_time_for_a_constant_one {
WaitExponential<> wait{WaitExponential{1s, 60s, Factor{3}}};
} // namespace factor_of_the_run_time_for_a_constant_one

// expect-error: grit: something that is no wait was added to a wait, because it says no policy; write wait \+ WaitFixed\{500ms\} instead of wait \+ 500ms
namespace duration_added_to_a_wait {
auto wait = WaitFixed{1s} + 500ms;
} // namespace duration_added_to_a_wait

// expect-error: grit: a 'CircuitBreaker' names an error twice, because it stands in two of FailureIf, SuccessIf and IgnoreIf; write it in one of them
namespace error_named_twice {
CircuitBreaker<OpenAfterFailures<4>, OpenFor<1s>, FailureIf<Busy>, SuccessIf<Busy>> breaker;
auto result = breaker(Op<7>{});
} // namespace error_named_twice
