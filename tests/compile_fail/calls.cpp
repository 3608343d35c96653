// SPDX-License-Identifier: BSL-1.0
// Calls: operations, arguments and results that a Retrying cannot work with, predicates that can never act on them.
#include <grit/retry.hpp>

#include <memory>
#include <system_error>

// expect-error: grit: 'Attempt' has no elapsed\(\), because the start of the call is measured only if it is asked for; take grit::TimedAttempt const\& instead
namespace attempt_elapsed {
auto const operation = [](grit::Attempt const& attempt) { return attempt.elapsed(); };

auto result = grit::Retrying<grit::StopAfterAttempt<3>>{}(operation);
} // namespace attempt_elapsed

// expect-error: grit: a result that cannot be moved is to be judged or watched, because
namespace judged_result_that_cannot_move {
struct Fixed {
    Fixed() = default;
    Fixed(Fixed&&) = delete;
};
bool is_busy(Fixed const&);
Fixed operation();

auto&& result = grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIfResult<is_busy>>{}(operation);
} // namespace judged_result_that_cannot_move

// expect-error: grit: an operation consumes one of its arguments, because it takes it by value or as an rvalue and that can only be moved
namespace operation_consumes_argument {
int operation(std::unique_ptr<int> argument);

int result = grit::Retrying<grit::StopAfterAttempt<3>>{}(operation, std::make_unique<int>(1));
} // namespace operation_consumes_argument

// expect-error: grit: an operation consumes one of its arguments, because it takes it by value or as an rvalue and that can only be moved
namespace operation_in_report_consumes_argument {
int operation(std::unique_ptr<long> argument);

void run() { grit::Retrying<grit::StopAfterAttempt<3>>{}.report(operation, std::make_unique<long>(1)); }
} // namespace operation_in_report_consumes_argument

// expect-error: grit: an operation consumes one of its arguments, because it takes it by value or as an rvalue and that can only be moved
namespace operation_in_wrap_consumes_argument {
int operation(std::unique_ptr<char> argument);

int result = grit::Retrying<grit::StopAfterAttempt<3>>{}.wrap(operation)(std::make_unique<char>('c'));
} // namespace operation_in_wrap_consumes_argument

// expect-error: grit: a result was given instead of an operation, because it was called before
namespace operation_not_callable {
int result = grit::Retrying<grit::StopAfterAttempt<3>>{}(5);
}

// expect-error: grit: an operation consumes one of its arguments, because it takes it by value or as an rvalue and that can only be moved
namespace operation_of_retry_consumes_argument {
int operation(std::unique_ptr<short> argument);

int result = grit::retry(operation, std::make_unique<short>(1));
} // namespace operation_of_retry_consumes_argument

// expect-error: grit: an operation consumes one of its arguments, because it takes it by value or as an rvalue and that can only be moved
namespace operation_takes_rvalue {
int operation(int&& argument);

int result = grit::Retrying<grit::StopAfterAttempt<3>>{}(operation, 1);
} // namespace operation_takes_rvalue

// expect-error: grit: an operation can only be called as an rvalue, because its call operator is declared with &&; every attempt
namespace operation_of_one_use {
struct Once {
    int operator()() &&;
};

int result = grit::Retrying<grit::StopAfterAttempt<3>>{}(Once{});
} // namespace operation_of_one_use

// expect-error: grit: an operation cannot be called with these arguments, because every attempt passes them as lvalues
namespace operation_with_wrong_arguments {
struct Url {};
int operation(Url const&);

int result = grit::Retrying<grit::StopAfterAttempt<3>>{}(operation, 5);
} // namespace operation_with_wrong_arguments

// expect-error: grit: the predicates named can never act on this operation, because it returns nothing they look at and throws nothing they name; name
namespace predicate_in_report {
bool is_busy(int result);
void operation();

void run() { grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIfResult<is_busy>>{}.report(operation); }
} // namespace predicate_in_report

// expect-error: grit: the predicates named can never act on this operation, because it returns nothing they look at and throws nothing they name; name
namespace predicate_in_wrapped_operation {
struct Busy {};
int operation() noexcept;

int result = grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIf<Busy>>{}.wrap(operation)();
} // namespace predicate_in_wrapped_operation

// expect-error: grit: the predicates named can never act on this operation, because it returns nothing they look at and throws nothing they name; name
namespace predicate_of_code_on_int {
int operation() noexcept;

int result = grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIfError<std::errc::timed_out>>{}(operation);
} // namespace predicate_of_code_on_int

// expect-error: grit: the predicates named can never act on this operation, because it returns nothing they look at and throws nothing they name; name
namespace predicate_of_message_on_int {
int operation() noexcept;

int result = grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIfMessage<"busy">>{}(operation);
} // namespace predicate_of_message_on_int

// expect-error: grit: the predicates named can never act on this operation, because it returns nothing they look at and throws nothing they name; name
namespace predicate_on_noexcept_operation {
struct Busy {};
int operation() noexcept;

int result = grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIf<Busy>>{}(operation);
} // namespace predicate_on_noexcept_operation

// expect-error: grit: the predicates named can never act on this operation, because it returns nothing they look at and throws nothing they name; name
namespace predicate_on_other_result {
struct Reply {};
struct Page {};
bool is_busy(Reply const&);
Page operation();

Page result = grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIfResult<is_busy>>{}(operation);
} // namespace predicate_on_other_result

// expect-error: grit: the predicates named can never act on this operation, because it returns nothing they look at and throws nothing they name; name
namespace predicate_on_void_noexcept_operation {
bool is_ready(int result);
void operation() noexcept;

void run() { grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryUnlessResult<is_ready>>{}(operation); }
} // namespace predicate_on_void_noexcept_operation

// expect-error: grit: the predicates named can never act on this operation, because it returns nothing they look at and throws nothing they name; name
namespace predicate_on_void_operation {
bool is_busy(int result);
void operation();

void run() { grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIfResult<is_busy>>{}(operation); }
} // namespace predicate_on_void_operation

// expect-error: grit: a 'Retrying' names too many errors, because its predicates and its WaitIf need a catch clause for each and 18 are the most
namespace too_many_errors_together {
template <int>
struct E {};
template <int>
struct F {};

using First =
    grit::RetryIf<E<0>, E<1>, E<2>, E<3>, E<4>, E<5>, E<6>, E<7>, E<8>, E<9>, E<10>, E<11>, E<12>, E<13>, E<14>, E<15>>;
using Second = grit::RetryIf<F<0>, F<1>, F<2>, F<3>>;

int operation();

int result = grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryAny<First, Second>>{}(operation);
} // namespace too_many_errors_together
