// SPDX-License-Identifier: BSL-1.0
// Stages whose numbers come at run time, and that were constructed without them, or with what is no number.
#include <grit.hpp>

#include <string>

using namespace std::chrono_literals;
using namespace grit;

// expect-error: grit: a 'Bulkhead' was constructed without its numbers, because they come at run time where its brackets are empty; write Bulkhead<10, 100>, or Bulkhead\{n, line\}, instead
namespace bulkhead {
Bulkhead<> stage;
}

// expect-error: grit: a 'Bulkhead' was constructed without its numbers, because
namespace bulkheads_of_keys {
Keyed<std::string, Bulkhead<dynamic, dynamic, MaxWait<1s>>> stages;
}

// expect-error: grit: a 'RateLimiter' was constructed without its numbers, because they come at run time where its brackets are empty; write RateLimiter<100, 1s>, or RateLimiter\{n, per\}, instead
namespace rate_limiter {
RateLimiter stage{};
}

// expect-error: grit: a 'RetryBudget' was constructed without its tokens, because they come at run time where its brackets are empty; write RetryBudget<100>, or RetryBudget\{tokens\}, instead
namespace retry_budget {
RetryBudget<> budget;
}

// expect-error: grit: a 'Hedge' was constructed without its numbers, because they come at run time where its brackets are empty; write Hedge<50ms, 2>, or Hedge\{delay, n\}, instead
namespace hedge {
Hedge<> stage;
}

// expect-error: grit: 'Deadline' was constructed without its time, because that comes at run time where its brackets are empty; write Deadline<2s>, or Deadline\{limit\}, instead
namespace deadline {
auto stages = pipeline(Deadline<>{}, Retrying<StopAfterAttempt<3>>{});
}

// expect-error: grit: 'AttemptTimeout' was constructed without its time, because
namespace attempt_timeout {
AttemptTimeout<> stage;
}

// expect-error: grit: 'AttemptTimeoutOnThread' was constructed without its time, because
namespace attempt_timeout_on_thread {
AttemptTimeoutOnThread<> stage;
}

// expect-error: grit: a policy that takes a callable was given none, because its brackets are empty; write it between the brackets where it is a constant, as in Before<f>, or into the braces, as in Before\{f\}
namespace callable {
OnReject<> listener;
}

// expect-error: grit: a policy was given something that is no count, because calls and percentages are whole numbers; write a number such as 5 instead
namespace bulkhead_with_part_of_a_line {
Bulkhead stage{5, 2.5};
}

// expect-error: grit: a policy was given something that is no count, because
namespace rate_limiter_of_part_of_a_call {
RateLimiter stage{0.5f, 1s};
}

// expect-error: grit: a policy was given something that is no count, because
namespace rate_limiter_with_a_burst_that_is_none {
RateLimiter stage{5, 1s, true};
}

// expect-error: grit: a policy was given something that is no count, because
namespace hedge_without_a_number {
Hedge stage{50ms, RetryAlways{}};
}
