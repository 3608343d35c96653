// SPDX-License-Identifier: BSL-1.0
// Pipelines, and operations that ignore the deadline around them.
#include <grit/circuit_breaker.hpp>
#include <grit/pipeline.hpp>
#include <grit/retry.hpp>
#include <grit/timeout/deadline.hpp>

using namespace std::chrono_literals;
using namespace grit;

// expect-error: grit: an operation under 'Deadline' knows nothing of it, because it takes neither grit::Context const& nor grit::Attempt const& and nothing can end it from outside; take one of them and ask remaining\(\) instead
namespace operation_ignores_deadline {
int result = grit::Deadline<5s>{}([] { return 1; });
} // namespace operation_ignores_deadline

// expect-error: grit: a pipeline was given a circuit breaker outside a retry, because
namespace breaker_outside_retry {
CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>> breaker;
auto hammers = pipeline(breaker, Retrying<StopAfterAttempt<3>>{});
} // namespace breaker_outside_retry

// expect-error: grit: a pipeline was given no stage, because
namespace empty {
auto empty = pipeline();
}

// expect-error: grit: a pipeline was given something that is no stage, because
namespace of_no_stage {
int call() {
    return pipeline([] { return 1; })([] { return 2; });
}
} // namespace of_no_stage

// expect-error: grit: an operation cannot be called with these arguments, because a pipeline
namespace operation_with_wrong_arguments {
struct Passing {
    template <class Next>
    decltype(auto) run(Next&& next, Context const& context) const {
        return next(context);
    }
};
int call() {
    return pipeline(Passing{})([](int*) { return 2; }, 1);
}
} // namespace operation_with_wrong_arguments

// expect-error: grit: a pipeline was given a temporary stage with state, because
namespace temporary_breaker {
auto gone = pipeline(CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>>{});
}
