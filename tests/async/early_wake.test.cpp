// SPDX-License-Identifier: BSL-1.0
#include <grit/async/early_wake.hpp>

#include <atomic>
#include <stop_token>
#include <thread>

#include <grit.hpp>

#include "support/catch.hpp"
#include "support/toy_stages.hpp"

using namespace grit;
using namespace std::chrono_literals;
using detail::Answer;
using toy::Timeout;

namespace {

template <class Stage>
using FlowOf = detail::Flow<1, int, Stage>;

/// A flow that sleeps after its first attempt.
template <class Stage>
struct Asleep {
    FlowOf<Stage> flow;
    explicit Asleep(Stage& stage) : flow(stage) {
        flow.template start<false>();
        try {
            throw Timeout{};
        } catch (Timeout const& error) {
            REQUIRE(flow.caught(error));
        }
        REQUIRE(flow.answer() == Answer::sleep);
    }
};

Waker counting(std::atomic<int>& rings) {
    return Waker{&rings, [](void* n) { ++*static_cast<std::atomic<int>*>(n); }};
}

constexpr Retrying<StopAfterAttempt<3>, WaitFixed<1s>, RetryIf<Timeout>> plain;

} // namespace

TEST_CASE("A sleep that nothing can end is not armed", "[R-604]") {
    Asleep<decltype(plain)> asleep{plain};
    EarlyWake early{asleep.flow};
    REQUIRE_FALSE(early.is_possible());
    std::atomic<int> rings{0};
    {
        auto const armed = early.arm(counting(rings));
    }
    REQUIRE(rings == 0);
}

TEST_CASE("Each of several tokens rings, also one that was requested before", "[R-604][R-112]") {
    std::stop_source a;
    std::stop_source b;
    Retrying const stoppable{StopAfterAttempt<3>{}, WaitFixed<1s>{}, RetryIf<Timeout>{},
                             StopWhenRequested{a.get_token()} | StopWhenRequested{b.get_token()}};
    Asleep<decltype(stoppable)> asleep{stoppable};
    EarlyWake early{asleep.flow};
    REQUIRE(early.is_possible());
    std::atomic<int> rings{0};
    {
        auto const armed = early.arm(counting(rings));
        REQUIRE(rings == 0);
        b.request_stop();
        REQUIRE(rings == 1);
        a.request_stop();
        REQUIRE(rings == 2);
    }
    {
        auto const armed = early.arm(counting(rings));
        REQUIRE(rings == 4);
    }
}

TEST_CASE("A sleep that is over is not rung any more", "[R-604]") {
    std::stop_source source;
    Retrying const stoppable{StopAfterAttempt<3>{}, WaitFixed<1s>{}, RetryIf<Timeout>{},
                             StopWhenRequested{source.get_token()}};
    Asleep<decltype(stoppable)> asleep{stoppable};
    EarlyWake early{asleep.flow};
    std::atomic<int> rings{0};
    {
        auto const armed = early.arm(counting(rings));
    }
    source.request_stop();
    REQUIRE(rings == 0);
}

TEST_CASE("A stop around the call rings, too, and a token of another kind is only asked", "[R-604]") {
    std::stop_source source;
    std::stop_token const token = source.get_token();
    struct Flag {
        bool set = false;
        bool stop_requested() const { return set; }
    } const flag;
    std::atomic<int> rings{0};
    for (bool const is_token : {true, false}) {
        Context const context{TimePoint::max(), is_token ? StopView{&token} : StopView{&flag}, ClockView{}};
        struct Around : StageInterface<Around> {
            Context const* context;
            explicit Around(Context const& c) : context(&c) {}
            struct Call {
                Context const* context;
                static void start(Attempt const&) noexcept {}
                Attempt attempt(Attempt const&) const { return Attempt{1, Duration::zero(), *context}; }
            };
            Call call(Attempt const&) const { return {context}; }
        };
        auto const all = pipeline(Around{context}, plain);
        Asleep<decltype(all)> asleep{all};
        EarlyWake early{asleep.flow};
        REQUIRE(early.is_possible());
        auto const armed = early.arm(counting(rings));
        source.request_stop();
        REQUIRE(rings == 1);
    }
}

TEST_CASE("A place that is handed over rings, from whatever thread", "[R-605]") {
    Bulkhead<1, 1> bulkhead;
    auto place = bulkhead.try_acquire();
    FlowOf<decltype(bulkhead)> flow{bulkhead};
    flow.start<false>();
    REQUIRE(flow.answer() == Answer::sleep);
    EarlyWake early{flow};
    REQUIRE(early.is_possible());
    std::atomic<int> rings{0};
    {
        auto const armed = early.arm(counting(rings));
        std::thread{[&] { place.release(); }}.join();
        REQUIRE(rings == 1);
    }
    flow.woken();
    REQUIRE(flow.answer() == Answer::again);
    REQUIRE(bulkhead.used() == 1);
}
