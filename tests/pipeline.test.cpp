// SPDX-License-Identifier: BSL-1.0
#include <grit/pipeline.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <grit/circuit_breaker.hpp>
#include <grit/retry.hpp>
#include <grit/time/interruptible.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;

namespace {

// A stage of each kind that is to join later. They know the contract alone.

/// Narrows the context: the rest must end D after it began.
struct Narrow : StageInterface<Narrow> {
    Duration limit;
    explicit Narrow(Duration d) : limit(d) {}

    struct Call {
        Duration limit;
        Context context{};

        void start(Attempt const& at) {
            context = at.context().narrowed(saturating_add(at.context().clock().now(), limit));
        }
        Attempt attempt(Attempt const& at) const { return Attempt{at.number(), at.last_wait(), context}; }
    };
    Call call(Attempt const&) const { return {limit}; }
};

/// Rejects: lets a number of calls through, and counts in an object of its own.
struct QuotaSpent {
    using Thrown = Rejected;
    explicit operator Rejected() const { return Rejected{"quota", 5s}; }
};
class Quota : public StageInterface<Quota> {
public:
    explicit Quota(int calls) : left_(calls) {}
    Quota(Quota const&) = delete;
    Quota& operator=(Quota const&) = delete;

    struct Call {
        using Rejections = Types<QuotaSpent>;
        int& left;

        bool start(Attempt const&) const { return left != 0 && left-- != 0; }
        decltype(auto) with_rejection(auto f) const { return f(QuotaSpent{}); }
    };
    Call call(Attempt const&) { return {left_}; }

private:
    int left_;
};

/// Replaces the result: a value instead of a failure, or of a refusal.
template <class Value>
struct Fallback : StageInterface<Fallback<Value>> {
    Value value;
    explicit Fallback(Value v) : value(v) {}

    struct Call {
        using Catches = Types<Rejected, std::runtime_error>;
        Value const& value;

        void start(Attempt const&) const {}
        detail::Answer caught(Attempt const&, std::runtime_error const&) const { return detail::Answer::replace; }
        detail::Answer rejected(Attempt const&, auto const&) const { return detail::Answer::replace; }
        template <class R>
        R replacement(Attempt const&, auto const&) const {
            return value;
        }
    };
    Call call(Attempt const&) const { return {value}; }
};

/// Runs the rest a second time if the first fails.
struct Twice : StageInterface<Twice> {
    struct Call {
        using Catches = Types<std::exception>;
        bool again = false;

        void start(Attempt const&) const {}
        detail::Answer caught(Attempt const&, std::exception const&) {
            return std::exchange(again, true) ? detail::Answer::give_up : detail::Answer::again;
        }
    };
    Call call(Attempt const&) const { return {}; }
};

struct Note : StageInterface<Note> {
    std::string* order;
    char name;
    Note(std::string* o, char n) : order(o), name(n) {}

    struct Call {
        Note const& note;
        void start(Attempt const&) const { note.order->push_back(note.name); }
    };
    Call call(Attempt const&) const { return {*this}; }
};

using ThreeTimes = Retrying<StopAfterAttempt<3>>;
using Breaker = CircuitBreaker<OpenAfterFailures<2>, OpenFor<60s>>;

struct Timeout : std::runtime_error {
    Timeout() : std::runtime_error("timed out") {}
};

} // namespace

TEST_CASE("A pipeline runs its stages from the outside in", "[pipeline][R-260]") {
    std::string order;
    auto const both = pipeline(Note{&order, 'a'}, Note{&order, 'b'});
    REQUIRE(both([&](int x) { return order.push_back('f'), x; }, 7) == 7);
    REQUIRE(order == "abf");
    auto const nested = pipeline(Note{&order, 'x'}, both);
    nested([] {});
    REQUIRE(order == "abfxab");
    REQUIRE(both.wrap([](int x) { return x + 1; })(1) == 2);
    order.clear();
    REQUIRE(within(Attempt{4}, nested)([](Attempt const& attempt) { return attempt.number(); }) == 4);
    REQUIRE(order == "xab");
}

TEST_CASE("A stage with shared state is held by reference, any other by copy", "[pipeline][R-261]") {
    Breaker breaker;
    constexpr ThreeTimes robust;
    auto const resilient = pipeline(robust, breaker);
    STATIC_REQUIRE(std::is_same_v<decltype(resilient), Pipeline<ThreeTimes, Breaker&> const>);
    STATIC_REQUIRE(std::is_same_v<decltype(pipeline(ThreeTimes{})), Pipeline<ThreeTimes>>);
    STATIC_REQUIRE(sizeof(Pipeline<ThreeTimes>) == 1);
    STATIC_REQUIRE(sizeof(resilient) <= 2 * sizeof(void*));

    Pipeline<ThreeTimes, Breaker&> const written{robust, breaker};
    REQUIRE_THROWS_AS(written([]() -> int { throw Timeout{}; }), CircuitOpenError);
    REQUIRE(breaker.state() == CircuitState::open);
    auto const copy = written;
    REQUIRE_THROWS_AS(copy([] { return 1; }), CircuitOpenError);
}

