// SPDX-License-Identifier: BSL-1.0
// Hooks: callables and objects with wrong parameters, things that are no loggers, ends that may throw, values of
// OnGiveUp.
#include <grit/retry.hpp>

#include <string>

// expect-error: grit: 'AfterLog' was given something that is no logger, because neither l\.log\(level, text\) nor l\(level, text\) can be called through const; write
namespace after_log_without_logger {
struct Logger {
    void log(int, int) const;
};

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::AfterLog<Logger>> retrying;
} // namespace after_log_without_logger

// expect-error: grit: 'After' was given something that it cannot call, because its parameters are none of these; write
namespace after_with_wrong_parameters {
void watch(int attempt);

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::After<watch>> retrying;
} // namespace after_with_wrong_parameters

// expect-error: grit: 'After' was given something that it cannot call, because its parameters are none of these; write
namespace after_with_wrong_parameters_at_run_time {
grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::After{[](grit::Attempt& attempt) { (void)attempt; }}};
} // namespace after_with_wrong_parameters_at_run_time

// expect-error: grit: 'Before' was given something that it cannot call, because
namespace before_changes_itself {
grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::Before{[n = 0]() mutable { ++n; }}};
} // namespace before_changes_itself

// expect-error: grit: 'BeforeLog' was given something that is no logger, because neither l\.log\(level, text\) nor l\(level, text\) can be called through const; write
namespace before_log_without_logger {
struct Logger {
    void log(int, int) const;
};

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::BeforeLog<Logger>> retrying;
} // namespace before_log_without_logger

// expect-error: grit: 'BeforeSleepLog' was given something that is no logger, because neither l\.log\(level, text\) nor l\(level, text\) can be called through const; write
namespace before_sleep_log_without_logger {
struct Logger {
    void log(int, int) const;
};

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::BeforeSleepLog<Logger>> retrying;
} // namespace before_sleep_log_without_logger

// expect-error: grit: 'BeforeSleep' was given something that it cannot call, because its parameters are none of these; write
namespace before_sleep_with_wrong_parameters {
void watch(int attempt);

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::BeforeSleep<watch>> retrying;
} // namespace before_sleep_with_wrong_parameters

// expect-error: grit: 'BeforeSleep' was given something that it cannot call, because its parameters are none of these; write
namespace before_sleep_with_wrong_parameters_at_run_time {
grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::BeforeSleep{[](grit::Attempt& attempt) { (void)attempt; }}};
} // namespace before_sleep_with_wrong_parameters_at_run_time

// expect-error: grit: 'Before' was given a callable that takes a failure, because nothing has failed before an attempt; write
namespace before_with_failure {
void watch(grit::Attempt const&, grit::Failure const&);

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::Before<watch>> retrying;
} // namespace before_with_failure

// expect-error: grit: 'Before' was given something that it cannot call, because its parameters are none of these; write
namespace before_with_wrong_parameters {
void watch(int attempt);

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::Before<watch>> retrying;
} // namespace before_with_wrong_parameters

// expect-error: grit: 'Before' was given something that it cannot call, because its parameters are none of these; write
namespace before_with_wrong_parameters_at_run_time {
grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::Before{[](grit::Attempt& attempt) { (void)attempt; }}};
} // namespace before_with_wrong_parameters_at_run_time

// expect-error: grit: 'Observe' was given an object whose on_end\(\) may throw, because it is called while an exception may pass; declare it noexcept instead
namespace observe_end_may_throw {
struct Watch {
    int ends = 0;
    void on_end(grit::StopReason);
} watch;

grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::Observe{watch}};
} // namespace observe_end_may_throw

// expect-error: grit: 'Observe' cannot call on_end\(\), because its parameters are none of these; write
namespace observe_end_with_wrong_parameters {
struct Watch {
    void on_failure(grit::Attempt const&) const;
    void on_end(grit::Failure const&) const noexcept;
};

grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::Observe{Watch{}}};
} // namespace observe_end_with_wrong_parameters

// expect-error: grit: 'Observe' was given an object that watches nothing, because none of its members has the name and the parameters of a moment and can be called through const; write
namespace observe_nothing {
struct Watch {
    void failed(grit::Attempt const&) const;
};

grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::Observe{Watch{}}};
} // namespace observe_nothing

// expect-error: grit: 'Observe' was given an object that watches nothing, because
namespace observe_not_through_const {
struct Watch {
    void on_failure(grit::Attempt const&);
};

grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::Observe{Watch{}}};
} // namespace observe_not_through_const

// expect-error: grit: 'Observe' cannot call on_success\(\), because its parameters are none of these; write
namespace observe_success_with_wrong_parameters {
struct Page {};
struct Watch {
    void on_success(grit::Attempt const&, Page const&) const;
};
int operation();

int result = grit::Retrying{grit::StopAfterAttempt<3>{}, grit::Observe{Watch{}}}(operation);
} // namespace observe_success_with_wrong_parameters

