// SPDX-License-Identifier: BSL-1.0
#include <grit/core/flat.hpp>

#include <memory>
#include <vector>

#include <grit/pipeline.hpp>

#include "support/catch.hpp"
#include "support/toy_stages.hpp"

using namespace grit;
using namespace toy;
using namespace std::chrono_literals;

namespace {

/// Calls op inside one call of the stage, by the driver that asks a call as coroutines do.
template <class S, class F>
constexpr decltype(auto) driven(S& stage, F f) {
    detail::BoundOperation<F> const op{f};
    Attempt const at{};
    auto call = stage.call(at);
    using R = typename detail::BoundOperation<F>::Result;
    return detail::drive<GRIT_EXCEPTIONS, detail::LeaveAsResult<GRIT_EXCEPTIONS, R>>(at, op, call);
}

} // namespace

TEST_CASE("The calls of a pipeline are one call, which is asked from the inside out") {
    std::string text;
    ManualTime time;
    Log const log{&text};
    Gate gate{9, log};
    auto const all = pipeline(toy::Note{log}, Loop{3, 2s, &time, log}, gate);
    int calls = 0;
    auto const fails = [&]() -> int {
        switch (++calls) {
        case 1: throw Timeout{};
        case 2: return bad;
        default: return 7;
        }
    };
    REQUIRE(driven(all, fails) == 7);
    REQUIRE(text == "n+1 l+ g+ g- lc1 lw g+ g- lb2 lw g+ g- lr l- nr n- ");
    REQUIRE(gate.inside == 0);
    REQUIRE(time.slept() == std::vector<Duration>{2s, 2s});
    std::string const flat = std::exchange(text, {});
    calls = 0;
    REQUIRE(all(fails) == 7);
    REQUIRE(text == flat);
}

TEST_CASE("A stage outside hears a rejection as a value, after what it came through has been given back", "[R-277]") {
    ManualTime time;
    std::string text;
    Log const log{&text};
    Gate outer{9, log, 'a'};
    Gate inner{1, log, 'b'};
    --inner.left;
    Loop loop{2, 1s, &time, log};
    loop.repeats_rejections = true;
    auto const all = pipeline(loop, outer, inner);
    REQUIRE_THROWS_AS(driven(all, [] {}), FullError);
    REQUIRE(text == "l+ a+ bx a- lj1 lw a+ bx a- lj2 l- ");
    REQUIRE(outer.inside == 0);
    REQUIRE(outer.left == 7);
    // As a value:
    auto const refused = all.try_call([] {});
    REQUIRE(!refused);
    REQUIRE(refused.error() == Full{});
}

TEST_CASE("What replaces an outcome is heard by the stages around, and not by those inside") {
    std::string text;
    Log const log{&text};
    ManualTime time;
    auto const around = pipeline(toy::Note{log, 'a'}, Instead{5, log}, toy::Note{log, 'b'});
    REQUIRE(driven(around, []() -> int { throw Timeout{}; }) == 5);
    REQUIRE(text == "a+1 b+1 bt b- ic ar a- ");
    text.clear();
    auto const twice = pipeline(Instead{6, log, 'i'}, Instead{bad, log, 'k'});
    REQUIRE(driven(twice, []() -> int { throw Timeout{}; }) == 6);
    REQUIRE(text == "kc ib ");
    text.clear();
    auto const throws = pipeline(Instead{6, log, 'i'}, Instead{666, log, 'k'});
    REQUIRE(driven(throws, [] { return bad; }) == 6);
    REQUIRE(text == "kb ic ");
    text.clear();
    auto const again = pipeline(Loop{2, 0s, &time, log}, Instead{bad, log, 'k'});
    REQUIRE(driven(again, []() -> int { throw Timeout{}; }) == bad);
    REQUIRE(text == "l+ kc lb1 lw kc lb2 l- ");
}

TEST_CASE("A call that is abandoned at any step gives back what it took", "[R-276]") {
    ManualTime time;
    Gate outer{100};
    Gate inner{100};
    auto const all = pipeline(outer, Loop{5, 1s, &time}, inner);
    Attempt const at{};
    for (int steps = 0; steps < 4; ++steps) {
        {
            auto call = all.call(at);
            if (steps > 0) REQUIRE(call.start(at) == detail::Answer::again);
            if (steps > 1) REQUIRE(call.caught(at, Timeout{}) == detail::Answer::sleep);
            if (steps > 2) REQUIRE(call.wake(at) == detail::Answer::again);
            REQUIRE(outer.inside == (steps > 0 ? 1 : 0));
            REQUIRE(inner.inside == (steps == 1 || steps == 3 ? 1 : 0));
        }
        REQUIRE(outer.inside == 0);
        REQUIRE(inner.inside == 0);
    }
}

