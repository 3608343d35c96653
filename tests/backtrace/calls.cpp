// SPDX-License-Identifier: BSL-1.0
// Calls whose backtraces backtrace.py counts. Each user_* calls an operation through the library, and stop()
// is where the debugger looks.
#include <grit.hpp>

#include <chrono>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;

namespace {

using Retry = grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitNone, grit::RetryIf<std::runtime_error>>;
using ByResult = grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIfResult<[](int n) { return n < 0; }>>;
Retry const retrying;
ByResult const by_result;
grit::CircuitBreaker<grit::OpenAfterFailures<5>, grit::OpenFor<60s>> breaker;
grit::CircuitBreaker<grit::OpenAfterFailures<5>, grit::OpenFor<60s>, grit::FailureIf<std::runtime_error>> naming;
grit::RateLimiter<1'000, 1s, 1'000> limiter;
grit::AttemptTimeout<2s> const timeout;

} // namespace

#define GRIT_FUNCTION extern "C" [[gnu::noinline]] int

GRIT_FUNCTION stop(int n) {
    asm volatile("" ::: "memory");
    return n;
}

// The call is not the last thing that a function does, so that none of them is left out.
#define GRIT_USER(NAME, CALL)                                                                                          \
    GRIT_FUNCTION user_##NAME() {                                                                                      \
        int const result = CALL;                                                                                       \
        asm volatile("" ::: "memory");                                                                                 \
        return result;                                                                                                 \
    }

GRIT_USER(retry, retrying(stop, 1))
GRIT_USER(retry_of_a_result, by_result([](grit::Attempt const& at) { return stop(at.number()); }))
GRIT_USER(breaker, breaker(stop, 1))
GRIT_USER(breaker_that_names, naming([] { return stop(1); }))
GRIT_USER(breaker_of_a_class,
          static_cast<int>(breaker([] { return std::string(static_cast<unsigned>(stop(1)), 'a'); }).size()))
GRIT_USER(limiter, limiter([] { return stop(1); }))
GRIT_USER(wrapped, retrying.wrap(stop)(1))
GRIT_USER(pipeline_of_2, grit::pipeline(retrying, breaker)(stop, 1))
GRIT_USER(pipeline_of_3, grit::pipeline(retrying, breaker, timeout)([](grit::Attempt const&) { return stop(1); }))
GRIT_USER(pipeline_of_4,
          grit::pipeline(by_result, limiter, naming, timeout)([](grit::Attempt const&) { return stop(1); }))

int main() {
    return user_retry() + user_retry_of_a_result() + user_breaker() + user_breaker_that_names() +
                       user_breaker_of_a_class() + user_limiter() + user_wrapped() + user_pipeline_of_2() +
                       user_pipeline_of_3() + user_pipeline_of_4() ==
                   10
               ? 0
               : 1;
}
