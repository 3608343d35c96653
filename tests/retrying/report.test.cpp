// SPDX-License-Identifier: BSL-1.0
#include <grit/retrying/report.hpp>

#include <memory>

#include "retrying/samples.hpp"

using namespace grit;
using namespace samples;

namespace {
template <class... Ps>
auto in_time(ManualTime& time, Ps... policies) {
    return Retrying{StopAfterAttempt<3>{}, WaitExponential<1s, 60s>{}, Time{time}, policies...};
}
} // namespace

TEST_CASE("a report of a success") {
    ManualTime time;
    FailsFirst<NetworkError> operation{2};
    auto const report = in_time(time).report([&] {
        time.advance(10s);
        return operation();
    });
    REQUIRE(report.has_value());
    REQUIRE(report.succeeded());
    REQUIRE(report.value() == 3);
    REQUIRE(report.exception() == nullptr);
    REQUIRE(report.attempts() == 3);
    REQUIRE(report.slept() == 3s);
    REQUIRE(report.elapsed() == 33s);
    REQUIRE(report.reason() == StopReason::none);
}

TEST_CASE("a report of an exception after which a stop ended the call") {
    ManualTime time;
    AlwaysFails<NetworkError> operation;
    auto const report = in_time(time).report(operation);
    REQUIRE_FALSE(report.has_value());
    REQUIRE_FALSE(report.succeeded());
    REQUIRE_THROWS_AS(report.value(), NetworkError);
    REQUIRE_THROWS_AS(std::rethrow_exception(report.exception()), NetworkError);
    REQUIRE(report.attempts() == 3);
    REQUIRE(report.slept() == 3s);
    REQUIRE(report.elapsed() == 3s);
    REQUIRE(report.reason() == StopReason::attempts);
}

TEST_CASE("a report of a result after which a stop ended the call") {
    ManualTime time;
    using Result = Expected<int, std::string>;
    auto const report = in_time(time).report([] { return Result::failure("busy"); });
    REQUIRE(report.has_value());
    REQUIRE_FALSE(report.succeeded());
    REQUIRE(report.value().error() == "busy");
    REQUIRE(report.attempts() == 3);
    REQUIRE(report.reason() == StopReason::attempts);
}

TEST_CASE("a report of what is not retried") {
    ManualTime time;
    AlwaysFails<FatalError> operation;
    auto const report = in_time(time, RetryIf<NetworkError>{}).report(operation);
    REQUIRE(report.reason() == StopReason::not_retryable);
    REQUIRE(report.attempts() == 1);
    REQUIRE_THROWS_AS(report.value(), FatalError);
    REQUIRE_THROWS_AS(in_time(time).report([] { throw 5; }), int); // not derived from std::exception
}

TEST_CASE("a report of a Permanent") {
    ManualTime time;
    auto const thrown = in_time(time).report([] { throw Permanent{FatalError{}}; });
    REQUIRE(thrown.reason() == StopReason::permanent);
    REQUIRE(thrown.attempts() == 1);
    REQUIRE_THROWS_AS(thrown.value(), FatalError);
    using Result = Expected<int, Permanent<FatalError>>;
    auto const returned = in_time(time).report([] { return Result::failure(Permanent{FatalError{}}); });
    REQUIRE(returned.reason() == StopReason::permanent);
    REQUIRE(returned.has_value());
    REQUIRE_FALSE(returned.succeeded());
}

TEST_CASE("a report names every reason") {
    ManualTime time;
    AlwaysFails<NetworkError> fails;
    REQUIRE(Retrying{StopAfterDelay<0s>{}, Time{time}}.report(fails).reason() == StopReason::delay);
    REQUIRE(Retrying{StopBeforeDelay<1s>{}, WaitFixed<1s>{}, Time{time}}.report(fails).reason() == StopReason::delay);
    REQUIRE(Retrying{StopBefore{TimePoint{}}, Time{time}}.report(fails).reason() == StopReason::deadline);
    REQUIRE(Retrying{StopIf{[] { return true; }}, WaitFixed<1s>{}, Time{time}}.report(fails).reason() ==
            StopReason::custom);
    struct Requested {
        bool stop_requested() const { return true; }
    };
    REQUIRE(Retrying{StopWhenRequested{Requested{}}, StopAfterAttempt<3>{}, Time{time}}.report(fails).reason() ==
            StopReason::cancelled);
    REQUIRE(Retrying{StopAfterAttempt<3>{}, WaitHint<1s>{}, Time{time}}.report([] { throw RetryAfter{2s}; }).reason() ==
            StopReason::hint);
    REQUIRE((Retrying{StopAfterAttempt{9}, StopAny{StopIf{[] { return false; }}, StopAfterAttempt<2>{}}, Time{time}}
                 .report(fails)
                 .reason()) == StopReason::attempts);
}

TEST_CASE("a report of nothing, of a reference and of what can only be moved") {
    ManualTime time;
    auto const nothing = in_time(time).report([] {});
    REQUIRE(nothing.succeeded());
    STATIC_REQUIRE(std::is_void_v<decltype(nothing.value())>);
    int object = 1;
    auto const reference = in_time(time).report([&]() -> int& { return object; });
    REQUIRE(&reference.value() == &object);
    auto const moved = in_time(time).report([] { return std::make_unique<int>(4); });
    REQUIRE(*moved.value() == 4);
}

