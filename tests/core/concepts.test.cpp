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
    template <class Next>
    decltype(auto) run(Next&& next, Context const& context) {
        return next(context);
    }
};

using Next = int (*)(Context const&);

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

TEST_CASE("a stage runs a callable that takes a context") {
    STATIC_REQUIRE(StageNext<Next>);
    STATIC_REQUIRE(Stage<MyStage, Next>);
    STATIC_REQUIRE_FALSE(Stage<MyStage, int>);
    STATIC_REQUIRE_FALSE(Stage<MyStop, Next>);
    REQUIRE(MyStage{}.run([](Context const& context) { return context.has_deadline(); }, no_context) == false);
}
