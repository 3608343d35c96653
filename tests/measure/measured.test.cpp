// SPDX-License-Identifier: BSL-1.0
#include <grit/measure/measured.hpp>

#include <optional>
#include <stdexcept>
#include <system_error>
#include <thread>

#include <grit.hpp>
#include <grit/async.hpp>

#include "support/allocations.hpp" // counted by cells.test.cpp
#include "support/catch.hpp"
#include "support/task.hpp"

using namespace grit;
using namespace grit::test;
using namespace std::chrono_literals;

namespace {

double value(Metrics const& metrics, std::string_view name, char const* outcome, std::string const& of = "chat") {
    for (MetricFamily const& family : metrics.read())
        for (Series const& series : family.series)
            if (family.metric.name == name && series.labels == Labels{{"grit.name", of}, {"outcome", outcome}})
                return family.metric.kind == MetricKind::histogram ? static_cast<double>(series.count()) : series.value;
    return -1;
}
struct Ends {
    double ok, error, rejected;
    friend bool operator==(Ends const&, Ends const&) = default;
};
Ends ends(Metrics const& metrics, std::string_view name = "grit.calls") {
    return {value(metrics, name, "ok"), value(metrics, name, "error"), value(metrics, name, "rejected")};
}

struct Fault : std::runtime_error {
    Fault() : std::runtime_error("fault") {}
};
int fails() { throw Fault{}; }

using Breaker = CircuitBreaker<OpenAfterFailures<2>, OpenFor<60s>>;

/// Counts how often it is asked.
struct CountingTime {
    mutable int readings = 0;
    TimePoint at{};
    TimePoint now() const {
        ++readings;
        return at;
    }
    void sleep(Duration) const {}
};

struct Pinned {
    Pinned() = default;
    Pinned(Pinned const&) = delete;
    Pinned& operator=(Pinned const&) = delete;
};

} // namespace

TEST_CASE("a call counts by how it ended", "[R-817]") {
    Metrics metrics;
    Measured const measured{metrics, Name<"chat">{}};
    CHECK(measured([] { return 1; }) == 1);
    measured([] {});
    CHECK_THROWS_AS(measured(fails), Fault);
    CHECK_THROWS_AS(measured([] { throw Cancelled{"somebody"}; }), Cancelled);
    CHECK(ends(metrics) == Ends{2, 1, 1});
}

TEST_CASE("a result that holds an error counts as one", "[R-817]") {
    Metrics metrics;
    Measured const measured{metrics, Name<"chat">{}};
    CHECK(measured([] { return std::make_error_code(std::errc::timed_out); }) == std::errc::timed_out);
    static_cast<void>(measured([] { return std::error_code{}; }));
    static_cast<void>(measured([] { return std::optional<int>{}; })); // a value until somebody says otherwise
    CHECK(ends(metrics) == Ends{2, 1, 0});
}

TEST_CASE("a result that cannot be moved counts as a success", "[R-817]") {
    Metrics metrics;
    Measured const measured{metrics, Name<"chat">{}};
    static_cast<void>(measured([] { return Pinned{}; }));
    CHECK_THROWS_AS(measured([]() -> Pinned { throw Fault{}; }), Fault);
    CHECK(ends(metrics) == Ends{1, 1, 0});
}

TEST_CASE("outside a retry it counts calls, and inside one attempts", "[R-817]") {
    Metrics metrics;
    Breaker breaker;
    ManualTime time;
    Retrying const retrying{StopAfterAttempt<5>{}, WaitFixed<1s>{}, RetryIf<Fault>{}, Time{time}};
    auto const client = pipeline(Measured{metrics, Name<"chat">{}}, retrying,
                                 Measured{metrics, Name<"chat">{}, EachAttempt{}}, breaker);
    CHECK(client([] { return 1; }) == 1);
    CHECK_THROWS_AS(client(fails), CircuitOpenError); // two attempts, and one that was refused
    CHECK(ends(metrics) == Ends{1, 0, 1});
    CHECK(ends(metrics, "grit.attempts") == Ends{1, 2, 1});
}

TEST_CASE("a rejection that travels as a value counts as one", "[R-817]") {
    Metrics metrics;
    Breaker breaker;
    breaker.force_open();
    auto const client = pipeline(Measured{metrics, Name<"chat">{}}, breaker);
    CHECK_FALSE(client.try_call([] { return 1; }).has_value());
    CHECK(ends(metrics) == Ends{0, 0, 1});
}

