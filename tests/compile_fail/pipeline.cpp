// SPDX-License-Identifier: BSL-1.0
// Pipelines, and operations that ignore the deadline around them.
#include <memory>

#include <grit/circuit_breaker.hpp>
#include <grit/pipeline.hpp>
#include <grit/retry.hpp>
#include <grit/timeout.hpp>

using namespace std::chrono_literals;
using namespace grit;

// expect-error: grit: an operation under a deadline knows nothing of it, because it takes no grit::Attempt const& and nothing can end it from outside; take one and ask remaining\(\), or use AttemptTimeout<D> in a coroutine, AttemptTimeoutOnThread<D> in a thread
namespace operation_ignores_deadline {
int result = grit::Deadline<5s>{}([] { return 1; });
} // namespace operation_ignores_deadline

// expect-error: grit: a pipeline was given no stage, because
namespace empty {
auto empty = pipeline();
}

// expect-error: grit: something that is no stage was given as one, because
namespace of_no_stage {
int call() {
    return pipeline([] { return 1; })([] { return 2; });
}
} // namespace of_no_stage

// expect-error: grit: an operation cannot be called with these arguments, because every attempt
namespace operation_with_wrong_arguments {
struct Passing {
    struct Call {
        void start(Attempt const&) const {}
    };
    Call call(Attempt const&) const { return {}; }
};
int call() {
    return pipeline(Passing{})([](int*) { return 2; }, 1);
}
} // namespace operation_with_wrong_arguments

// expect-error: grit: a pipeline was given a temporary stage with state, because
namespace temporary_breaker {
auto gone = pipeline(CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>>{});
}

// expect-error: grit: an operation under a deadline knows nothing of it, because it takes no grit::Attempt const&
namespace pipeline_operation_ignores_deadline {
CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>> breaker;
int result = pipeline(Retrying<StopAfterAttempt<3>>{}, Deadline<5s>{}, breaker)([] { return 1; });
} // namespace pipeline_operation_ignores_deadline

// expect-error: grit: try_call was written for a stage that never refuses, because
namespace try_call_of_what_never_refuses {
auto result = pipeline(Retrying<StopAfterAttempt<3>>{}).try_call([] { return 1; });
} // namespace try_call_of_what_never_refuses

// expect-error: grit: a stage that runs the operation itself has another one inside it, because it does not stand last; write pipeline\(retrying, AttemptTimeoutOnThread<2s>\{\}\)
namespace thread_outside_another_stage {
inline int operation() { return 1; }
int result = pipeline(AttemptTimeoutOnThread<2s>{}, Retrying<StopAfterAttempt<3>>{})(operation);
} // namespace thread_outside_another_stage
