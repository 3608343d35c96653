// SPDX-License-Identifier: BSL-1.0
#include <grit/measure/watch.hpp>

#include <string>

#include <grit/budget.hpp>
#include <grit/bulkhead.hpp>
#include <grit/concurrency_limit.hpp>
#include <grit/core/keyed.hpp>
#include <grit/rate_limiter.hpp>
#include <grit/time/manual.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

double value(Metrics const& metrics, std::string_view name, Labels labels = {}, std::string const& of = "chat") {
    labels.insert(labels.begin(), {"grit.name", of});
    for (MetricFamily const& family : metrics.read())
        for (Series const& series : family.series)
            if (family.metric.name == name && series.labels == labels) return series.value;
    return -1;
}
double state(Metrics const& metrics, char const* state, std::string const& of = "chat") {
    return value(metrics, "grit.circuit_breaker.state", {{"state", state}}, of);
}

} // namespace

TEST_CASE("a watched circuit shows its state, its rate and its slow calls", "[R-822]") {
    Metrics metrics;
    ManualTime time{100s};
    // The counts of the breaker stand in another order than its policies.
    CircuitBreaker breaker{OpenAtSlowCallRate<90, SlowerThan<1s>, TimeWindow<60s, 10>, MinimumCalls<9>>{},
                           OpenAtFailureRate<90, CountWindow<8>, MinimumCalls<8>>{}, OpenFor<60s>{}, Time{time}};
    auto const watching = watch(metrics, Name<"chat">{}, breaker);
    CHECK(state(metrics, "closed") == 1);
    CHECK(value(metrics, "grit.circuit_breaker.failure_rate") == 0);
    breaker([&] { time.advance(2s); });
    breaker([] {});
    breaker([] {});
    breaker.try_acquire().failure();
    CHECK(value(metrics, "grit.circuit_breaker.failure_rate") == 0.25);
    CHECK(value(metrics, "grit.circuit_breaker.slow_calls") == 1);
    breaker.force_open();
    CHECK(state(metrics, "closed") == 0);
    CHECK(state(metrics, "forced_open") == 1);
    for (char const* const other : {"open", "half_open", "disabled", "metrics_only"}) CHECK(state(metrics, other) == 0);
}

TEST_CASE("a circuit without a rate shows none", "[R-822]") {
    Metrics metrics;
    CircuitBreaker<OpenAfterFailures<2>, OpenFor<60s>> breaker;
    auto const watching = watch(metrics, Name<"chat">{}, breaker);
    CHECK(state(metrics, "closed") == 1);
    CHECK(value(metrics, "grit.circuit_breaker.failure_rate") == -1);
    CHECK(value(metrics, "grit.circuit_breaker.slow_calls") == -1);
}

TEST_CASE("a watched limiter shows the calls that could go in", "[R-822]") {
    Metrics metrics;
    ManualTime time{100s};
    RateLimiter<10, 1s, 5, Time<ManualTime>> limiter{Time{time}};
    auto const watching = watch(metrics, Name<"chat">{}, limiter);
    auto const permits = [&] { return value(metrics, "grit.rate_limiter.permits"); };
    CHECK(permits() == 5);
    for (int left = 4; left >= 0; --left) {
        limiter([] {});
        CHECK(permits() == left);
    }
    CHECK_FALSE(limiter.try_call([] {}).has_value());
    time.advance(250ms);
    CHECK(permits() == 2);
    limiter.close();
    CHECK(permits() == 0);
}

TEST_CASE("a watched bulkhead, a limit and a budget show what they know", "[R-822]") {
    Metrics metrics;
    Bulkhead<3> bulkhead;
    ConcurrencyLimit<Aimd<500ms>, LimitBetween<1, 9, 7>> limit;
    RetryBudget<10> budget;
    auto const a = watch(metrics, Name<"chat">{}, bulkhead);
    auto const b = watch(metrics, Name<"chat">{}, limit);
    auto const c = watch(metrics, Name<"chat">{}, budget);
    bulkhead([&] {
        CHECK(value(metrics, "grit.bulkhead.used") == 1);
        CHECK(value(metrics, "grit.bulkhead.waiting") == 0);
    });
    CHECK(value(metrics, "grit.bulkhead.used") == 0);
    limit([&] { CHECK(value(metrics, "grit.concurrency_limit.used") == 1); });
    CHECK(value(metrics, "grit.concurrency_limit.limit") == 7);
    CHECK(value(metrics, "grit.concurrency_limit.waiting") == 0);
    CHECK(budget.try_withdraw(4));
    CHECK(value(metrics, "grit.retry_budget.tokens") == 6);
}

TEST_CASE("the entries of a Keyed have names of their own up to a bound, the rest is added up", "[R-822]") {
    Metrics metrics;
    NamesUpTo names{1};
    Keyed<std::string, CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>>> hosts;
    auto const watching = watch(metrics, names, hosts);
    CHECK(metrics.read().empty());
    static_cast<void>(hosts["a"]);
    CHECK(state(metrics, "closed", "a") == 1);
    for (char const* const host : {"b", "c", "d"}) static_cast<void>(hosts[host]);
    hosts["c"]->try_acquire().failure();
    CHECK(state(metrics, "closed", "other") == 2);
    CHECK(state(metrics, "open", "other") == 1);
    CHECK(state(metrics, "closed", "a") == 1);
    CHECK(state(metrics, "closed", "b") == -1);
}

TEST_CASE("of the rates of several circuits the largest is shown", "[R-822]") {
    Metrics metrics;
    NamesUpTo names{1};
    Keyed<int, CircuitBreaker<OpenAtFailureRate<100, CountWindow<4>, MinimumCalls<4>>, OpenFor<60s>>> shards;
    for (int i = 0; i != 3; ++i) static_cast<void>(shards[i]);
    auto const watching = watch(metrics, names, shards);
    static_cast<void>(metrics.read());
    int one = 0; // one of those that share a name
    while (names(one).get() != "other") ++one;
    shards[one]->try_acquire().success();
    shards[one]->try_acquire().failure();
    CHECK(value(metrics, "grit.circuit_breaker.failure_rate", {}, "other") == 0.5);
}
