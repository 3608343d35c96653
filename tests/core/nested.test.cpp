// SPDX-License-Identifier: BSL-1.0
#include <grit/core/nested.hpp>

#include <memory>
#include <vector>

#include "support/catch.hpp"
#include "support/toy_stages.hpp"

using namespace grit;
using namespace toy;
using namespace std::chrono_literals;

namespace {

/// Calls op inside the stages by the blocking driver.
template <class F, class... Stages>
constexpr decltype(auto) nested(F f, Stages&&... stages) {
    detail::BoundOperation<F> const op{f};
    return detail::nest<GRIT_EXCEPTIONS, typename detail::BoundOperation<F>::Result>(Outermost{}, op, stages...);
}

struct Immovable {
    int value;
    explicit constexpr Immovable(int v) : value(v) {}
    Immovable(Immovable const&) = delete;
};

/// A stage whose call throws whatever it is asked.
struct Throws : StageInterface<Throws> {
    bool* caught;
    explicit Throws(bool* c) : caught(c) {}
    struct Call {
        using Catches = Types<Timeout>;
        bool* asked;
        void start(Attempt const&) const {}
        Answer caught(Attempt const&, Timeout const&) const {
            REQUIRE(!*asked);
            *asked = true;
            throw Timeout{};
        }
        Answer returned(Attempt const&, int) const { throw Timeout{}; }
        void thrown(Attempt const&) const noexcept { *asked = true; }
    };
    Call call(Attempt const&) const { return {caught}; }
};

} // namespace

TEST_CASE("A stage that only notes hears the result, an error, and nothing of a call that is abandoned") {
    std::string text;
    Note const note{Log{&text}};
    REQUIRE(nested([] { return 7; }, note) == 7);
    REQUIRE(text == "n+1 nr n- ");
    text.clear();
    REQUIRE_THROWS_AS(nested([]() -> int { throw Timeout{}; }, note), Timeout);
    REQUIRE(text == "n+1 nt n- ");
    text.clear();
    Gate gate{0};
    REQUIRE_THROWS_AS(nested([] {}, note, gate), FullError); // a rejection is an error of what runs inside
    REQUIRE(text == "n+1 nt n- ");
}

TEST_CASE("A gate refuses by the exception of its rejection, and gives back its place on every way out") {
    Gate gate{3};
    REQUIRE(nested([&] { return gate.inside; }, gate) == 1);
    REQUIRE(gate.inside == 0);
    REQUIRE_THROWS_AS(nested([&] { throw gate.inside; }, gate), int);
    REQUIRE(gate.inside == 0);
    nested([] {}, gate);
    try {
        nested([] { FAIL("it was let in"); }, gate);
    } catch (FullError const& error) {
        REQUIRE(std::string{error.stage()} == "gate");
    }
    REQUIRE(gate.inside == 0);
}

TEST_CASE("A loop calls again after an error and after a result, and sleeps by the time it names") {
    std::string text;
    ManualTime time;
    Loop const loop{3, 2s, &time, Log{&text}};
    std::vector<int> numbers;
    auto const fails_twice = [&](Attempt const& at) {
        numbers.push_back(at.number());
        if (at.number() == 1) throw Timeout{};
        return at.number() == 2 ? bad : 7;
    };
    REQUIRE(nested(fails_twice, loop) == 7);
    REQUIRE(numbers == std::vector<int>{1, 2, 3});
    REQUIRE(time.slept() == std::vector<Duration>{2s, 2s});
    REQUIRE(text == "l+ lc1 lw lb2 lw lr l- ");

    text.clear();
    REQUIRE_THROWS_AS(nested([]() -> int { throw Timeout{}; }, loop), Timeout);
    REQUIRE(text == "l+ lc1 lw lc2 lw lc3 l- ");
    text.clear();
    REQUIRE(nested([] { return bad; }, loop) == bad);
    REQUIRE(text == "l+ lb1 lw lb2 lw lb3 l- ");
    text.clear();
    REQUIRE_THROWS_AS(nested([]() -> int { throw Busy{}; }, loop), Busy);
    REQUIRE(text == "l+ lt l- ");
}

TEST_CASE("A zero wait does not call the sleeper") {
    ManualTime time;
    int calls = 0;
    REQUIRE(nested([&] { return ++calls < 3 ? bad : calls; }, Loop{5, 0s, &time}) == 3);
    REQUIRE(time.slept().empty());
}

TEST_CASE("A call that ends late keeps the outcome until it is awake") {
    ManualTime time;
    std::string text;
    bool stop = false;
    Loop<true> loop{5, 1s, &time, Log{&text}};
    loop.stop = &stop;
    int calls = 0;
    auto const stops_at_second = [&](auto failure) {
        return [&, failure]() -> int {
            stop = ++calls == 2;
            return failure();
        };
    };
    SECTION("an error") {
        REQUIRE_THROWS_AS(nested(stops_at_second([]() -> int { throw Timeout{}; }), loop), Timeout);
        REQUIRE(text == "l+ lc1 lw lc2 lw l- ");
    }
    SECTION("a result") {
        REQUIRE(nested(stops_at_second([] { return bad; }), loop) == bad);
        REQUIRE(text == "l+ lb1 lw lb2 lw l- ");
    }
    REQUIRE(calls == 2);
    REQUIRE(time.slept().size() == 2);
}

TEST_CASE("A call may put something in the place of an outcome") {
    REQUIRE(nested([]() -> int { throw Timeout{}; }, Instead{5}) == 5);
    REQUIRE(nested([] { return bad; }, Instead{5}) == 5);
    REQUIRE(nested([] { return 1; }, Instead{5}) == 1);
    REQUIRE_THROWS_AS(nested([] { return bad; }, Instead{666}), Busy);
    REQUIRE_THROWS_AS(nested([]() -> int { throw Timeout{}; }, Instead{666}), Busy);
    Instead const around{8};
    Instead const throws{666};
    REQUIRE(nested([] { return bad; }, around, throws) == 8);
}

