// SPDX-License-Identifier: BSL-1.0
#include <grit/retrying/engine.hpp>

#include <grit/core/within.hpp>
#include <grit/retrying/retrying.hpp>

#include "retrying/samples.hpp"

// Of a user who has names of the library's, for anything: none of them may be called in place of its own.
namespace meddling {

template <class... Any>
void call(Any&&...) = delete;
template <class... Any>
void accepts(Any&&...) = delete;
template <class... Any>
void retries(Any&&...) = delete;
template <class... Any>
void begin(Any&&...) = delete;
template <class... Any>
void failed(Any&&...) = delete;
template <class... Any>
void woken(Any&&...) = delete;
template <class... Any>
void advance(Any&&...) = delete;
template <class... Any>
void tell(Any&&...) = delete;
template <class... Any>
void tell_give_up(Any&&...) = delete;
template <class... Any>
void query(Any&&...) = delete;
template <class... Any>
void replacement(Any&&...) = delete;
template <class... Any>
void gives_up(Any&&...) = delete;
template <class... Any>
void ends_after(Any&&...) = delete;
template <class... Any>
void sleep(Any&&...) = delete;
template <class... Any>
void sleep_watching(Any&&...) = delete;
template <class... Any>
void reaches_outer_deadline(Any&&...) = delete;
template <class... Any>
void call_operation(Any&&...) = delete;
template <class... Any>
void what_it_wants(Any&&...) = delete;
template <class... Any>
void policy_of(Any&&...) = delete;
template <class... Any>
void throw_retry_error(Any&&...) = delete;
template <class... Any>
void raise_if_permanent(Any&&...) = delete;
template <class... Any>
void pass_on(Any&&...) = delete;
template <class... Any>
void give_up_thrown(Any&&...) = delete;
template <class... Any>
void describe(Any&&...) = delete;
template <class... Any>
void first_name(Any&&...) = delete;
template <class... Any>
void with_caught(Any&&...) = delete;
template <class... Any>
void new_or_old(Any&&...) = delete;

struct Error : std::exception {};

struct Clock {
    int* sleeps;
    grit::TimePoint now() const { return {}; }
    void sleep(grit::Duration) const { ++*sleeps; }
};
struct Token {
    bool const* requested;
    bool stop_requested() const { return *requested; }
};

} // namespace meddling

using namespace grit;
using namespace samples;

TEST_CASE("functions of a user's namespace are not taken for the steps of a call") {
    int sleeps = 0;
    bool requested = false;
    meddling::Clock clock{&sleeps};

    SECTION("where a sleep is watched and an error thrown instead") {
        Retrying const retrying{StopAfterAttempt<3>{}, StopWhenRequested{meddling::Token{&requested}},
                                WaitFixed<1s>{},       RetryIf<meddling::Error>{},
                                ThrowRetryError{},     Time{clock}};
        REQUIRE_THROWS_AS(retrying([] { throw meddling::Error{}; }), RetryError);
        REQUIRE(sleeps == 2);
    }
    SECTION("where a hook gives the result, and a signal ends the call") {
        Retrying const retrying{StopAfterAttempt<2>{}, WaitFixed<1s>{}, RetryIf<meddling::Error>{},
                                OnGiveUp{[] { return 7; }}, Time{clock}};
        REQUIRE(retrying([]() -> int { throw meddling::Error{}; }) == 7);
        REQUIRE_THROWS_AS(retrying([]() -> int { throw Permanent{meddling::Error{}}; }), meddling::Error);
        REQUIRE(sleeps == 1);
    }
    SECTION("where a call is made inside another, is stepped and is reported") {
        Retrying const retrying{StopAfterAttempt<3>{}, StopWhenRequested{meddling::Token{&requested}}, WaitFixed<1s>{},
                                RetryIf<meddling::Error>{}, Time{clock}};
        auto const fails = [] { throw meddling::Error{}; };
        REQUIRE_THROWS_AS(within(Attempt{}, retrying)(fails), meddling::Error);
        REQUIRE(sleeps == 2);
        REQUIRE(retrying.report(fails).reason() == StopReason::attempts);
        REQUIRE(sleeps == 4);
        meddling::Error const error;
        Stepper stepper{retrying};
        stepper.start();
        REQUIRE(stepper.caught(error) == Step::sleep(1s));
        REQUIRE(stepper.wake() == Step::again());
        REQUIRE(stepper.threw(std::make_exception_ptr(error)) == Step::sleep(1s));
        REQUIRE(stepper.wake() == Step::again());
        REQUIRE(stepper.failed(error) == Step::give_up(StopReason::attempts));
    }
    SECTION("where an attempt is taken and its result judged") {
        Retrying const retrying{StopAfterAttempt<2>{}, WaitFixed<1s>{}, RetryIfResult{[](int n) { return n < 2; }},
                                Time{clock}};
        REQUIRE(retrying([](Attempt const& attempt) { return attempt.number(); }) == 2);
        REQUIRE(sleeps == 1);
    }
}

