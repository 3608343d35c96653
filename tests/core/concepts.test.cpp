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

struct MyStage {
    struct Call {
        bool start(Attempt const& at) const { return !at.has_deadline(); }
    };
    Call call(Attempt const&) { return {}; }
};
struct Repeats {
    static constexpr bool repeats_calls = true;
};
struct Counts {
    static constexpr bool counts_calls = true;
};
struct Narrows {
    static constexpr bool narrows_deadline = true;
};
struct Hears {
    static constexpr bool hears_deadline = true;
};
struct StageWithoutStart {
    struct Call {};
    Call call(Attempt const&) { return {}; }
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

TEST_CASE("a stage makes calls that can be started") {
    STATIC_REQUIRE(StageCall<MyStage::Call>);
    STATIC_REQUIRE(Stage<MyStage>);
    STATIC_REQUIRE_FALSE(Stage<MyStage const>);
    STATIC_REQUIRE_FALSE(Stage<StageWithoutStart>);
    STATIC_REQUIRE_FALSE(Stage<MyStop>);
    STATIC_REQUIRE_FALSE(Stage<int>);
    REQUIRE(MyStage{}.call(Attempt{}).start(Attempt{}));
}

TEST_CASE("a stage says what others have to know of it") {
    STATIC_REQUIRE(repeats_calls<Repeats>);
    STATIC_REQUIRE(counts_calls<Counts>);
    STATIC_REQUIRE(narrows_deadline<Narrows>);
    STATIC_REQUIRE(hears_deadline<Hears>);
    STATIC_REQUIRE(hears_deadline<Repeats>);
    STATIC_REQUIRE_FALSE(repeats_calls<MyStage>);
    STATIC_REQUIRE_FALSE(counts_calls<MyStage>);
    STATIC_REQUIRE_FALSE(narrows_deadline<MyStage>);
    STATIC_REQUIRE_FALSE(hears_deadline<MyStage>);
}