TEST_CASE("A stage of each kind works in a pipeline that knows none of them", "[pipeline][R-262]") {
    ManualTime time;
    Quota quota{2};
    auto const all = pipeline(Fallback<int>{-1}, Retrying{StopAfterAttempt<5>{}, Time{time}}, quota, Narrow{2s});
    int calls = 0;
    Duration left{};
    REQUIRE(all([&](Attempt const& attempt) -> int {
                ++calls;
                left = attempt.remaining();
                throw Timeout{};
            }) == -1);
    REQUIRE(calls == 2); // the third attempt was rejected, and a rejection is not retried
    REQUIRE(left == 2s);
    REQUIRE(pipeline(Twice{})([n = 0]() mutable { return ++n == 1 ? throw Timeout{} : n; }) == 2);
}

TEST_CASE("An attempt keeps its number through the stages inside the retry", "[pipeline][R-263]") {
    ManualTime time;
    Breaker breaker;
    auto const resilient = pipeline(Retrying{StopAfterAttempt<2>{}, WaitFixed<3s>{}, Time{time}}, breaker, Narrow{9s});
    std::vector<int> numbers;
    std::vector<Duration> waits;
    int const answer = resilient([&](Attempt const& attempt) {
        numbers.push_back(attempt.number());
        waits.push_back(attempt.last_wait());
        if (attempt.number() == 1) throw Timeout{};
        return attempt.has_deadline() ? 1 : 0;
    });
    REQUIRE(answer == 1);
    REQUIRE(numbers == std::vector<int>{1, 2});
    REQUIRE(waits == std::vector<Duration>{0s, 3s});
    REQUIRE(pipeline(breaker)([](Attempt const& attempt) { return attempt.number(); }) == 1);
}

TEST_CASE("A stage may narrow the deadline and never widens it", "[pipeline][R-264]") {
    ManualTime time;
    Retrying const robust{StopAfterAttempt<9>{}, WaitFixed<4s>{}, StopBefore{TimePoint{10s}}, Time{time}};
    auto const inner = pipeline(robust, Narrow{100s});
    inner([&](Attempt const& attempt) { REQUIRE(attempt.deadline() == TimePoint{10s}); });
    auto const outer = pipeline(robust, Narrow{1s});
    outer([&](Attempt const& attempt) { REQUIRE(attempt.deadline() == TimePoint{1s}); });
}

namespace {
/// Counts how often it is read.
struct CountingClock {
    TimePoint time{};
    int reads = 0;
    TimePoint now() { return ++reads, time; }
    void sleep(Duration d) { time += d; }
};
} // namespace

TEST_CASE("A deadline is as far away on the clock of a retry as on the one around it", "[pipeline][R-121][R-264]") {
    CountingClock around{TimePoint{100h}};
    Context const context{TimePoint{100h + 5s}, StopView{}, ClockView{&around}};
    Attempt const at{1, 0s, context};
    auto const remains = [](Attempt const& attempt) { return attempt.remaining(); };
    for (Duration const start : {Duration{0s}, Duration{200h}}) {
        ManualTime own{start};
        Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, Time{own}};
        REQUIRE(within(at, retrying)(remains) == 5s);
        REQUIRE(within(at, pipeline(retrying, Narrow{100s}))(remains) == 5s);
        REQUIRE(within(at, pipeline(retrying, Narrow{2s}))(remains) == 2s);
        int calls = 0;
        REQUIRE(within(at, retrying)(
                    [&](Attempt const& attempt) { return ++calls < 3 ? throw Timeout{} : attempt.remaining(); }) == 3s);
    }
    for (Duration const start : {Duration{0s}, Duration{1'000'000h}}) { // on the steady clock as well, which is neither
        ManualTime manual{start};
        Context const outer{TimePoint{start + 1h}, StopView{}, ClockView{&manual}};
        Retrying const real{StopAfterAttempt<3>{}, Time<InterruptibleTime>{}};
        Duration const left = within(Attempt{1, 0s, outer}, real)(remains);
        REQUIRE((0s < left && left <= 1h));
    }
    around.reads = 0;
    Retrying const same{StopAfterAttempt<3>{}, Time{around}};
    REQUIRE(within(at, same)([](Attempt const& attempt) { return attempt.deadline(); }) == context.deadline());
    REQUIRE(around.reads == 1); // whether it has passed
}

