// SPDX-License-Identifier: BSL-1.0
// Trip policies of a circuit breaker: counts, rates and their windows.
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

// expect-error: grit: 'CountWindow' was given a size it cannot use, because
namespace count_window_too_large {
CircuitBreaker<OpenAtFailureRate<50, CountWindow<100>, MinimumCalls<5>>, OpenFor<1s>> breaker;
}

// expect-error: grit: 'OpenAfterFailuresWithin' was given a constant and a run-time value together, because
namespace failures_within_no_time {
CircuitBreaker<OpenAfterFailuresWithin<5>, OpenFor<1s>> breaker;
}

// expect-error: grit: 'OpenAfterFailuresWithin' was given a number of failures it cannot use, because
namespace failures_within_none {
CircuitBreaker<OpenAfterFailuresWithin<0, 10s>, OpenFor<1s>> breaker;
}

// expect-error: grit: 'TimeWindow' was given a time that its buckets do not divide, because
namespace failures_within_not_divided {
CircuitBreaker<OpenAfterFailuresWithin<5, 33ns>, OpenFor<1s>> breaker;
}

// expect-error: grit: 'MinimumCalls' was given less than one call, because
namespace minimum_of_no_calls {
CircuitBreaker<OpenAtFailureRate<50, CountWindow<20>, MinimumCalls<0>>, OpenFor<1s>> breaker;
}

// expect-error: grit: 'OpenAfterFailures' was given less than one failure, because
namespace open_after_no_failure {
CircuitBreaker<OpenAfterFailures<0>, OpenFor<1s>> breaker;
}

// expect-error: grit: a rate was given an impossible percentage, because
namespace rate_above_100 {
CircuitBreaker<OpenAtFailureRate<101, CountWindow<20>, MinimumCalls<5>>, OpenFor<1s>> breaker;
}

// expect-error: grit: a rate was given a minimum of calls that is never reached, because
namespace rate_minimum_above_window {
CircuitBreaker<OpenAtFailureRate<50, CountWindow<20>, MinimumCalls<21>>, OpenFor<1s>> breaker;
}

// expect-error: grit: a rate was given no minimum of calls, because
namespace rate_without_minimum {
CircuitBreaker<OpenAtFailureRate<50, CountWindow<20>>, OpenFor<1s>> breaker;
}

// expect-error: grit: a rate was given no window, because
namespace rate_without_window {
CircuitBreaker<OpenAtFailureRate<50>, OpenFor<1s>> breaker;
}

// expect-error: grit: 'OpenAtSlowCallRate' was given no TimeWindow, because
namespace slow_calls_over_count_window {
CircuitBreaker<OpenAtSlowCallRate<50, SlowerThan<2s>, CountWindow<20>, MinimumCalls<5>>, OpenFor<1s>> breaker;
}

// expect-error: grit: 'OpenAtSlowCallRate' was given a window that is too short, because
namespace slow_calls_window_too_short {
CircuitBreaker<OpenAtSlowCallRate<50, SlowerThan<2s>, TimeWindow<2s, 10>, MinimumCalls<5>>, OpenFor<1s>> breaker;
}

// expect-error: grit: a rate was given no minimum of calls, because
namespace slow_calls_without_minimum {
CircuitBreaker<OpenAtSlowCallRate<50, SlowerThan<2s>, TimeWindow<10s, 10>>, OpenFor<1s>> breaker;
}

// expect-error: grit: 'OpenAtSlowCallRate' was not told which calls are slow, because
namespace slow_calls_without_time {
CircuitBreaker<OpenAtSlowCallRate<50>, OpenFor<1s>> breaker;
}

// expect-error: grit: 'SlowerThan' was given no time, because
namespace slower_than_no_time {
CircuitBreaker<OpenAtSlowCallRate<50, SlowerThan<0s>, TimeWindow<2s, 10>, MinimumCalls<5>>, OpenFor<1s>> breaker;
}

// expect-error: grit: a rate was given a minimum of calls that is never reached, because
namespace time_window_minimum_never_reached {
CircuitBreaker<OpenAtFailureRate<50, TimeWindow<10s, 10>, MinimumCalls<2'097'152>>, OpenFor<1s>> breaker;
}

// expect-error: grit: 'TimeWindow' was given a time that its buckets do not divide, because
namespace time_window_not_divided {
CircuitBreaker<OpenAtFailureRate<50, TimeWindow<1s, 3>, MinimumCalls<5>>, OpenFor<1s>> breaker;
}

// expect-error: grit: 'TimeWindow' was given a number of buckets it cannot use, because
namespace time_window_of_no_bucket {
CircuitBreaker<OpenAtFailureRate<50, TimeWindow<10s, 0>, MinimumCalls<5>>, OpenFor<1s>> breaker;
}

// expect-error: grit: 'TimeWindow' was given no time, because
namespace time_window_of_no_time {
CircuitBreaker<OpenAtFailureRate<50, TimeWindow<0s, 10>, MinimumCalls<5>>, OpenFor<1s>> breaker;
}

// expect-error: grit: a rate was given no minimum of calls, because
namespace time_window_rate_without_minimum {
CircuitBreaker<OpenAtFailureRate<50, TimeWindow<20s, 10>>, OpenFor<1s>> breaker;
}
