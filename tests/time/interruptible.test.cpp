// SPDX-License-Identifier: BSL-1.0
#include <grit/time/interruptible.hpp>

#include <version>

#if defined(__cpp_lib_jthread)
#include <array>
#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>

#include <grit/retry.hpp>

#include <grit/core/within.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

/// So long that a request that is missed shows, so short that the test then ends.
constexpr auto too_long = 20s;

/// Returns: true if f ended long before the sleep in it would have.
bool ends_at_once(auto const& f) {
    auto const start = std::chrono::steady_clock::now();
    f();
    return std::chrono::steady_clock::now() - start < too_long / 2;
}

/// A bell that does something at a step of the wait: before it, once the request can be heard, or after it.
template <class AtWait>
struct Observed {
    AtWait at_wait;
    detail::Bell bell{};

    void ring() { bell.ring(); }
    void wait_until(TimePoint end) {
        at_wait();
        bell.wait_until(end);
    }
};
template <class AtWait>
Observed(AtWait) -> Observed<AtWait>;

/// A token that is asked to stop after it was looked at and before anything can be registered with it.
struct RequestedWhenFound {
    std::stop_source* source;
    std::stop_token token;

    bool stop_requested() const { return token.stop_requested(); }
    StopLeaf leaf(int& left) const {
        source->request_stop();
        return StopView{&token}.leaf(left);
    }
};

TimePoint far() { return SteadyTime{}.now() + too_long; }

struct Busy : std::runtime_error {
    explicit Busy(int n) : std::runtime_error("busy #" + std::to_string(n)), number(n) {}
    int number;
};

} // namespace

TEST_CASE("without a request the sleep is a full one") {
    std::stop_source const source;
    auto const start = std::chrono::steady_clock::now();
    InterruptibleTime{}.sleep(3ms, source.get_token());
    REQUIRE(std::chrono::steady_clock::now() - start >= 3ms);
    InterruptibleTime{}.sleep(1ms, StopView{});
    InterruptibleTime{}.sleep(1ms);
    REQUIRE(std::chrono::steady_clock::now() - start >= 5ms);
}

TEST_CASE("there is nothing to sleep for zero or less") {
    std::stop_source const source;
    REQUIRE(ends_at_once([&] {
        InterruptibleTime{}.sleep(0s, source.get_token());
        InterruptibleTime{}.sleep(-1h, source.get_token());
        InterruptibleTime{}.sleep(Duration::min(), StopView{});
    }));
}

TEST_CASE("a request at any step ends the sleep at once", "[R-110]") {
    std::stop_source source;
    std::stop_token const token = source.get_token();
    SECTION("before the sleep") {
        source.request_stop();
        REQUIRE(ends_at_once([&] { InterruptibleTime{}.sleep(too_long, token); }));
    }
    SECTION("after the check, before the registration") {
        RequestedWhenFound const late{&source, token};
        REQUIRE_FALSE(late.stop_requested());
        REQUIRE(ends_at_once([&] { InterruptibleTime{}.sleep(too_long, StopView{&late}); }));
        REQUIRE(token.stop_requested());
    }
    SECTION("after the registration, before the wait") {
        Observed bell{[&] { source.request_stop(); }};
        REQUIRE(ends_at_once([&] { detail::wait_watching(bell, far(), StopView{&token}); }));
    }
    SECTION("in the wait") {
        std::atomic<bool> waits = false;
        std::jthread const other{[&] {
            waits.wait(false);
            std::this_thread::sleep_for(2ms);
            source.request_stop();
        }};
        Observed bell{[&] {
            waits = true;
            waits.notify_one();
        }};
        REQUIRE(ends_at_once([&] { detail::wait_watching(bell, far(), StopView{&token}); }));
    }
    SECTION("after the wait") {
        detail::Bell bell;
        detail::wait_watching(bell, SteadyTime{}.now(), StopView{&token});
        source.request_stop(); // nothing is registered any more
        REQUIRE(ends_at_once([&] { detail::wait_watching(bell, SteadyTime{}.now() + 1ms, StopView{&token}); }));
    }
}

TEST_CASE("no request is lost, however it falls", "[R-110]") {
    REQUIRE(ends_at_once([] {
        for (int i = 0; i != 300; ++i) {
            std::stop_source source;
            std::atomic<bool> go = false;
            std::jthread const other{[&, spins = i % 50 * 20] {
                go.wait(false);
                for (std::atomic<int> spin = 0; spin < spins; ++spin) {
                }
                source.request_stop();
            }};
            go = true;
            go.notify_one();
            InterruptibleTime{}.sleep(too_long, source.get_token());
            REQUIRE(source.stop_requested());
        }
    }));
}