TEST_CASE("An open circuit is retried only if that is named, and WaitHint waits for it", "[pipeline][R-265]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<30s>{}, Time{time}};
    auto fails = [calls = 0]() mutable -> int { return ++calls == 1 ? throw Timeout{} : calls; };

    SECTION("not by default, nor by a base") {
        int calls = 0;
        auto const twice =
            pipeline(Retrying{StopAfterAttempt<5>{}, RetryIf<std::runtime_error>{}, Time{time}}, breaker);
        REQUIRE_THROWS_AS(twice([&]() -> int {
                              ++calls;
                              throw Timeout{};
                          }),
                          CircuitOpenError);
        REQUIRE(calls == 1);
        REQUIRE(time.slept().empty());
    }
    SECTION("named, with the wait that the circuit asks for") {
        Retrying const patient{StopAfterAttempt<5>{}, WaitHint<60s>{}, RetryIf<Timeout, CircuitOpenError>{},
                               Time{time}};
        REQUIRE(pipeline(patient, breaker)(fails) == 2);
        REQUIRE(time.slept() == std::vector<Duration>{30s});
        REQUIRE(breaker.state() == CircuitState::closed);
    }
    SECTION("as a value, not by a predicate that takes any result") {
        struct Reply {
            bool busy;
        };
        breaker.force_open();
        int failures = 0;
        Retrying const retrying{StopAfterAttempt<5>{}, RetryIfResult{[](auto const& r) { return r.busy; }},
                                RetryUnlessResult{[](auto const& r) { return !r.busy; }}, After{[&] { ++failures; }},
                                Time{time}};
        auto const refused = pipeline(retrying, breaker);
        REQUIRE_FALSE(refused.try_call([] { return Reply{true}; }).has_value());
        REQUIRE_THROWS_AS(refused([] { return Reply{true}; }), CircuitOpenError);
        REQUIRE(failures == 0);
    }
    SECTION("as a value, the same") {
        breaker.open_for(20s);
        auto const call = [&] { return breaker.try_call([] { return 1; }); };
        REQUIRE(!Retrying{StopAfterAttempt<5>{}, Time{time}}(call));
        REQUIRE(time.slept().empty());
        Retrying const patient{StopAfterAttempt<5>{}, WaitHint<60s>{}, RetryIf<Rejected>{}, Time{time}};
        REQUIRE(*patient(call) == 1);
        REQUIRE(time.slept() == std::vector<Duration>{20s});
    }
}

TEST_CASE("Giving up on a rejection is told alike, thrown and as a value", "[pipeline][R-51][R-277]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<30s>{}, Time{time}};
    breaker.force_open();
    std::vector<std::string> told;
    Retrying const retrying{StopAfterAttempt<2>{}, RetryIf<CircuitOpenError>{}, ThrowRetryError{}, Time{time},
                            OnGiveUp{[&](Attempt const&, Failure const& failure) { told.push_back(failure.what()); }}};
    auto const resilient = pipeline(retrying, breaker);
    auto const ends = [&](auto const& call) {
        try {
            call();
            FAIL("it gave up");
        } catch (RetryErrorWith<CircuitOpen> const&) {
            FAIL("no result was returned");
        } catch (RetryErrorWith<CircuitOpenError> const&) {
            FAIL("no result was returned");
        } catch (RetryError const& error) {
            told.emplace_back(error.what());
            REQUIRE_THROWS_AS(std::rethrow_exception(error.exception()), CircuitOpenError);
        }
    };
    ends([&] { resilient([] { return 1; }); });
    auto const thrown = std::exchange(told, {});
    ends([&] { static_cast<void>(resilient.try_call([] { return 1; })); });
    REQUIRE(thrown == std::vector<std::string>{"the circuit is forced open",
                                               "gave up after 2 attempts (attempts): the circuit is forced open"});
    REQUIRE(told == thrown);
}

TEST_CASE("Every attempt of a retry around a breaker is counted", "[pipeline][R-266]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<5>{}, OpenFor<60s>{}, Time{time}};
    int calls = 0;
    auto const resilient = pipeline(Retrying{StopAfterAttempt<3>{}, Time{time}}, breaker);
    auto const fails = [&]() -> int {
        ++calls;
        throw Timeout{};
    };
    REQUIRE_THROWS_AS(resilient(fails), Timeout);
    REQUIRE_THROWS_AS(resilient(fails), CircuitOpenError);
    REQUIRE(calls == 5);
    // A lambda hides from the types that the order is the wrong one: each call counts once, whatever it repeats.
    CircuitBreaker outside{OpenAfterFailures<5>{}, OpenFor<60s>{}, Time{time}};
    calls = 0;
    for (int i = 0; i < 5; ++i)
        REQUIRE_THROWS_AS(outside([&] { return Retrying{StopAfterAttempt<3>{}, Time{time}}(fails); }), Timeout);
    REQUIRE(calls == 15);
    REQUIRE(outside.state() == CircuitState::open);
}

TEST_CASE("A call in a pipeline passes arguments as lvalues and any result", "[pipeline][R-267]") {
    Breaker breaker;
    int x = 1;
    int& same = pipeline(breaker)([](int& y) -> int& { return y; }, x);
    REQUIRE(&same == &x);
    struct Immovable {
        int value;
        explicit Immovable(int v) : value(v) {}
        Immovable(Immovable const&) = delete;
    };
    REQUIRE(pipeline(breaker)([] { return Immovable{3}; }).value == 3);
    REQUIRE(*pipeline(ThreeTimes{}, breaker)([] { return std::make_unique<int>(4); }) == 4);
}
