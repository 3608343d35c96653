// SPDX-License-Identifier: BSL-1.0
// Pairs of stages that mean nothing: AttemptTimeoutOnThread runs the operation itself, so no stage stands inside it.
// With a retry inside it: pipeline.cpp.
#include <stdexcept>

#include <grit.hpp>

using namespace std::chrono_literals;
using namespace grit;

inline int operation(Attempt const&) { return 1; }
AttemptTimeoutOnThread<2s> const on_thread;

// expect-error: grit: a stage that runs the operation itself has another one inside it, because
namespace a_breaker {
CircuitBreaker<OpenAfterFailures<5>, OpenFor<60s>> stage;
int result = pipeline(on_thread, stage)(operation);
} // namespace a_breaker

// expect-error: grit: a stage that runs the operation itself has another one inside it, because
namespace a_deadline {
int result = pipeline(on_thread, Deadline<1s>{})(operation);
} // namespace a_deadline

// expect-error: grit: a stage that runs the operation itself has another one inside it, because
namespace itself {
int result = pipeline(on_thread, on_thread)(operation);
} // namespace itself

// expect-error: grit: a stage that runs the operation itself has another one inside it, because
namespace a_fallback {
int result = pipeline(on_thread, Fallback<0>{})(operation);
} // namespace a_fallback

// expect-error: grit: a stage that runs the operation itself has another one inside it, because
namespace a_limiter {
RateLimiter<10, 1s> stage;
int result = pipeline(on_thread, stage)(operation);
} // namespace a_limiter

// expect-error: grit: a stage that runs the operation itself has another one inside it, because
namespace a_bulkhead {
Bulkhead<10> stage;
int result = pipeline(on_thread, stage)(operation);
} // namespace a_bulkhead

// expect-error: grit: a stage that runs the operation itself has another one inside it, because
namespace a_concurrency_limit {
ConcurrencyLimit<Aimd<1s>> stage;
int result = pipeline(on_thread, stage)(operation);
} // namespace a_concurrency_limit

// expect-error: grit: a stage that runs the operation itself has another one inside it, because
namespace harm {
Chaos stage{ChaosFault{0.1, std::runtime_error{"x"}}};
int result = pipeline(on_thread, stage)(operation);
} // namespace harm
