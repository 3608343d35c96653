// SPDX-License-Identifier: BSL-1.0
#include <grit/measure/count_circuit.hpp>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include <grit/bulkhead.hpp>
#include <grit/circuit_breaker.hpp>
#include <grit/concurrency_limit.hpp>
#include <grit/rate_limiter.hpp>
#include <grit/time/manual.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

double value(Metrics const& metrics, std::string_view name, Labels labels = {}) {
    labels.insert(labels.begin(), {"grit.name", "chat"});
    for (MetricFamily const& family : metrics.read())
        for (Series const& series : family.series)
            if (family.metric.name == name && series.labels == labels) return series.value;
    return -1;
}
double transitions(Metrics const& metrics, char const* to, char const* reason) {
    return value(metrics, "grit.circuit_breaker.transitions", {{"to", to}, {"reason", reason}});
}
double all_transitions(Metrics const& metrics) {
    double sum = 0;
    for (MetricFamily const& family : metrics.read())
        for (Series const& series : family.series)
            if (family.metric.name == "grit.circuit_breaker.transitions") sum += series.value;
    return sum;
}
double rejections(Metrics const& metrics, char const* state) {
    return value(metrics, "grit.circuit_breaker.rejections", {{"state", state}});
}
double outcomes(Metrics const& metrics, char const* outcome) {
    return value(metrics, "grit.circuit_breaker.outcomes", {{"outcome", outcome}});
}

/// A breaker that times its calls, and what they took: of the successes, then of the failures.
struct TimedCalls {
    Metrics metrics;
    ManualTime time;
    CountCircuit<Name<"chat">, Histogram<1s, 10s>> count{metrics, Name<"chat">{}, Histogram<1s, 10s>{}};
    CircuitBreaker<OpenAtSlowCallRate<50, SlowerThan<2s>, TimeWindow<60s, 10>, MinimumCalls<10>>, OpenFor<60s>,
                   Time<ManualTime>, OnOutcome<dynamic, decltype(count)>>
        breaker{Time{time}, OnOutcome{count}};

    std::vector<Series> durations() const {
        std::vector<MetricFamily> const all = metrics.read();
        auto const found = std::ranges::find(all, "grit.attempt.duration", [](auto const& f) { return f.metric.name; });
        REQUIRE(found != all.end());
        return found->series;
    }
};

} // namespace

TEST_CASE("the changes, the refusals and the outcomes of a circuit are counted", "[R-821]") {
    Metrics metrics;
    ManualTime time;
    CountCircuit const count{metrics, Name<"chat">{}};
    CircuitBreaker breaker{OpenAfterFailures<2>{}, OpenFor<60s>{},  Time{time},
                           OnStateChange{count},   OnReject{count}, OnOutcome{count}};
    auto late = breaker.try_acquire();
    breaker([] {});
    for (int i = 0; i != 2; ++i) breaker.try_acquire().failure();
    CHECK(transitions(metrics, "open", "tripped") == 1);
    for (int i = 0; i != 3; ++i) CHECK_FALSE(breaker.try_call([] {}).has_value());
    late.success();
    time.advance(60s);
    {
        auto probe = breaker.try_acquire();
        CHECK(probe);
        CHECK_FALSE(breaker.try_call([] {}).has_value());
        probe.success();
    }
    breaker.force_open();
    CHECK_THROWS_AS(breaker([] {}), CircuitOpenError);
    breaker.force_close();
    breaker([] { static_cast<void>(0); });
    CHECK(transitions(metrics, "half_open", "elapsed") == 1);
    CHECK(transitions(metrics, "closed", "probes_succeeded") == 1);
    CHECK(transitions(metrics, "forced_open", "control") == 1);
    CHECK(transitions(metrics, "closed", "control") == 1);
    CHECK(all_transitions(metrics) == 5);
    CHECK(rejections(metrics, "open") == 3);
    CHECK(rejections(metrics, "half_open") == 1);
    CHECK(rejections(metrics, "forced_open") == 1);
    CHECK(outcomes(metrics, "success") == 3);
    CHECK(outcomes(metrics, "failure") == 2);
    CHECK(outcomes(metrics, "late") == 1);
    CHECK(outcomes(metrics, "neutral") == 0);
}

