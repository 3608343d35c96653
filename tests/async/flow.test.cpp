// SPDX-License-Identifier: BSL-1.0
#include <grit/async/flow.hpp>

#include <memory>
#include <string>

#include <grit.hpp>

#include "support/catch.hpp"
#include "support/toy_stages.hpp"

using namespace grit;
using namespace std::chrono_literals;
using detail::Answer;
using toy::Busy;
using toy::Timeout;

namespace {

template <class R, class Stage>
using FlowOf = detail::Flow<1, R, Stage>;

constexpr Retrying<StopAfterAttempt<3>, WaitFixed<2s>, RetryIf<Timeout>> three;

/// Tells a flow of an error in its handler, as a front does. Returns: whether the call goes on.
template <class Flow, class E>
bool tell(Flow& flow, E const& error) {
    try {
        throw error;
    } catch (E const& caught) {
        return flow.caught(caught);
    }
}

} // namespace

TEST_CASE("A flow asks for attempts and sleeps until there is a result", "[R-602]") {
    FlowOf<int, decltype(three)> flow{three};
    flow.start<false>();
    REQUIRE(flow.answer() == Answer::again);
    REQUIRE(flow.attempt<false>().number() == 1);
    REQUIRE(tell(flow, Timeout{}));
    REQUIRE(flow.answer() == Answer::sleep);
    REQUIRE(flow.wait() == 2s);
    flow.woken();
    REQUIRE(flow.answer() == Answer::again);
    REQUIRE(flow.attempt<false>().number() == 2);
    REQUIRE(flow.attempt<false>().last_wait() == 2s);
    flow.hold(5);
    flow.judge();
    REQUIRE(flow.answer() == Answer::done);
    REQUIRE(flow.give() == 5);
}

TEST_CASE("A flow tells that an error leaves where the call gives up", "[R-602]") {
    constexpr Retrying<StopAfterAttempt<2>, RetryIf<Timeout>> two;
    FlowOf<int, decltype(two)> flow{two};
    flow.start<false>();
    REQUIRE(tell(flow, Timeout{}));
    flow.woken();
    REQUIRE_FALSE(tell(flow, Timeout{}));
}

TEST_CASE("A flow keeps the failure of a sleep where the call may still end, and not elsewhere", "[R-607]") {
    std::stop_source source;
    Retrying const stoppable{StopAfterAttempt<9>{}, WaitFixed<2s>{}, RetryIf<Timeout>{},
                             StopWhenRequested{source.get_token()}};
    STATIC_REQUIRE(sizeof(FlowOf<int, decltype(stoppable)>) >
                   sizeof(FlowOf<int, decltype(stoppable)>::Call) + sizeof(std::exception_ptr));
    FlowOf<int, decltype(stoppable)> flow{stoppable};
    flow.start<false>();
    REQUIRE(tell(flow, Timeout{}));
    flow.woken(); // no stop was requested
    REQUIRE(flow.answer() == Answer::again);
    REQUIRE(tell(flow, Timeout{}));
    source.request_stop();
    REQUIRE_THROWS_AS(flow.woken(), Timeout);
}

TEST_CASE("A flow finds the type of an error that comes as a pointer", "[R-602]") {
    FlowOf<int, decltype(three)> flow{three};
    flow.start<false>();
    flow.rethrow(std::make_exception_ptr(Timeout{}));
    REQUIRE(flow.answer() == Answer::sleep);
    flow.woken();
    REQUIRE_THROWS_AS(flow.rethrow(std::make_exception_ptr(Busy{})), Busy);
}

TEST_CASE("A flow tells a stage of an error that no clause is for", "[R-602]") {
    ManualTime time;
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>, Time<ManualTime>> breaker{Time{time}};
    FlowOf<int, decltype(breaker)> flow{breaker};
    STATIC_REQUIRE(decltype(flow)::must_hear_all);
    flow.start<false>();
    flow.thrown();
    REQUIRE(breaker.state() == CircuitState::open);
    FlowOf<int, decltype(breaker)> other{breaker};
    other.start<false>();
    REQUIRE(other.answer() == Answer::reject);
    REQUIRE(std::string{other.refused([](auto const& j) {
                return std::string{static_cast<typename std::remove_cvref_t<decltype(j)>::Thrown>(j).stage()};
            })} == "circuit_breaker");
}

TEST_CASE("A flow that is destroyed gives back what its call took", "[R-606]") {
    toy::Gate gate{5};
    {
        FlowOf<int, toy::Gate> flow{gate};
        flow.start<false>();
        REQUIRE(gate.inside == 1);
    }
    REQUIRE(gate.inside == 0);
}

TEST_CASE("A flow holds a reference, an object that can only be moved, and nothing", "[R-600]") {
    int value = 1;
    FlowOf<int&, decltype(three)> reference{three};
    reference.start<false>();
    reference.hold(value);
    reference.judge();
    REQUIRE(&reference.give() == &value);
    FlowOf<std::unique_ptr<int>, decltype(three)> moved{three};
    moved.start<false>();
    moved.hold(std::make_unique<int>(4));
    moved.judge();
    REQUIRE(*moved.give() == 4);
    FlowOf<void, decltype(three)> nothing{three};
    nothing.start<false>();
    nothing.hold();
    nothing.judge();
    REQUIRE(nothing.answer() == Answer::done);
    STATIC_REQUIRE(std::is_void_v<decltype(nothing.give())>);
}

TEST_CASE("A flow puts something in the place of a failure and of a rejection", "[R-608]") {
    toy::Gate gate{1};
    auto const all = pipeline(toy::Instead{5}, gate);
    Fallback const fallback{[](Rejected const&) { return 6; }};
    auto const refused = pipeline(fallback, gate);
    {
        FlowOf<int, decltype(all)> flow{all};
        flow.start<false>();
        REQUIRE(tell(flow, static_cast<std::runtime_error const&>(Timeout{})));
        REQUIRE(flow.answer() == Answer::done);
        REQUIRE(flow.give() == 5);
    }
    FlowOf<int, decltype(refused)> flow{refused};
    flow.start<false>(); // the gate lets nobody in any more
    REQUIRE(flow.answer() == Answer::done);
    REQUIRE(flow.give() == 6);
}