TEST_CASE("Naming a base of Rejected does not name a rejection") {
    Gate gate{0};
    Instead const instead{5};
    REQUIRE_THROWS_AS(nested([] { return 1; }, instead, gate), FullError);
    REQUIRE_THROWS_AS(nested([]() -> int { throw FullError{"other"}; }, instead), FullError);
}

TEST_CASE("A call may sleep before it goes in, and refuse then") {
    ManualTime time;
    REQUIRE(nested([] { return 1; }, Queue{3s, &time}) == 1);
    REQUIRE_THROWS_AS(nested([] { return 1; }, Queue{3s, &time, false}), FullError);
    REQUIRE(time.slept() == std::vector<Duration>{3s, 3s});
}

TEST_CASE("What a call throws is not taken for an error of the operation") {
    bool asked = false;
    REQUIRE_THROWS_AS(nested([] { return 1; }, Throws{&asked}), Timeout);
    REQUIRE(!asked);
    REQUIRE_THROWS_AS(nested([]() -> int { throw Timeout{}; }, Throws{&asked}), Timeout);
    REQUIRE(asked);
}

TEST_CASE("Any result comes back") {
    std::string text;
    Note const note{Log{&text}};
    ManualTime time;
    Loop const loop{2, 1s, &time, Log{&text}};
    int x = 1;
    int& same = nested([&]() -> int& { return x; }, note, loop);
    REQUIRE(&same == &x);
    STATIC_REQUIRE(std::is_void_v<decltype(nested([] {}, note, loop))>);
    REQUIRE(*nested([] { return std::make_unique<int>(4); }, loop, note) == 4);
    text.clear();
    REQUIRE(nested([] { return Immovable{3}; }, note).value == 3);
    REQUIRE(text == "n+1 nr n- ");
    text.clear();
    REQUIRE_THROWS_AS(nested([]() -> Immovable { throw Busy{}; }, note), Busy);
    REQUIRE(text == "n+1 nt n- ");
    Gate gate{1};
    REQUIRE(nested([] { return Immovable{4}; }, gate).value == 4);
    STATIC_REQUIRE(std::is_same_v<decltype(nested([]() -> std::string const { return ""; }, note)), std::string const>);
}

TEST_CASE("A result that nothing judges is neither moved nor copied") {
    struct Counted {
        int moves = 0;
        Counted() = default;
        Counted(Counted const& other) : moves(other.moves + 100) {}
        Counted(Counted&& other) noexcept : moves(other.moves + 1) {}
    };
    Gate gate{9};
    Queue const queue{0s, nullptr};
    REQUIRE(nested([] { return Counted{}; }, gate, queue, gate).moves == 0);
    Note const note;
    REQUIRE(nested([] { return Counted{}; }, note).moves == 1);
}

TEST_CASE("The blocking driver works in a constant expression") {
    constexpr auto loops = [] {
        ManualTime time;
        Loop const loop{5, 2s, &time};
        Gate gate{4};
        Note const note;
        int calls = 0;
        int const result = nested([&] { return ++calls < 3 ? bad : calls; }, note, loop, gate);
        return result == 3 && gate.left == 1 && time.now() == TimePoint{4s};
    };
    STATIC_REQUIRE(loops());
    STATIC_REQUIRE(nested([] { return bad; }, Instead{5}) == 5);
}

TEST_CASE("A sleep is given the stop that what runs inside sees, where there is one") {
    struct Sleeper {
        bool* watched;
        TimePoint now() const { return {}; }
        void sleep(Duration) const { *watched = false; }
        void sleep(Duration, StopView stop) const { *watched = stop.stop_possible(); }
    };
    struct Pauses : StageInterface<Pauses> {
        bool* watched;
        explicit Pauses(bool* w) : watched(w) {}
        struct Call {
            bool* watched;
            Answer start(Attempt const&) const { return Answer::sleep; }
            Duration wait() const { return 1s; }
            auto time() const { return Sleeper{watched}; }
        };
        Call call(Attempt const&) const { return {watched}; }
    };
    struct Flag {
        bool stop_requested() const { return false; }
    } flag;
    bool watched = true;
    Pauses const pauses{&watched};
    pauses([] {});
    REQUIRE(!watched);
    Context const context{TimePoint::max(), StopView{&flag}, ClockView{}};
    within(Attempt{1, Duration{}, context}, pauses)([] {});
    REQUIRE(watched);
}

TEST_CASE("An operation may take a TimedAttempt that a stage around it makes") {
    struct Measures : StageInterface<Measures> {
        ManualTime* clock;
        explicit Measures(ManualTime* c) : clock(c) {}
        struct Call {
            ManualTime* clock;
            TimePoint begin{};
            void measure(Attempt const&) { begin = clock->now(); }
            void start(Attempt const&) const {}
            TimedAttempt timed_attempt(Attempt const& at) const { return {at, clock->now() - begin + 1s}; }
        };
        Call call(Attempt const&) const { return {clock}; }
    };
    ManualTime time{100s};
    ManualTime pauses;
    Measures const measures{&time};
    Loop const loop{2, 3s, &pauses};
    Gate gate{1};
    auto const elapsed = [](TimedAttempt const& at) { return at.elapsed(); };
    REQUIRE(nested(elapsed, measures) == 1s);
    REQUIRE(nested(elapsed, measures, loop, gate) == 1s); // a narrower attempt keeps what was measured
}