TEST_CASE("A call of several stages has one list of clauses, the derived ones first") {
    struct Base : std::exception {};
    struct Derived : Base {};
    struct Other : std::exception {};
    using detail::ClausesOfBoth;
    STATIC_REQUIRE(std::is_same_v<ClausesOfBoth<Types<Base>, Types<Derived, std::exception>>::type,
                                  Types<Derived, Base, std::exception>>);
    STATIC_REQUIRE(std::is_same_v<ClausesOfBoth<Types<std::exception>, Types<Base, Other>>::type,
                                  Types<Base, Other, std::exception>>);
    STATIC_REQUIRE(std::is_same_v<ClausesOfBoth<Types<>, Types<>>::type, Types<>>);
    STATIC_REQUIRE(std::is_same_v<ClausesOfBoth<Types<Base>, Types<Base>>::type, Types<Base>>);
    STATIC_REQUIRE(std::is_same_v<detail::ClauseFor<Derived, Types<Other, Base>>::type, Base>);
    STATIC_REQUIRE(std::is_void_v<detail::ClauseFor<Base, Types<Other, Derived>>::type>);
}

TEST_CASE("A pipeline inside a pipeline asks as if its stages stood there") {
    std::string text;
    Log const log{&text};
    ManualTime time;
    Gate gate{9, log};
    auto const inner = pipeline(Loop{2, 1s, &time, log}, gate);
    auto const outer = pipeline(toy::Note{log}, inner, toy::Note{log, 'm'});
    auto const fails = []() -> int { throw Timeout{}; };
    REQUIRE_THROWS_AS(driven(outer, fails), Timeout);
    std::string const flat = std::exchange(text, {});
    REQUIRE_THROWS_AS(outer(fails), Timeout);
    REQUIRE(text == flat);
    REQUIRE(flat == "n+1 l+ g+ m+1 mt m- g- lc1 lw g+ m+2 mt m- g- lc2 l- nt n- ");
}

TEST_CASE("One call of several stages works in a constant expression") {
    constexpr auto loops = [] {
        ManualTime time;
        Gate gate{4};
        auto const all = pipeline(toy::Note{}, Loop{5, 2s, &time}, gate);
        int calls = 0;
        int const result = driven(all, [&] { return ++calls < 3 ? bad : calls; });
        return result == 3 && gate.left == 1 && gate.inside == 0 && time.now() == TimePoint{4s};
    };
    STATIC_REQUIRE(loops());
}

namespace {

/// Sleeps until it is woken.
struct Waits : StageInterface<Waits> {
    struct Call {
        Waker* kept;
        static Answer start(Attempt const&) { return Answer::sleep; }
        static Duration wait() { return Duration::max(); }
        static ManualTime time() { return {}; }
        void park(Waker waker) const { *kept = waker; }
        static Answer wake(Attempt const&) { return Answer::again; }
    };
    Waker* kept = nullptr;
    Call call(Attempt const&) const { return {kept}; }
};

} // namespace

TEST_CASE("A driver with a sleep of its own parks the call that sleeps, wherever it stands", "[R-418]") {
    using detail::Ask;
    ManualTime time;
    Waker kept;
    Waits waits;
    waits.kept = &kept;
    int woken = 0;
    Waker const waker{&woken, [](void* n) { ++*static_cast<int*>(n); }};
    Attempt const at;
    auto const look = [&](auto const& stages) {
        auto call = stages.call(at);
        STATIC_REQUIRE(Ask::parks<decltype(call)>());
        REQUIRE(call.start(at) == Answer::sleep);
        REQUIRE(call.wait() >= 1s); // of whoever sleeps
        Ask::park(call, at, waker);
        if (kept.self != nullptr) std::exchange(kept, {})();
    };
    look(waits);
    look(pipeline(toy::Note{}, waits));
    look(pipeline(toy::Note{}, pipeline(waits, toy::Note{}), toy::Note{}));
    REQUIRE(woken == 3);
    look(pipeline(Queue{1s, &time}, waits)); // here sleeps another one, which cannot be woken
    REQUIRE(woken == 3);

    auto const none = pipeline(Queue{1s, &time});
    auto call = none.call(at);
    STATIC_REQUIRE(!Ask::parks<decltype(call)>());
    REQUIRE(call.start(at) == Answer::sleep);
    Ask::park(call, at, waker);
    Waker{}(); // nobody
    REQUIRE(woken == 3);
}
