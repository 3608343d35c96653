// SPDX-License-Identifier: BSL-1.0
// Circuit breakers: their lists of policies, what keeps them open, their probes, outcomes and listeners.
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

// expect-error: grit: a result that cannot be moved is to be judged, because
namespace judged_result_that_cannot_move {
struct Reply {
    Reply() = default;
    Reply(Reply const&) = delete;
    bool has_value() const { return true; }
    int error() const { return 0; }
};
CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>> breaker;
void call() {
    breaker([] { return Reply{}; });
}
} // namespace judged_result_that_cannot_move

// expect-error: grit: a 'CircuitBreaker' was given a type that is no policy, because
namespace of_no_policy {
CircuitBreaker<int> breaker;
}

// expect-error: grit: a 'Retrying' or 'CircuitBreaker' was constructed without one of its policies, because
namespace policy_left_out {
CircuitBreaker<OpenAfterFailures<>, OpenFor<1s>> breaker{OpenFor<1s>{}};
}

// expect-error: grit: a 'CircuitBreaker' was constructed with a policy that is not in its list, because
namespace policy_not_in_list {
CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>> breaker{OpenAfterFailures{5}};
}

// expect-error: grit: a half-open 'CircuitBreaker' may never decide, because
namespace that_never_decides {
CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>, HalfOpenProbes<2>, CloseAfterSuccesses<3>> breaker;
}

// expect-error: grit: a 'CircuitBreaker' names too many errors, because each is a catch clause and 18 are the most; name
namespace too_many_errors {
template <int>
struct E {};

using Failures =
    FailureIf<E<0>, E<1>, E<2>, E<3>, E<4>, E<5>, E<6>, E<7>, E<8>, E<9>, E<10>, E<11>, E<12>, E<13>, E<14>, E<15>>;
CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>, Failures, IgnoreIf<E<16>, E<17>, E<18>>> breaker;
int result = breaker([] { return 1; });
} // namespace too_many_errors

// expect-error: grit: a 'CircuitBreaker' was given a policy of another stage, because
namespace with_stop {
CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>, WaitFixed<1s>> breaker;
}

// expect-error: grit: a 'CircuitBreaker' was given two policies of one kind, because
namespace with_two_atomics {
struct Counting : StdAtomics {};

CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>, Atomics<>, Atomics<Counting>> breaker;
} // namespace with_two_atomics

// expect-error: grit: a 'CircuitBreaker' was given two policies of one kind, because
namespace with_two_judges {
bool is_error(int status);
bool is_empty(int status);

CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>, FailureIfResult<is_error>, FailureIfResult<is_empty>> breaker;
} // namespace with_two_judges

// expect-error: grit: a 'CircuitBreaker' was given two policies of one kind, because
namespace with_two_opens {
CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>, OpenForWait<WaitFixed<1s>>> breaker;
}

// expect-error: grit: a 'CircuitBreaker' was not told how long it stays open, because
namespace without_open {
CircuitBreaker<OpenAfterFailures<5>> breaker;
}

// expect-error: grit: a 'CircuitBreaker' was given nothing that opens it, because
namespace without_trip {
CircuitBreaker<OpenFor<1s>> breaker;
}

// expect-error: grit: a 'CircuitBreaker' was given trip policies that do not fit into its state word, because
namespace word_overflow {
CircuitBreaker<OpenAfterFailures<>, OpenAtFailureRate<50, CountWindow<31>, MinimumCalls<5>>, OpenFor<1s>> breaker{
    OpenAfterFailures{5}};
}

// expect-error: grit: 'FailureIf', 'SuccessIf' or 'IgnoreIf' names nothing, because
namespace failure_if_empty {
CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>, FailureIf<>> breaker;
}

// expect-error: grit: 'FailureIf', 'SuccessIf' or 'IgnoreIf' names a pointer, a reference or a const type, because
namespace failure_if_reference {
CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>, FailureIf<std::exception const&>> breaker;
}

// expect-error: grit: a half-open circuit was given a number of probes that it cannot count, because
namespace fewer_than_no_failures {
CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>, AllowProbeFailures<-1>> breaker;
}

// expect-error: grit: 'OnStateChange' was given something that it cannot call, because
namespace listener_of_other_parameter {
OnStateChange listener{[](int*) noexcept {}};
}

// expect-error: grit: 'OnStateChange' was given a callable that may throw, because
namespace listener_that_may_throw {
OnStateChange listener{[](StateChange const&) {}};
}

// expect-error: grit: 'OnOutcome' was given something that it cannot call, because its parameter is not an outcome
namespace outcome_listener_of_other_parameter {
OnOutcome listener{[](StateChange const&) noexcept {}};
}

// expect-error: grit: 'OnOutcome' was given a callable that may throw, because its exception would replace that of the
namespace outcome_listener_that_may_throw {
CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>, OnOutcome<[](CircuitOutcome const&) {}>> breaker;
}

// expect-error: grit: 'OnReject' was given something that it cannot call, because its parameter is not the rejection of its stage
namespace reject_listener_of_other_parameter {
struct RateOf {};
CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>, OnReject<[](RateOf) noexcept {}>> breaker;
} // namespace reject_listener_of_other_parameter

// expect-error: grit: 'OnReject' was given a callable that may throw, because its exception would replace the refusal
namespace reject_listener_that_may_throw {
CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>, OnReject<[](CircuitOpen const&) {}>> breaker;
}

// expect-error: grit: a half-open circuit was given a number of probes that it cannot count, because
namespace no_probes {
CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>, HalfOpenProbes<0>> breaker;
}

// expect-error: grit: 'OpenForWait' was given a wait that asks for the failure, because
namespace open_for_hint {
CircuitBreaker<OpenAfterFailures<5>, OpenForWait<WaitHint<1s>>> breaker;
}

// expect-error: grit: 'OpenFor' was given no time, because
namespace open_for_no_time {
CircuitBreaker<OpenAfterFailures<5>, OpenFor<0s>> breaker;
}

// expect-error: grit: 'OpenForWait' was given something that is not a wait, because
namespace open_for_no_wait {
CircuitBreaker<OpenAfterFailures<5>, OpenForWait<int>> breaker;
}

// expect-error: grit: 'ProbeLease' was given no time, because
namespace probe_lease_of_no_time {
CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>, ProbeLease<0s>> breaker;
}

// expect-error: grit: an operation takes a grit::TimedAttempt that no stage around it makes, because
namespace operation_wants_elapsed {
CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>> breaker;
auto result = breaker([](TimedAttempt const& attempt) { return attempt.elapsed(); });
} // namespace operation_wants_elapsed

// expect-error: grit: an operation cannot be called with these arguments, because every attempt
namespace operation_with_wrong_arguments {
CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>> breaker;
int result = breaker([](int*) { return 1; }, 2);
} // namespace operation_with_wrong_arguments
