// SPDX-License-Identifier: BSL-1.0
// Policies that act on some failures only, where none of these can come.
#include <grit.hpp>

#include <stdexcept>
#include <variant>

using namespace grit;
using namespace std::chrono_literals;

struct Busy : std::runtime_error {
    Busy() : std::runtime_error("busy") {}
};
struct VeryBusy : Busy {};
struct Other : std::runtime_error {
    Other() : std::runtime_error("other") {}
};
struct Code {
    int value;
};
template <class E>
struct Result {
    bool has_value() const;
    E const& error() const;
};
template <int>
struct Op { // a type for each case
    int operator()() const;
};
template <int>
struct Quiet {
    int operator()() const noexcept;
};
template <class E, int>
struct Returns {
    Result<E> operator()() const noexcept;
};
inline RetryBudget<100> budget;

// expect-error: grit: a 'WaitHint' can never act on this operation, because no failure that it is for has a retry_after\(\); give the error one that returns a duration
namespace hint_of_an_operation_that_cannot_fail {
auto result = Retrying<StopAfterAttempt<2>, WaitHint<60s>>{}(Quiet<1>{});
} // namespace hint_of_an_operation_that_cannot_fail

// expect-error: grit: a 'WaitHint' can never act on this operation, because no failure that it is for has a retry_after
namespace hint_of_a_result_without_one {
auto result = Retrying<StopAfterAttempt<3>, WaitHint<60s>>{}(Returns<Code, 1>{});
} // namespace hint_of_a_result_without_one

// expect-error: grit: a 'WaitHint' can never act on this operation, because no failure that it is for has a retry_after
namespace hint_inside_another_wait {
auto result = Retrying<StopAfterAttempt<4>, WaitSum<WaitHint<60s>, WaitFixed<1s>>>{}(Returns<Code, 2>{});
} // namespace hint_inside_another_wait

// expect-error: grit: a 'WaitHint' can never act on this operation, because no failure that it is for has a retry_after
namespace hint_for_an_error_without_one {
auto result = Retrying<StopAfterAttempt<5>, WaitIf<Busy, WaitHint<60s>>>{}(Op<1>{});
} // namespace hint_for_an_error_without_one

// expect-error: grit: a 'WaitIf' can never act on this operation, because no failure that is retried can be its error; retry that error too, name one that the operation throws or returns
namespace wait_for_an_error_that_is_not_retried {
auto result = Retrying<StopAfterAttempt<6>, RetryIf<Other>, WaitIf<Busy, WaitFixed<1s>>>{}(Op<2>{});
} // namespace wait_for_an_error_that_is_not_retried

// expect-error: grit: a 'WaitIf' can never act on this operation, because no failure that is retried can be its error
namespace wait_for_a_rejection_that_is_not_retried {
auto result = Retrying<StopAfterAttempt<7>, WaitIf<CircuitOpenError, WaitFixed<1s>>>{}(Op<3>{});
} // namespace wait_for_a_rejection_that_is_not_retried

// expect-error: grit: a 'WaitIf' can never act on this operation, because no failure that is retried can be its error
namespace wait_for_an_error_that_is_vetoed {
auto result = Retrying<StopAfterAttempt<8>, RetryUnless<Busy>, WaitIf<VeryBusy, WaitFixed<1s>>>{}(Op<4>{});
} // namespace wait_for_an_error_that_is_vetoed

// expect-error: grit: a 'WaitIf' can never act on this operation, because no failure that is retried can be its error
namespace wait_for_an_error_that_is_vetoed_beside_its_base {
auto result =
    Retrying<StopAfterAttempt<9>, RetryIf<Busy>, RetryUnless<VeryBusy>, WaitIf<VeryBusy, WaitFixed<1s>>>{}(Op<44>{});
} // namespace wait_for_an_error_that_is_vetoed_beside_its_base

// expect-error: grit: a 'WaitIf' can never act on this operation, because no failure that is retried can be its error
namespace wait_for_an_error_beside_a_predicate_on_another {
auto result = Retrying{StopAfterAttempt<9>{}, RetryIfException{[](Other const&) { return true; }},
                       WaitIf<Busy, WaitFixed<1s>>{}}(Op<5>{});
} // namespace wait_for_an_error_beside_a_predicate_on_another

// expect-error: grit: a 'WaitIf' can never act on this operation, because no failure that is retried can be its error
namespace wait_for_an_error_that_no_result_holds {
auto result = Retrying<StopAfterAttempt<10>, WaitIf<Busy, WaitFixed<1s>>>{}(Returns<Code, 3>{});
} // namespace wait_for_an_error_that_no_result_holds

// expect-error: grit: a 'WaitIf' can never act on this operation, because no failure that is retried can be its error
namespace wait_for_an_error_of_a_plain_value {
inline constexpr auto is_zero = [](int n) { return n == 0; };
auto result = Retrying<StopAfterAttempt<11>, RetryIfResult<is_zero>, WaitIf<Busy, WaitFixed<1s>>>{}(Op<6>{});
} // namespace wait_for_an_error_of_a_plain_value

// expect-error: grit: a 'CostIf' can never act on this operation, because no failure that is retried can be its error; retry that error too
namespace cost_of_an_error_that_is_not_retried {
auto result = Retrying{StopAfterAttempt<12>{}, RetryIf<Other>{}, StopOverBudget{budget, CostIf<Busy, 5>{}}}(Op<7>{});
} // namespace cost_of_an_error_that_is_not_retried

// expect-error: grit: a 'CostIf' can never act on this operation, because no failure that is retried can be its error
namespace cost_of_an_error_of_a_quiet_operation {
auto result = Retrying{StopAfterAttempt<13>{}, StopOverBudget{budget, CostIf<Busy, 5>{}}}(Quiet<2>{});
} // namespace cost_of_an_error_of_a_quiet_operation

// expect-error: grit: a 'WaitIf' names an error that is never reached, because it comes after one for its base and the first that matches counts; write the derived error first
namespace wait_after_that_of_the_base {
Retrying<StopAfterAttempt<14>, WaitIf<Busy, WaitFixed<1s>>, WaitIf<VeryBusy, WaitFixed<2s>>> retrying;
} // namespace wait_after_that_of_the_base

// expect-error: grit: a 'CostIf' names an error that is never reached, because it comes after one for the same error or its base and the first that matches counts; write the derived error first
namespace cost_after_that_of_the_base {
StopOverBudget stop{budget, CostIf<Busy, 5>{}, CostIf<VeryBusy, 6>{}};
} // namespace cost_after_that_of_the_base