namespace {
struct Flag {
    bool const* raised;
    constexpr bool stop_requested() const { return *raised; }
};
struct Never {
    static constexpr bool stop_requested() { return false; }
};
using One = StopWhenRequested<Flag>;
using Other = StopWhenRequested<Never>;
template <class... Ps>
using Set = detail::PolicySet<Ps...>;
} // namespace

TEST_CASE("the tokens that a sleep watches are those of the stops, then those of what surrounds the call") {
    bool raised = false;
    bool outer_raised = false;
    Flag const outer_flag{&outer_raised};
    Context const outer{TimePoint::max(), StopView{&outer_flag}, ClockView{}};
    StopAny const two{StopWhenRequested{Flag{&raised}}, StopAfterAttempt<5>{}, Other{}};
    using Two = std::remove_const_t<decltype(two)>;
    Set<Two> const set{detail::Given{two}};

    detail::StopRequests<detail::SetTraits<Set<Two>>, true> const requests{&set, &outer};
    auto const leaf = [](auto const& of, int number) { return of.leaf(number); };
    REQUIRE(leaf(requests, 0).type == &detail::type_id<Flag>);
    REQUIRE(leaf(requests, 0).token != &outer_flag);
    REQUIRE(leaf(requests, 1).type == &detail::type_id<Never>);
    REQUIRE(leaf(requests, 2).token == &outer_flag);
    REQUIRE(leaf(requests, 3).token == nullptr);
    int left = 5;
    REQUIRE(requests.leaf(left).token == nullptr);
    REQUIRE(left == 2);

    detail::StopRequests<detail::SetTraits<Set<Two>>, false> const alone{&set, &no_context};
    REQUIRE(leaf(alone, 1).type == &detail::type_id<Never>);
    REQUIRE(leaf(alone, 2).token == nullptr);
    left = 2;
    REQUIRE(alone.leaf(left).token == nullptr);
    REQUIRE(left == 0);

    REQUIRE_FALSE(requests.stop_requested());
    outer_raised = true;
    REQUIRE(requests.stop_requested());
    REQUIRE_FALSE(alone.stop_requested());
    raised = true;
    REQUIRE(alone.stop_requested());
}

TEST_CASE("attempts have a context of their own only where a stop or a clock asks for one") {
    using Plain = detail::SetTraits<Set<StopAfterAttempt<3>>>;
    STATIC_REQUIRE_FALSE(detail::needs_own_context<Plain, false, SteadyTime>);
    STATIC_REQUIRE_FALSE(detail::needs_own_context<Plain, true, SteadyTime>);
    STATIC_REQUIRE(detail::needs_own_context<Plain, false, ManualTime>);
    struct Frozen {
        TimePoint now() const { return TimePoint{5s}; }
        void sleep(Duration) const {}
    };
    STATIC_REQUIRE_FALSE(detail::needs_own_context<Plain, false, Frozen>); // all calls share it
    STATIC_REQUIRE(detail::needs_own_context<Plain, true, Frozen>);
    STATIC_REQUIRE(detail::needs_own_context<detail::SetTraits<Set<One>>, false, SteadyTime>);
    STATIC_REQUIRE(detail::needs_own_context<detail::SetTraits<Set<StopBeforeDelay<1s>>>, false, SteadyTime>);
    STATIC_REQUIRE_FALSE(detail::needs_own_context<detail::SetTraits<Set<StopAfterDelay<1s>>>, false, SteadyTime>);
}

TEST_CASE("a call inside another passes number and last wait of its own attempts, and the context around") {
    ManualTime time;
    Context const outer{TimePoint{50s}, StopView{}, ClockView{&time}};
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<2s>{}, Time{time}};
    std::vector<std::string> seen;
    REQUIRE_THROWS_AS(within(Attempt{7, 5s, outer}, retrying)([&](Attempt const& attempt) {
                          seen.push_back(std::to_string(attempt.number()) + " " +
                                         std::to_string(attempt.last_wait() / 1s) + " " +
                                         std::to_string(attempt.remaining() / 1s));
                          throw NetworkError{};
                      }),
                      NetworkError);
    REQUIRE(seen == std::vector<std::string>{"1 0 50", "2 2 48", "3 2 46"});
}
