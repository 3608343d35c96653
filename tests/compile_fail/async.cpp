// SPDX-License-Identifier: BSL-1.0
// Operations and stages that cannot stand in a coroutine.
#include <grit.hpp>

#include <coroutine>
#include <exception>

using namespace std::chrono_literals;
using namespace grit;

namespace {

/// A coroutine of which nothing is known but that it can be awaited. Each case has a type of its own.
template <class Case>
struct Task {
    struct promise_type {
        Task get_return_object() { return {}; }
        std::suspend_always initial_suspend() noexcept { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        void unhandled_exception() {}
        void return_value(int) {}
    };
    bool await_ready();
    void await_suspend(std::coroutine_handle<>);
    int await_resume();
};

/// It can be awaited, and no coroutine returns it.
template <class Case>
struct Ready {
    bool await_ready();
    void await_suspend(std::coroutine_handle<>);
    int await_resume();
};

struct Suspends {
    std::suspend_always sleep(Duration) const;
};

constexpr Retrying<StopAfterAttempt<3>, WaitFixed<1s>> three;

} // namespace

// expect-error: grit: an operation given to async\(\) returns nothing to await, because its result is no coroutine; write
namespace blocks {
auto result = async(three)([] { return 1; });
} // namespace blocks

// expect-error: grit: an operation given to async\(\) returns something to await that is no coroutine type, because
namespace no_coroutine {
struct Case {};
auto result = async(Retrying<StopAfterAttempt<3>>{})([] { return Ready<Case>{}; });
} // namespace no_coroutine

// expect-error: grit: a call in a coroutine sleeps and nothing says how, because AsyncTraits of its type names no Sleeper; include
namespace no_sleeper {
struct Case {};
auto result = async(three)([]() -> Task<Case> { co_return 1; });
} // namespace no_sleeper

// expect-error: grit: a call in a coroutine sleeps and nothing says how, because AsyncTraits of its type names no Sleeper; include
namespace sleeper_that_cannot_sleep {
struct Case {};
struct Sleeper {
    std::suspend_always wait(Duration) const;
};
auto result = async(three, Sleeper{})([]() -> Task<Case> { co_return 1; });
} // namespace sleeper_that_cannot_sleep

// expect-error: grit: a call waits in line in a coroutine and its sleep cannot be ended, because the sleeper takes only a duration; write
namespace sleeper_that_cannot_be_woken {
struct Case {};
struct Sleeper {
    std::suspend_always sleep(Duration) const;
};
Bulkhead<1, 5> bulkhead;
auto result = async(bulkhead, Sleeper{})([]() -> Task<Case> { co_return 1; });
} // namespace sleeper_that_cannot_be_woken

// expect-error: grit: an 'AttemptTimeout' stands around a coroutine that cannot be ended from outside, because
namespace timeout_without_limit {
struct Case {};
auto result = async(AttemptTimeout<1s>{})([]() -> Task<Case> { co_return 1; });
} // namespace timeout_without_limit

// expect-error: grit: an operation cannot be called with these arguments, because
namespace wrong_arguments {
struct Case {};
auto result = async(Retrying<StopAfterAttempt<3>>{})([](int) -> Task<Case> { co_return 1; }, "text");
} // namespace wrong_arguments

// expect-error: grit: 'AttemptTimeout' was given a negative time, because time does not run backwards; write
namespace negative_time {
AttemptTimeout<-1s> timeout;
}

// expect-error: grit: the coroutine of a 'Fallback' refers to the failure, because it takes a reference or a grit::Failure
namespace fallback_that_refers {
struct Case {};
auto result = async(pipeline(Fallback{[](std::exception const&) -> Task<Case> { co_return 1; }}, three),
                    Suspends{})([]() -> Task<Case> { co_return 1; });
} // namespace fallback_that_refers

// expect-error: grit: the coroutine of a 'Fallback' refers to the failure, because it takes a reference or a grit::Failure
namespace fallback_that_refers_and_does_not_throw {
struct Case {};
auto result = async(pipeline(Fallback{[](std::exception const&) noexcept -> Task<Case> { co_return 1; }}, three),
                    Suspends{})([]() -> Task<Case> { co_return 1; });
} // namespace fallback_that_refers_and_does_not_throw

// expect-error: grit: an 'AttemptTimeoutOnThread' stands in a call for which no thread waits, because the operation is run by a coroutine, a callback or a loop, and would have no time limit; write AttemptTimeout<2s> instead
namespace on_a_thread {
struct Case {};
auto result = async(AttemptTimeoutOnThread<2s>{})([]() -> Task<Case> { co_return 1; });
} // namespace on_a_thread

// expect-error: grit: an 'AttemptTimeoutOnThread' stands in a call for which no thread waits, because
namespace on_a_thread_in_a_pipeline {
struct Case {};
auto result = async(pipeline(three, AttemptTimeoutOnThread<3s>{}), Suspends{})([]() -> Task<Case> { co_return 1; });
} // namespace on_a_thread_in_a_pipeline

// expect-error: grit: an 'AttemptTimeoutOnThread' stands in a call for which no thread waits, because
namespace on_a_thread_in_steps {
auto result = steps<std::error_code>(pipeline(three, AttemptTimeoutOnThread<4s>{}));
}
