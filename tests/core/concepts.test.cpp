// SPDX-License-Identifier: BSL-1.0
#include <grit/core/concepts.hpp>

#include <random>

#include "support/catch.hpp"

using namespace grit;

namespace {

struct MyStop {
    static constexpr Family family = Family::stop;
};
struct MyWait {
    static constexpr Family family = Family::wait;
};
struct MyHook {
    static constexpr Family family = Family::hook;
    static constexpr Event event = Event::after;
};
struct HookWithoutEvent {
    static constexpr Family family = Family::hook;
};

struct MyTime {
    TimePoint now() const;
    void sleep(Duration) const;
};
struct StoppableTime {
    TimePoint now();
    template <class Token>
    void sleep(Duration, Token const&);
};
struct OnlyClock {
    TimePoint now() const;
};
struct WallClock {
    std::chrono::system_clock::time_point now() const;
    void sleep(Duration) const;
};

struct HookOfManyMoments {
    static constexpr Family family = Family::hook;
    static constexpr unsigned events = 3;
};

struct MyCall {
    bool had_deadline = false;
    void start(Attempt const& at) { had_deadline = at.context().has_deadline(); }
};
struct MyStage {
    MyCall call(Attempt const&) { return {}; }
};
struct ConstStage {
    static constexpr bool repeats_calls = true;
    static constexpr bool counts_calls = false;
    MyCall call(Attempt const&) const { return {}; }
};
struct Narrows {
    static constexpr bool narrows_deadline = true;
};
struct Hears {
    static constexpr bool hears_deadline = true;
};
struct CallsNothing {
    int call(Attempt const&) { return 0; }
};
struct TakesNoAttempt {
    MyCall call() { return {}; }
};
class Undestroyable {
public:
    void start(Attempt const&) {}

private:
    ~Undestroyable() = default;
};

} // namespace

TEST_CASE("a policy names its family") {
    STATIC_REQUIRE(Policy<MyStop>);
    STATIC_REQUIRE(StopPolicy<MyStop>);
    STATIC_REQUIRE_FALSE(WaitPolicy<MyStop>);
    STATIC_REQUIRE(WaitPolicy<MyWait>);
    STATIC_REQUIRE_FALSE(RetryPredicate<MyWait>);
    STATIC_REQUIRE(Hook<MyHook>);
    STATIC_REQUIRE_FALSE(Hook<HookWithoutEvent>);
    STATIC_REQUIRE(Hook<HookOfManyMoments>);
    STATIC_REQUIRE_FALSE(Policy<int>);
    STATIC_REQUIRE_FALSE(Policy<MyTime>);
}

TEST_CASE("a time has a clock and a sleep") {
    STATIC_REQUIRE(TimeSource<MyTime>);
    STATIC_REQUIRE(TimeSource<StoppableTime>);
    STATIC_REQUIRE_FALSE(TimeSource<OnlyClock>);
    STATIC_REQUIRE_FALSE(TimeSource<WallClock>);
    STATIC_REQUIRE_FALSE(TimeSource<int>);
}

TEST_CASE("a source of randomness draws 64 bits") {
    STATIC_REQUIRE(RandomSource<std::mt19937_64>);
    STATIC_REQUIRE(RandomSource<std::uint64_t (*)()>);
    STATIC_REQUIRE_FALSE(RandomSource<int (*)()>);
    STATIC_REQUIRE_FALSE(RandomSource<std::mt19937>);     // 32 bits, in a type that may have 64
    STATIC_REQUIRE_FALSE(RandomSource<std::minstd_rand>); // 31
}

TEST_CASE("a stage makes calls, which start with an attempt") {
    STATIC_REQUIRE(StageCall<MyCall>);
    STATIC_REQUIRE_FALSE(StageCall<int>);
    STATIC_REQUIRE_FALSE(StageCall<Undestroyable>);
    STATIC_REQUIRE(Stage<MyStage>);
    STATIC_REQUIRE_FALSE(Stage<MyStage const>); // it changes
    STATIC_REQUIRE(Stage<ConstStage const>);
    STATIC_REQUIRE_FALSE(Stage<int>);
    STATIC_REQUIRE_FALSE(Stage<MyStop>);
    STATIC_REQUIRE_FALSE(Stage<CallsNothing>);
    STATIC_REQUIRE_FALSE(Stage<TakesNoAttempt>);
    MyCall call = MyStage{}.call(Attempt{});
    call.start(Attempt{});
    REQUIRE_FALSE(call.had_deadline);
}

TEST_CASE("a stage says whether it repeats and counts the calls inside") {
    STATIC_REQUIRE(repeats_calls<ConstStage>);
    STATIC_REQUIRE_FALSE(repeats_calls<MyStage>);
    STATIC_REQUIRE_FALSE(counts_calls<ConstStage>);
    STATIC_REQUIRE_FALSE(counts_calls<MyStage>);
}

TEST_CASE("a stage says whether it narrows the deadline, and whether it hears one") {
    STATIC_REQUIRE(narrows_deadline<Narrows>);
    STATIC_REQUIRE_FALSE(narrows_deadline<Hears>);
    STATIC_REQUIRE_FALSE(narrows_deadline<MyStage>);
    STATIC_REQUIRE(hears_deadline<Hears>);
    STATIC_REQUIRE(hears_deadline<ConstStage>); // it repeats calls
    STATIC_REQUIRE_FALSE(hears_deadline<Narrows>);
    STATIC_REQUIRE_FALSE(hears_deadline<MyStage>);
}