// expect-error: grit: 'OnEnd' was given a callable that may throw, because it is called while an exception may pass; declare it noexcept instead
namespace on_end_may_throw {
void watch(grit::StopReason);

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::OnEnd<watch>> retrying;
} // namespace on_end_may_throw

// expect-error: grit: 'OnEnd' was given a callable that may throw, because it is called while an exception may pass; declare it noexcept instead
namespace on_end_may_throw_at_run_time {
grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::OnEnd{[](grit::Attempt const&, grit::StopReason) {}}};
} // namespace on_end_may_throw_at_run_time

// expect-error: grit: 'OnEnd' was given something that it cannot call, because its parameters are none of these; write
namespace on_end_with_wrong_parameters {
void watch(grit::Attempt const&, grit::Failure const&) noexcept;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::OnEnd<watch>> retrying;
} // namespace on_end_with_wrong_parameters

// expect-error: grit: 'OnEnd' was given something that it cannot call, because its parameters are none of these; write
namespace on_end_with_wrong_parameters_at_run_time {
grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::OnEnd{[](int reason) noexcept { (void)reason; }}};
} // namespace on_end_with_wrong_parameters_at_run_time

// expect-error: grit: 'OnGiveUp' returns a value that is no result of this operation
namespace on_give_up_dangling_reference {
// A reference to a temporary would dangle.
std::string const& name();
std::string const& call() {
    grit::Retrying const retrying{grit::StopAfterAttempt<2>{}, grit::OnGiveUp{[] { return std::string("none"); }}};
    return retrying(name);
}
} // namespace on_give_up_dangling_reference

// expect-error: grit: 'OnGiveUp' was given something that it cannot call, because its parameters are none of these; write
namespace on_give_up_with_wrong_parameters {
void watch(int attempt);

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::OnGiveUp<watch>> retrying;
} // namespace on_give_up_with_wrong_parameters

// expect-error: grit: 'OnGiveUp' was given something that it cannot call, because its parameters are none of these; write
namespace on_give_up_with_wrong_parameters_at_run_time {
grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::OnGiveUp{[](grit::Attempt& attempt) { (void)attempt; }}};
} // namespace on_give_up_with_wrong_parameters_at_run_time

// expect-error: grit: 'OnSuccess' cannot tell that its callable wants the time, because it is a template; write
namespace on_success_with_generic_time {
auto const watch = [](grit::TimedAttempt const&, std::integral auto) {};
int operation();

int result = grit::Retrying{grit::StopAfterAttempt<3>{}, grit::OnSuccess{watch}}(operation);
} // namespace on_success_with_generic_time

// expect-error: grit: 'OnSuccess' was given something that it cannot call, because
namespace on_success_with_wrong_parameters {
struct Reply {};
void watch(grit::Attempt const&, Reply const&);
int operation();

int result = grit::Retrying<grit::StopAfterAttempt<3>, grit::OnSuccess<watch>>{}(operation);
} // namespace on_success_with_wrong_parameters

// expect-error: grit: 'ThrowRetryError' stands beside an OnGiveUp that returns a value, because a call cannot end in both; keep one of them
namespace throw_retry_error_beside_value {
int fallback();

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::OnGiveUp<fallback>, grit::ThrowRetryError> retrying;
} // namespace throw_retry_error_beside_value

// expect-error: grit: a 'Retrying' was given two hooks of one type
namespace two_hooks_of_one_type {
void note() {}
constexpr grit::Retrying<grit::StopAfterAttempt<2>, grit::Before<note>, grit::Before<note>> retrying;
} // namespace two_hooks_of_one_type

// expect-error: grit: a 'Retrying' was given two OnGiveUp that return a value, because a call has one result; let all but one return void
namespace two_values_on_give_up {
int first();
int second();

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::OnGiveUp<first>, grit::OnGiveUp<second>> retrying;
} // namespace two_values_on_give_up

// expect-error: grit: 'OnGiveUp' returns a value that is no result of this operation, because
namespace value_on_give_up_of_void {
int fallback();
void operation();

void run() { grit::Retrying<grit::StopAfterAttempt<3>, grit::OnGiveUp<fallback>>{}(operation); }
} // namespace value_on_give_up_of_void

// expect-error: grit: 'OnGiveUp' returns a value that is no result of this operation, because
namespace value_on_give_up_of_wrong_type {
struct Page {};
int fallback();
Page operation();

Page result = grit::Retrying<grit::StopAfterAttempt<3>, grit::OnGiveUp<fallback>>{}(operation);
} // namespace value_on_give_up_of_wrong_type
