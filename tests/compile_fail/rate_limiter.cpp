// SPDX-License-Identifier: BSL-1.0
// Rate limiters: their numbers, their policies, and where they live.
#include <grit/pipeline.hpp>
#include <grit/rate_limiter.hpp>
#include <grit/retry.hpp>
#include <grit/timeout.hpp>

using namespace std::chrono_literals;
using namespace grit;

// expect-error: grit: a 'RateLimiter' was given a rate that it cannot keep, because
namespace of_no_call {
RateLimiter<0, 1s> limiter;
}

// expect-error: grit: a 'RateLimiter' was given a rate that it cannot keep, because
namespace in_no_time {
RateLimiter<5, 0s> limiter;
}

// expect-error: grit: a 'RateLimiter' was given a burst that it cannot let through, because
namespace of_no_burst {
RateLimiter<5, 1s, 0> limiter;
}

// expect-error: grit: a 'RateLimiter' was given some of its numbers as constants, because
namespace without_period {
RateLimiter<5> limiter{5, 1s};
}

// expect-error: grit: a duration was given as a bare number, because
namespace period_without_unit {
RateLimiter<5, 1> limiter;
}

// expect-error: grit: a policy was given a bare number for a duration, because
namespace period_without_unit_at_run_time {
RateLimiter limiter{5, 1};
}

// expect-error: grit: a policy was given something that is no count, because
namespace cost_that_is_no_count {
RateLimiter<5, 1s> limiter;
LimiterWithCost<RateLimiter<5, 1s>> stage = limiter.with_cost(1.5);
} // namespace cost_that_is_no_count

// expect-error: grit: a 'RateLimiter' was given a policy of another stage, because
namespace with_stop {
RateLimiter<5, 1s, 5, StopNever> limiter;
}

// expect-error: grit: a 'RateLimiter' was given two policies of one kind, because
namespace with_two_waits {
RateLimiter<5, 1s, 5, MaxWait<1s>, MaxWait<2s>> limiter;
}

// expect-error: grit: 'MaxWait' was given a negative time, because
namespace negative_wait {
RateLimiter<5, 1s, 5, MaxWait<-1s>> limiter;
}

// expect-error: grit: a pipeline was given a temporary stage with state, because
namespace temporary {
auto stages = pipeline(RateLimiter<5, 1s>{});
}

// expect-error: grit: an operation under a deadline knows nothing of it, because
namespace deadline_unheard {

RateLimiter<5, 1s> that_refuses;
int result = pipeline(Deadline<1s>{}, that_refuses)([] { return 1; });
} // namespace deadline_unheard

// expect-error: grit: 'OnReject' was given something that it cannot call, because
namespace listener_of_other_parameter {
RateLimiter<5, 1s, 5, OnReject<[](int*) noexcept {}>> limiter;
}

// expect-error: grit: 'OnReject' was given a callable that may throw, because
namespace listener_that_may_throw_of_a_deadline {
struct Listener {
    void operator()(RateLimited const&) const noexcept;
    void operator()(DeadlinePassed const&) const;
};
RateLimiter limiter{5, 1s, OnReject{Listener{}}};
} // namespace listener_that_may_throw_of_a_deadline

// expect-error: grit: a 'RateLimiter' was given one value only, because it cannot guess the period
namespace of_a_count_alone {
RateLimiter limiter{100};
}