TEST_CASE("every change that a breaker can make has a series", "[R-821]") {
    Metrics metrics;
    ManualTime time;
    CountCircuit const count{metrics, Name<"chat">{}};
    double told = 0;
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<60s>{},
                           ProbeLease<1s>{},       Time{time},
                           OnStateChange{count},   OnStateChange{[&](StateChange const&) noexcept { ++told; }}};
    breaker.try_acquire().failure();
    time.advance(60s);
    breaker.try_acquire().failure();
    time.advance(60s);
    auto lost = breaker.try_acquire();
    time.advance(2s);
    breaker.try_acquire().success();
    breaker.open_for(5s);
    breaker.reset();
    breaker.restore({CircuitState::open, 3s, 1});
    breaker.disable();
    breaker.metrics_only();
    breaker.try_acquire().failure();
    breaker.force_open();
    breaker.force_close();
    CHECK(told == 14);
    CHECK(all_transitions(metrics) == told);
    CHECK(transitions(metrics, "half_open", "probes_lost") == 1);
    CHECK(transitions(metrics, "open", "asked") == 1);
    CHECK(transitions(metrics, "metrics_only", "tripped") == 1);
}

TEST_CASE("the duration of an attempt comes from the breaker that times its calls", "[R-821]") {
    TimedCalls calls;
    calls.breaker([&] { calls.time.advance(500ms); });
    CHECK_THROWS(calls.breaker([&] {
        calls.time.advance(5s);
        throw std::runtime_error{"fault"};
    }));
    auto const durations = calls.durations();
    CHECK(durations.at(0).counts == std::vector<std::uint64_t>{1, 0, 0});
    CHECK(durations.at(1).counts == std::vector<std::uint64_t>{0, 1, 0});
    CHECK(durations.at(1).sum == 5);
    CHECK(outcomes(calls.metrics, "success") + outcomes(calls.metrics, "failure") == 2);
}

TEST_CASE("the duration of a late call counts as what the call said", "[R-821]") {
    TimedCalls calls;
    auto fails = calls.breaker.try_acquire();
    auto succeeds = calls.breaker.try_acquire();
    auto says_nothing = calls.breaker.try_acquire();
    calls.breaker.reset();
    calls.time.advance(20s);
    fails.failure();
    succeeds.success();
    says_nothing.neutral();
    CHECK(outcomes(calls.metrics, "late") == 3);
    auto const durations = calls.durations();
    CHECK(durations.at(0).counts == std::vector<std::uint64_t>{0, 0, 1});
    CHECK(durations.at(1).counts == std::vector<std::uint64_t>{0, 0, 1});
}

TEST_CASE("what a limiter, a bulkhead and a concurrency limit refuse is counted", "[R-821]") {
    Metrics metrics;
    ManualTime time{100s};
    RateLimiter limiter{1, 1s, Time{time}, OnReject{CountRejected<RateLimited>{metrics, Name<"chat">{}}}};
    limiter([] {});
    for (int i = 0; i != 2; ++i) CHECK_FALSE(limiter.try_call([] {}).has_value());
    CHECK(value(metrics, "grit.rate_limiter.rejections", {{"limit", "local"}}) == 2);
    Bulkhead bulkhead{1, OnReject{CountRejected<BulkheadFull>{metrics, Name<"chat">{}}}};
    auto const place = bulkhead.try_acquire();
    CHECK_FALSE(bulkhead.try_call([] {}).has_value());
    CHECK(value(metrics, "grit.bulkhead.rejections") == 1);
    ConcurrencyLimit limit{Aimd<500ms>{}, OnReject{CountRejected<ConcurrencyLimited>{metrics, Name<"chat">{}}}};
    limit.close();
    CHECK_FALSE(limit.try_call([] {}).has_value());
    CHECK(value(metrics, "grit.concurrency_limit.rejections") == 1);
}
