// SPDX-License-Identifier: BSL-1.0
// Orders of stages that are always wrong.
#include <string>

#include <grit.hpp>
#include <grit/core/keyed.hpp>

using namespace std::chrono_literals;
using namespace grit;

using Breaker = CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>>;
using Retry = Retrying<StopAfterAttempt<3>>;
using Twice = Retrying<StopAfterAttempt<2>>;
template <int>
struct Op { // a type for each case
    int operator()() const { return 1; }
};

/// Makes the second call while the first goes on.
struct Race : StageInterface<Race> {
    static constexpr bool races_attempts = true;
    struct Call {
        void start(Attempt const&) const {}
    };
    Call call(Attempt const&) const { return {}; }
};

// expect-error: grit: a circuit breaker stands outside a retry, because it would see one outcome where the service sees every attempt, and go on hammering it; write pipeline\(retrying, breaker\) instead
namespace breaker_outside_retry {
Breaker breaker;
auto hammers = pipeline(breaker, Retry{});
} // namespace breaker_outside_retry

// expect-error: grit: a circuit breaker stands outside a retry, because
namespace breaker_outside_a_pipeline_with_a_retry {
Breaker breaker;
auto hammers = pipeline(Deadline<9s>{}, breaker, pipeline(Deadline<5s>{}, Retry{}));
} // namespace breaker_outside_a_pipeline_with_a_retry

// expect-error: grit: a circuit breaker stands outside a retry, because
namespace pipeline_with_a_breaker_outside_retry {
Breaker breaker;
auto hammers = pipeline(pipeline(Twice{}, breaker), Retry{});
} // namespace pipeline_with_a_breaker_outside_retry

// expect-error: grit: a circuit breaker stands outside a retry, because
namespace breaker_around_wrapped_retry {
Breaker breaker;
int result = breaker(Retry{}.wrap(Op<1>{}));
} // namespace breaker_around_wrapped_retry

// expect-error: grit: a circuit breaker stands outside a retry, because
namespace breaker_tries_wrapped_retry {
Breaker breaker;
auto result = breaker.try_call(Retry{}.wrap(Op<2>{}));
} // namespace breaker_tries_wrapped_retry

// expect-error: grit: a circuit breaker stands outside a retry, because
namespace wrapped_breaker_around_wrapped_retry {
Breaker breaker;
int result = breaker.wrap(Fallback<0>{}.wrap(Retry{}.wrap(Op<9>{})))();
} // namespace wrapped_breaker_around_wrapped_retry

// expect-error: grit: a circuit breaker stands outside a retry, because
namespace breaker_of_a_key_outside_retry {
Keyed<std::string, Breaker> hosts;
auto hammers = pipeline(hosts["a"], Retry{});
} // namespace breaker_of_a_key_outside_retry

// expect-error: grit: a circuit breaker stands outside a retry, because
namespace pipeline_with_a_breaker_around_wrapped_retry {
Breaker breaker;
int result = pipeline(breaker)(Retry{}.wrap(Op<3>{}));
} // namespace pipeline_with_a_breaker_around_wrapped_retry

// expect-error: grit: a hedge stands outside a retry, because every call that it races would make all attempts of the retry, and the waits between them would start further ones; write pipeline\(retrying, hedge\) instead
namespace hedge_outside_retry {
auto races = pipeline(Race{}, Retry{});
} // namespace hedge_outside_retry

// expect-error: grit: a hedge stands outside a retry, because
namespace pipeline_with_a_hedge_outside_retry {
auto races = pipeline(pipeline(Deadline<5s>{}, Race{}), Deadline<1s>{}, Retry{});
} // namespace pipeline_with_a_hedge_outside_retry

// expect-error: grit: a hedge stands outside a retry, because
namespace hedge_around_wrapped_retry {
int result = Race{}(Retry{}.wrap(Op<4>{}));
} // namespace hedge_around_wrapped_retry

// expect-error: grit: a retry stands inside another retry, because their attempts multiply, and three times three are nine calls of a service that is down; keep one of them, or name AllowNested in the outer one if you mean that
namespace retry_inside_retry {
auto multiplies = pipeline(Retry{}, Twice{});
} // namespace retry_inside_retry

// expect-error: grit: a retry stands inside another retry, because
namespace retry_inside_an_inner_pipeline {
Bulkhead<5> bulkhead;
auto multiplies = pipeline(Twice{}, bulkhead, pipeline(Deadline<5s>{}, Retry{}));
} // namespace retry_inside_an_inner_pipeline

// expect-error: grit: a retry stands inside another retry, because
namespace wrapped_retry_inside_retry {
int result = Twice{}(Retry{}.wrap(Op<5>{}));
} // namespace wrapped_retry_inside_retry

// expect-error: grit: a retry stands inside another retry, because
namespace retry_that_was_wrapped_before_inside_retry {
int result = Twice{}(Fallback<0>{}.wrap(Retry{}.wrap(Op<10>{})));
} // namespace retry_that_was_wrapped_before_inside_retry

// expect-error: grit: a retry stands inside another retry, because
namespace wrapped_pipeline_inside_retry {
auto const inner = pipeline(Deadline<5s>{}, Retry{}).wrap(Op<6>{});
int result = grit::retry(inner);
} // namespace wrapped_pipeline_inside_retry

// expect-error: grit: a retry stands inside another retry, because
namespace wrapped_retry_inside_a_retry_that_reports {
auto result = Twice{}.report(Retry{}.wrap(Op<7>{}));
} // namespace wrapped_retry_inside_a_retry_that_reports

// expect-error: grit: a retry stands inside another retry, because
namespace wrapped_retry_within_an_attempt {
int result = within(Attempt{}, pipeline(Twice{}))(Retry{}.wrap(Op<8>{}));
} // namespace wrapped_retry_within_an_attempt

// expect-error: grit: a retry stands inside another retry, because
namespace middle_of_three_does_not_allow_it {
auto multiplies = pipeline(Retrying<StopAfterAttempt<2>, AllowNested>{}, Twice{}, Retry{});
} // namespace middle_of_three_does_not_allow_it

// expect-error: grit: a retry stands inside another retry, because
namespace inner_one_allows_it {
auto multiplies = pipeline(Twice{}, Retrying<StopAfterAttempt<3>, AllowNested>{});
} // namespace inner_one_allows_it

// expect-error: grit: a retry stands inside another retry, because
namespace pipeline_of_which_one_does_not_allow_it {
auto const outer = pipeline(Retrying<StopAfterAttempt<4>, AllowNested>{}, Twice{});
auto multiplies = pipeline(outer, Retry{});
} // namespace pipeline_of_which_one_does_not_allow_it

// expect-error: grit: a 'Retrying' was given two policies of one kind, because only one of them can count; keep one
namespace allowed_twice {
Retrying<StopAfterAttempt<5>, AllowNested, AllowNested> retrying;
} // namespace allowed_twice

// expect-error: grit: a circuit breaker stands outside a retry, because
namespace breaker_around_a_loop_that_says_so {
struct OwnLoop {
    static constexpr bool repeats_calls = true;
    int operator()() const { return 1; }
};
Breaker breaker;
int result = breaker(OwnLoop{});
} // namespace breaker_around_a_loop_that_says_so