TEST_CASE("a call of a coroutine counts when it ends, and not if it is abandoned", "[R-817]") {
    Metrics metrics;
    ManualTime time;
    Loop loop{time};
    Retrying const retrying{StopAfterAttempt<2>{}, WaitFixed<1s>{}, RetryIf<Fault>{}, Time{time}};
    auto const client =
        pipeline(Measured{metrics, Name<"chat">{}}, retrying, Measured{metrics, Name<"chat">{}, EachAttempt{}});
    int calls = 0;
    auto const op = [&]() -> Task<int> {
        if (++calls == 1) throw Fault{};
        co_return 7;
    };
    CHECK(loop.run(async(client)(op)) == 7);
    CHECK(ends(metrics) == Ends{1, 0, 0});
    CHECK(ends(metrics, "grit.attempts") == Ends{1, 1, 0});
    {
        Measured const alone{metrics, Name<"chat">{}};
        auto call = alone.call(Attempt{});
        call.start(Attempt{});
    }
    CHECK(ends(metrics) == Ends{1, 0, 0});
}

TEST_CASE("a count allocates nothing and reads no clock", "[R-818]") {
    Metrics metrics;
    CountingTime time;
    Measured const measured{metrics, Name<"chat">{}, Time{time}};
    measured([] {}); // the first count of a thread allocates
    int const before = allocations;
    for (int i = 0; i != 100; ++i) measured([] {});
    CHECK(allocations == before);
    CHECK(time.readings == 0);
}

TEST_CASE("a histogram reads the clock at both ends of a call", "[R-818]") {
    Metrics metrics;
    CountingTime time;
    Measured const measured{metrics, Name<"chat">{}, Histogram<10ms, 100ms>{}, Time{time}};
    measured([&] { time.at += 20ms; });
    CHECK(time.readings == 2);
    CHECK_THROWS_AS(measured([&] {
                        time.at += 1s;
                        throw Fault{};
                    }),
                    Fault);
    measured([&] { time.at -= 1s; }); // a clock that goes back
    CHECK(time.readings == 6);
    for (MetricFamily const& family : metrics.read()) {
        if (family.metric.name != "grit.call.duration") continue;
        CHECK(family.series.at(0).counts == std::vector<std::uint64_t>{1, 1, 0});
        CHECK(family.series.at(0).sum == 0.02);
        CHECK(family.series.at(1).counts == std::vector<std::uint64_t>{0, 0, 1});
        CHECK(family.series.at(2).count() == 0);
    }
    CHECK(ends(metrics, "grit.call.duration") == Ends{2, 1, 0});
}

TEST_CASE("the clock of a histogram is that of the context where none is named", "[R-818]") {
    Metrics metrics;
    ManualTime time{100s};
    Measured const measured{metrics, Name<"chat">{}, Histogram<>{}};
    Context const context{TimePoint::max(), StopView{}, ClockView{&time}};
    within(Attempt{1, 0s, context}, measured)([&] { time.advance(3s); });
    for (MetricFamily const& family : metrics.read())
        if (family.metric.name == "grit.call.duration") CHECK(family.series.at(0).sum == 3);
    CHECK(ends(metrics, "grit.call.duration") == Ends{1, 0, 0});
}

TEST_CASE("two stages of one name count in the same series") {
    Metrics metrics;
    Measured const a{metrics, Name<"chat">{}};
    Measured const b{metrics, Name{std::string{"chat"}}};
    a([] {});
    b([] {});
    CHECK(ends(metrics) == Ends{2, 0, 0});
    CHECK_THROWS_AS((Measured{metrics, Name<"chat">{}, Histogram<1s>{}}(fails)), Fault);
    CHECK_THROWS_AS((Measured{metrics, Name<"chat">{}, Histogram<2s>{}}), std::invalid_argument);
}

TEST_CASE("a measured stage is a value of a few words") {
    STATIC_REQUIRE(sizeof(Measured<Name<"chat">>) == 8);
    STATIC_REQUIRE(sizeof(Measured<Name<>, Histogram<>>) == 16);
    STATIC_REQUIRE(std::is_trivially_copyable_v<Measured<Name<>, Histogram<>>>);
    CHECK(std::string{to_string(CallOutcome::ok)} + to_string(CallOutcome::error) + to_string(CallOutcome::rejected) ==
          "okerrorrejected");
}

TEST_CASE("one stage counts the calls of many threads") {
    Metrics metrics;
    Measured const measured{metrics, Name<"chat">{}, Histogram<>{}};
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t != 4; ++t)
            threads.emplace_back([&] {
                for (int i = 0; i != 500; ++i) measured([] {});
            });
    }
    CHECK(ends(metrics) == Ends{2'000, 0, 0});
    CHECK(ends(metrics, "grit.call.duration") == Ends{2'000, 0, 0});
}