TEST_CASE("a report of a reference to what gives no address away") {
    struct Shy {
        int n = 3;
        Shy* operator&() = delete;
        Shy const* operator&() const = delete;
    };
    ManualTime time;
    Shy shy;
    Report<Shy&> const report = in_time(time).report([&]() -> Shy& { return shy; });
    REQUIRE(std::addressof(report.value()) == std::addressof(shy));
}

TEST_CASE("a report takes arguments and gives the attempt to the operation") {
    ManualTime time;
    auto const report = in_time(time).report(
        [](Attempt const& attempt, int x) {
            if (attempt.number() < 2) throw NetworkError{};
            return x;
        },
        7);
    REQUIRE(report.value() == 7);
    REQUIRE(report.attempts() == 2);
}

TEST_CASE("a report leaves the hooks of the policy as they are") {
    ManualTime time;
    std::string log;
    auto const hooked =
        in_time(time, Before{[&] { log += 'b'; }}, BeforeSleep{[&] { log += 's'; }}, OnGiveUp{[&] { log += 'g'; }});
    AlwaysFails<NetworkError> operation;
    REQUIRE(hooked.report(operation).attempts() == 3);
    REQUIRE(log == "bsbsbg");
    auto const with_value = in_time(time, OnGiveUp{[] { return -1; }});
    auto const report = with_value.report(operation);
    REQUIRE(report.value() == -1);
    REQUIRE(report.reason() == StopReason::attempts);
    REQUIRE_FALSE(report.succeeded());
    auto const wrapped = in_time(time, ThrowRetryError{}).report(operation);
    REQUIRE_THROWS_AS(wrapped.value(), RetryError);
    REQUIRE(wrapped.reason() == StopReason::attempts);
}

TEST_CASE("a report leaves no trace of itself in what the call says of its policies") {
    auto const retrying = Retrying<StopAfterAttempt<2>, ThrowRetryError>{};
    std::string_view reported;
    try {
        retrying.report([] { throw NetworkError{}; }).value();
    } catch (RetryError const& error) {
        reported = error.policy();
    }
    std::string_view thrown;
    try {
        retrying([] { throw NetworkError{}; });
    } catch (RetryError const& error) {
        thrown = error.policy();
    }
    REQUIRE(reported == thrown);
    REQUIRE_FALSE(thrown.empty());
}

TEST_CASE("a report of a call with observers tells them, too") {
    ManualTime time;
    struct Watcher {
        int attempts = 0;
        StopReason reason = StopReason::none;
        void on_attempt(Attempt const&) { ++attempts; }
        void on_end(StopReason why) noexcept { reason = why; }
    } watcher;
    AlwaysFails<NetworkError> operation;
    auto const report = in_time(time, Observe{watcher}).report(operation);
    REQUIRE(report.attempts() == 3);
    REQUIRE(report.slept() == 3s);
    REQUIRE(watcher.attempts == 3);
    REQUIRE(watcher.reason == StopReason::attempts);
    REQUIRE(report.reason() == StopReason::attempts);
}

TEST_CASE("a report says how a call ended that a hook ended") {
    ManualTime time;
    auto const report = in_time(time, After{[] { throw FatalError{}; }}).report([] { throw NetworkError{}; });
    REQUIRE_THROWS_AS(report.value(), FatalError);
    REQUIRE(report.reason() == StopReason::custom);
    REQUIRE(report.attempts() == 1);
}

TEST_CASE("a report keeps the failure after which something else threw", "[R-339]") {
    ManualTime time;
    auto const check = [&](auto policy) {
        auto const report = in_time(time).with(policy).report([] { throw NetworkError{}; });
        REQUIRE_THROWS_AS(report.value(), FatalError);
        REQUIRE(report.reason() == StopReason::custom);
        REQUIRE_THROWS_AS(std::rethrow_exception(report.last_failure()), NetworkError);
    };
    auto const fails = [](Attempt const&) -> bool { throw FatalError{}; };
    check(After{fails});
    check(BeforeSleep{fails});
    check(StopIf{fails});
    check(WaitFrom{[](Attempt const&) -> Duration { throw FatalError{}; }});
}

TEST_CASE("a report keeps the last failure whatever came after it", "[R-339]") {
    ManualTime time;
    auto const gave_up = in_time(time).report([] { throw NetworkError{}; });
    REQUIRE_THROWS_AS(std::rethrow_exception(gave_up.last_failure()), NetworkError);
    int calls = 0;
    auto const recovered = in_time(time).report([&] {
        if (++calls == 1) throw NetworkError{};
        return calls;
    });
    REQUIRE(recovered.value() == 2);
    REQUIRE_THROWS_AS(std::rethrow_exception(recovered.last_failure()), NetworkError);
    REQUIRE(in_time(time).report([] {}).last_failure() == nullptr);
}
