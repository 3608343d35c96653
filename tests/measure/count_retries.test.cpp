// SPDX-License-Identifier: BSL-1.0
#include <grit/measure/count_retries.hpp>

#include <stdexcept>
#include <stop_token>
#include <vector>

#include <grit/budget.hpp>
#include <grit/measure/prometheus_text.hpp>
#include <grit/retry.hpp>
#include <grit/stop/if.hpp>
#include <grit/stop/when_requested.hpp>
#include <grit/time/manual.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

double value(Metrics const& metrics, std::string_view name, Labels labels = {}, char const* of = "chat") {
    labels.insert(labels.begin(), {"grit.name", of});
    for (MetricFamily const& family : metrics.read())
        for (Series const& series : family.series)
            if (family.metric.name == name && series.labels == labels) return series.value;
    return -1;
}
struct Fault : std::runtime_error {
    Fault() : std::runtime_error("fault") {}
};
int fails() { throw Fault{}; }

/// Counts how often it is asked.
struct CountingTime {
    int readings = 0;
    TimePoint at{};
    TimePoint now() {
        ++readings;
        return at;
    }
    void sleep(Duration d) { at += d; }
};

} // namespace

TEST_CASE("retries, their waits, and the ends of calls are counted", "[R-820]") {
    Metrics metrics;
    ManualTime time;
    Retrying const retrying{StopAfterAttempt<3>{}, WaitIncrementing<1s, 500ms, 9s>{}, RetryIf<Fault>{}, Time{time},
                            Observe{CountRetries{metrics, Name<"chat">{}}}};
    retrying([] {});
    int calls = 0;
    retrying([&] {
        if (++calls == 1) throw Fault{};
    });
    CHECK_THROWS_AS(retrying(fails), Fault);
    CHECK_THROWS_AS(retrying([] { throw std::logic_error{"wrong"}; }), std::logic_error);
    CHECK_THROWS_AS(retrying([] { throw Permanent{Fault{}}; }), Fault);
    CHECK(value(metrics, "grit.retry.retries") == 3);
    CHECK(value(metrics, "grit.retry.delay") == 3.5);
    CHECK(value(metrics, "grit.retry.calls", {{"outcome", "ok"}}) == 2);
    CHECK(value(metrics, "grit.retry.calls", {{"outcome", "error"}}) == 3);
    CHECK(value(metrics, "grit.retry.give_ups", {{"reason", "attempts"}}) == 1);
    CHECK(value(metrics, "grit.retry.give_ups", {{"reason", "not_retryable"}}) == 1);
    CHECK(value(metrics, "grit.retry.give_ups", {{"reason", "permanent"}}) == 1);
    for (char const* const none : {"delay", "deadline", "cancelled", "hint", "budget", "custom"})
        CHECK(value(metrics, "grit.retry.give_ups", {{"reason", none}}) == 0);
}

TEST_CASE("what a budget denies is counted by its reason", "[R-820]") {
    Metrics metrics;
    RetryBudget<2> budget;
    Retrying const retrying{StopAfterAttempt<5>{}, RetryIf<Fault>{}, StopOverBudget{budget},
                            Observe{CountRetries{metrics, Name<"chat">{}}}};
    for (int call = 0; call != 3; ++call) CHECK_THROWS_AS(retrying(fails), Fault);
    CHECK(value(metrics, "grit.retry.retries") == 2);
    CHECK(value(metrics, "grit.retry.give_ups", {{"reason", "budget"}}) == 3);
    CHECK(value(metrics, "grit.retry.give_ups", {{"reason", "attempts"}}) == 0);
}

TEST_CASE("a wait that no attempt follows is no retry", "[R-820]") {
    Metrics metrics;
    ManualTime time;
    std::stop_source stop;
    Retrying const retrying{StopAfterAttempt<3>{},
                            WaitFixed<1s>{},
                            StopWhenRequested{stop.get_token()},
                            Time{time},
                            BeforeSleep{[&] { stop.request_stop(); }},
                            Observe{CountRetries{metrics, Name<"chat">{}}}};
    CHECK_THROWS_AS(retrying(fails), Fault);
    CHECK(value(metrics, "grit.retry.retries") == 0);
    CHECK(value(metrics, "grit.retry.give_ups", {{"reason", "cancelled"}}) == 1);
    Retrying const at_once{StopAfterAttempt<3>{}, RetryIf<Fault>{}, Observe{CountRetries{metrics, Name<"quick">{}}}};
    CHECK_THROWS_AS(at_once(fails), Fault);
    CHECK(value(metrics, "grit.retry.retries", {}, "quick") == 2);
}

TEST_CASE("the duration of a call comes from the readings of the retry", "[R-820]") {
    Metrics metrics;
    CountingTime time;
    Retrying const with_limit{StopAfterAttempt<3>{}, StopAfterDelay<60s>{}, WaitFixed<2s>{}, Time{time}};
    auto const counted = with_limit.with(Observe{CountRetries{metrics, Name<"chat">{}, Histogram<1s, 10s>{}}});
    auto const readings = [&](auto const& retrying) {
        int const before = time.readings;
        int calls = 0;
        retrying([&] {
            if (++calls == 1) throw Fault{};
        });
        return time.readings - before;
    };
    int const without = readings(with_limit);
    CHECK(readings(counted) == without + 1); // the end of a success, which nobody else asks for
    for (MetricFamily const& family : metrics.read())
        if (family.metric.name == "grit.call.duration") {
            CHECK(family.series.at(0).counts == std::vector<std::uint64_t>{0, 1, 0});
            CHECK(family.series.at(0).sum == 2);
        }
    CHECK(to_prometheus(metrics.read()).find("grit_retry_delay_seconds_total{grit_name=\"chat\"} 2\n") !=
          std::string::npos);
}

TEST_CASE("a listener is a value that may be a temporary") {
    STATIC_REQUIRE(std::is_trivially_copyable_v<CountRetries<Name<"chat">>>);
    STATIC_REQUIRE(sizeof(CountRetries<Name<"chat">>) == 32);
}