TEST_CASE("any of several tokens ends the sleep", "[R-112]") {
    struct Flag {
        static bool stop_requested() { return false; }
    };
    std::array<std::stop_source, 3> sources;
    std::size_t const asked = GENERATE(0u, 1u, 2u);
    auto const outer_token = sources[2].get_token();
    Context const context{TimePoint::max(), StopView{&outer_token}, ClockView{}};
    Retrying const retrying{StopAfterAttempt<9>{},
                            StopWhenRequested<Flag>{} | StopWhenRequested{sources[0].get_token()} |
                                StopWhenRequested{sources[1].get_token()},
                            WaitFixed<too_long>{}, Time<InterruptibleTime>{}};
    int calls = 0;
    std::jthread other;
    auto const operation = [&](Attempt const& attempt) {
        REQUIRE_FALSE(attempt.stop_requested());
        ++calls;
        other = std::jthread{[&] {
            std::this_thread::sleep_for(2ms);
            sources[asked].request_stop();
        }};
        throw Busy{calls};
    };
    REQUIRE(ends_at_once(
        [&] { REQUIRE_THROWS_AS(within(Attempt{1, Duration::zero(), context}, retrying)(operation), Busy); }));
    REQUIRE(calls == 1);
}

TEST_CASE("a retrying inside another hears the request that the outer one was given", "[R-112]") {
    std::stop_source source;
    Retrying const outer{StopAfterAttempt<2>{}, StopWhenRequested{source.get_token()}};
    Retrying const inner{StopAfterAttempt<9>{}, WaitFixed<too_long>{}, Time<InterruptibleTime>{}};
    int calls = 0;
    std::jthread other;
    REQUIRE(ends_at_once([&] {
        REQUIRE_THROWS_AS(outer([&](Attempt const& around) {
                              return within(around, inner)([&](Attempt const&) {
                                  ++calls;
                                  other = std::jthread{[&] { source.request_stop(); }};
                                  throw Busy{calls};
                              });
                          }),
                          Busy);
    }));
    REQUIRE(calls == 1);
}

TEST_CASE("a request at any step of a call ends it with its last error and the reason", "[R-111]") {
    std::stop_source source;
    enum Step { in_before, in_call, in_predicate, in_after, in_before_sleep, in_sleep, in_second_call };
    Step const step = GENERATE(in_before, in_call, in_predicate, in_after, in_before_sleep, in_sleep, in_second_call);
    int calls = 0;
    std::jthread other;
    auto const at = [&](Step now) {
        if (now == step && (step != in_second_call || calls == 2)) source.request_stop();
    };
    StopReason reason = StopReason::none;
    std::string last;
    Duration const wait = step == in_second_call ? Duration{1ms} : Duration{too_long};
    Retrying const retrying{StopAfterAttempt<9>{},
                            StopWhenRequested{source.get_token()},
                            WaitFixed{wait},
                            RetryIfException{[&](Busy const&) {
                                at(in_predicate);
                                return true;
                            }},
                            Before{[&] { at(in_before); }},
                            After{[&] { at(in_after); }},
                            BeforeSleep{[&] {
                                at(in_before_sleep);
                                if (step == in_sleep)
                                    other = std::jthread{[&] {
                                        std::this_thread::sleep_for(2ms);
                                        source.request_stop();
                                    }};
                            }},
                            OnGiveUp{[&](Attempt const&, Failure const& failure) {
                                reason = failure.reason();
                                last = failure.what();
                            }},
                            Time<InterruptibleTime>{}};
    int const expected = step == in_second_call ? 2 : 1;
    REQUIRE(ends_at_once([&] {
        try {
            retrying([&] {
                ++calls;
                at(in_call);
                at(in_second_call);
                throw Busy{calls};
            });
        } catch (Busy const& error) {
            REQUIRE(error.number == expected);
        }
    }));
    REQUIRE(calls == expected);
    REQUIRE(reason == StopReason::cancelled);
    REQUIRE(last == "busy #" + std::to_string(expected));
}

TEST_CASE("InterruptibleTime is a time without state, and its clock is the steady one") {
    STATIC_REQUIRE(TimeSource<InterruptibleTime>);
    STATIC_REQUIRE(std::is_empty_v<Time<InterruptibleTime>>);
    auto const before = std::chrono::steady_clock::now();
    REQUIRE(InterruptibleTime{}.now() >= before);
}
#endif
