// SPDX-License-Identifier: BSL-1.0
#include <grit/retrying/engine.hpp>

#include <limits>
#include <tuple>

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
void raise(Any&&...) = delete;
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

// One step after another, without a front.

namespace {

/// A hook with state that notes that its moment was told.
template <Event E>
struct Notes {
    [[maybe_unused]] static constexpr Family family = Family::hook;
    [[maybe_unused]] static constexpr Event event = E;
    std::string* to;
    void operator()(auto const& q, auto const&...) const {
        constexpr char const* names[] = {"start", "before", "after", "before_sleep", "success", "give_up", "end"};
        *to += std::string(names[static_cast<unsigned>(E)]) + std::to_string(q.attempt().number()) + " ";
    }
};
template <bool Surrounded, class... Ps>
struct Driven {
    using Policies = detail::PolicySet<Ps...>;
    using Engine = detail::Engine<Policies, Surrounded, ManualTime, SplitMix64>;
    template <class Cause>
    using Query = detail::Query<Engine, Cause>;

    Policies policies;
    Context outer{};
    ManualTime time{};
    SplitMix64 random{1};
    Attempt attempt{};
    typename Engine::States states{Engine::Waits::first(policies)};
    Engine engine{policies, attempt, states, time, random, TimePoint{}, outer};

    explicit Driven(Ps const&... given) : policies(detail::Given{given...}) {}
    Driven(Driven const&) = delete;
    Driven& operator=(Driven const&) = delete;

    auto query_of(auto const& cause) { return Query<std::remove_cvref_t<decltype(cause)>>{{attempt}, engine, cause}; }
};
template <class... Ps>
using Inside = Driven<true, Ps...>;
template <class... Ps>
using Alone = Driven<false, Ps...>;

bool is_negative(int n) { return n < 0; }
NetworkError const network;
detail::ThrownCause<NetworkError> const thrown{&network};

} // namespace

TEST_CASE("the engine tells each moment once, with the attempt that it belongs to") {
    std::string told;
    Alone one{StopAfterAttempt<2>{},        WaitExponential<1s, 60s>{},  Notes<Event::start>{&told},
              Notes<Event::before>{&told},  Notes<Event::after>{&told},  Notes<Event::before_sleep>{&told},
              Notes<Event::success>{&told}, Notes<Event::give_up>{&told}};
    one.engine.begin();
    REQUIRE(told == "start1 before1 ");
    told.clear();
    auto first = one.query_of(thrown);
    REQUIRE_FALSE(one.engine.failed(first));
    REQUIRE(first.wait() == 1s);
    REQUIRE(told == "after1 before_sleep1 ");
    told.clear();
    REQUIRE_FALSE(one.engine.woken(first));
    REQUIRE(told == "before2 ");
    REQUIRE(one.attempt.number() == 2);
    REQUIRE(one.attempt.last_wait() == 1s);
    told.clear();
    REQUIRE(one.engine.accepts(7, 7) == detail::Verdict::accept);
    REQUIRE(told == "success2 ");
    told.clear();
    auto last = one.query_of(thrown);
    REQUIRE(one.engine.failed(last));
    REQUIRE(last.reason() == StopReason::attempts);
    REQUIRE(told == "after2 ");
    told.clear();
    one.engine.tell_give_up(last);
    REQUIRE(told == "give_up2 ");
}

TEST_CASE("the engine carries what its wait carries, and the number stays at the largest int") {
    Alone grows{StopNever{}, WaitExponential<1s, 60s>{}};
    for (Duration const expected : {1s, 2s, 4s}) {
        auto query = grows.query_of(thrown);
        REQUIRE_FALSE(grows.engine.failed(query));
        REQUIRE(query.wait() == expected);
        REQUIRE_FALSE(grows.engine.woken(query));
        REQUIRE(grows.attempt.last_wait() == expected);
    }
    REQUIRE(grows.attempt.number() == 4);
    grows.attempt = Attempt{std::numeric_limits<int>::max()};
    grows.engine.advance(3s);
    REQUIRE(grows.attempt.number() == std::numeric_limits<int>::max());
    REQUIRE(grows.attempt.last_wait() == 3s);
}

TEST_CASE("the engine judges results and exceptions, and tells success only of what it accepts") {
    std::string told;
    Alone results{StopAfterAttempt<3>{}, RetryIfResult<is_negative>{}, Notes<Event::success>{&told}};
    REQUIRE(results.engine.accepts(-1, -1) == detail::Verdict::retry);
    REQUIRE(results.engine.accepts(std::string{"not judged"}) == detail::Verdict::accept);
    REQUIRE(told == "success1 ");
    REQUIRE(results.engine.retries(TryAgain{}) == detail::Verdict::retry);
    REQUIRE(results.engine.retries(Permanent{7}) == detail::Verdict::permanent);

    Alone errors{StopAfterAttempt<3>{}, RetryIf<NetworkError>{}};
    using Engine = decltype(errors.engine);
    REQUIRE(errors.engine.retries(network) == detail::Verdict::retry);
    REQUIRE(errors.engine.retries(FatalError{}) == detail::Verdict::accept);
    STATIC_REQUIRE(Engine::surely_retries<NetworkError>);
    STATIC_REQUIRE_FALSE(Engine::surely_retries<FatalError>);
    STATIC_REQUIRE_FALSE(Engine::surely_retries<Signal>);
    STATIC_REQUIRE_FALSE(decltype(Alone<StopNever>{StopNever{}}.engine)::surely_retries<Signal>);
}

TEST_CASE("after a sleep what surrounds the call may end it: its stop, then its deadline, inclusively") {
    std::string told;
    bool raised = false;
    Flag const flag{&raised};
    Inside inside{StopAfterAttempt<3>{}, WaitFixed<1s>{}, Notes<Event::before>{&told}};
    inside.outer = Context{TimePoint{5s}, StopView{&flag}, ClockView{&inside.time}};
    auto query = inside.query_of(thrown);
    inside.time.advance(5s - 1ns);
    REQUIRE_FALSE(inside.engine.woken(query));
    REQUIRE(inside.attempt.number() == 2);
    REQUIRE(told == "before2 ");
    inside.time.advance(1ns);
    REQUIRE(inside.engine.woken(query));
    REQUIRE(query.reason() == StopReason::deadline);
    raised = true;
    REQUIRE(inside.engine.woken(query));
    REQUIRE(query.reason() == StopReason::cancelled);
    REQUIRE(inside.attempt.number() == 2);
    REQUIRE(told == "before2 ");
    STATIC_REQUIRE(decltype(inside.engine)::ends_late);
    STATIC_REQUIRE_FALSE(decltype(Alone<StopNever>{StopNever{}}.engine)::ends_late);
}

TEST_CASE("after a sleep a stop of the call may end it") {
    bool raised = false;
    Alone alone{StopAfterAttempt<3>{}, StopWhenRequested{Flag{&raised}}, WaitFixed<1s>{}};
    STATIC_REQUIRE(decltype(alone.engine)::ends_late);
    auto query = alone.query_of(thrown);
    REQUIRE_FALSE(alone.engine.woken(query));
    raised = true;
    REQUIRE(alone.engine.woken(query));
    REQUIRE(query.reason() == StopReason::cancelled);
    REQUIRE(alone.attempt.number() == 2);
}

TEST_CASE("the hooks of one failure see the same time") {
    CountingTime time;
    std::vector<Duration> seen;
    auto const see = [&](TimedAttempt const& attempt) {
        time.manual().advance(1s); // a hook that takes its time
        seen.push_back(attempt.elapsed());
    };
    Retrying const retrying{StopAfterAttempt<2>{}, After{see}, BeforeSleep{see}, Time{time}};
    FailsFirst<NetworkError> once{1};
    retrying(once);
    REQUIRE(seen == std::vector<Duration>{0s, 0s});
    REQUIRE(time.reads() == 2);
}

TEST_CASE(
    "what takes the place of the last outcome is the value of a hook, or an error with the result if there is one") {
    std::string told;
    Alone gives{StopAfterAttempt<1>{}, OnGiveUp{[] { return 7; }}};
    REQUIRE(gives.engine.replacement<int>(gives.query_of(thrown), std::monostate{}) == 7);

    Alone throws{StopAfterAttempt<1>{}, ThrowRetryError{}, Notes<Event::give_up>{&told}};
    bool with_result = true;
    try {
        throws.engine.replacement<int>(throws.query_of(thrown), std::monostate{});
    } catch (RetryErrorWith<std::monostate> const&) {
    } catch (RetryError const& error) {
        with_result = false;
        REQUIRE(error.attempts() == 1);
    }
    REQUIRE_FALSE(with_result);
    REQUIRE(told == "give_up1 ");
    int const last = -3;
    REQUIRE_THROWS_AS(throws.engine.replacement<int>(throws.query_of(detail::ResultCause<int>{&last}), last),
                      RetryErrorWith<int>);
}

TEST_CASE("the error that a Permanent carries comes out, and another signal is retried") {
    REQUIRE_THROWS_AS(detail::raise(Permanent{FatalError{}}), FatalError);
    REQUIRE(detail::verdict_of(Permanent{FatalError{}}) == detail::Verdict::permanent);
    REQUIRE(detail::verdict_of(TryAgain{}) == detail::Verdict::retry);
}

TEST_CASE("the name of a call is that of its Name, if it has one") {
    using namespace std::string_view_literals;
    REQUIRE(Alone<StopNever>{StopNever{}}.engine.name() == "call"sv);
    REQUIRE(Alone<StopNever, Name<"chat">>{StopNever{}, Name<"chat">{}}.engine.name() == "chat"sv);
}

namespace {
/// Writes down how it slept, and what the token said that it was given to watch.
struct WatchingTime {
    std::string slept;
    TimePoint now() const { return {}; }
    void sleep(Duration) { slept += "plain "; }
    template <class Token>
    void sleep(Duration, Token const& token) {
        slept += std::is_same_v<Token, Flag> ? "one " : "several ";
        slept += token.stop_requested() ? "stopped " : "quiet ";
    }
};
/// Can only watch a view.
struct ViewingTime : WatchingTime {
    void sleep(Duration) { slept += "plain "; }
    void sleep(Duration, StopView stop) { slept += stop.stop_requested() ? "view stopped " : "view quiet "; }
};

template <bool Surrounded, class TimeType, class... Ps>
std::string slept(Duration wait, Context const& outer, Ps const&... policies) {
    TimeType time;
    Set<Ps...> const set{detail::Given{policies...}};
    detail::sleep<detail::SetTraits<Set<Ps...>>, Surrounded>(set, outer, time, wait);
    return time.slept;
}
} // namespace

TEST_CASE("a sleep watches what can end it, and nothing where nothing can") {
    bool raised = true;
    bool quiet = false;
    Flag const outer_flag{&raised};
    Context const stopped{TimePoint::max(), StopView{&outer_flag}, ClockView{}};
    StopAfterAttempt<3> const attempts;
    StopWhenRequested const token{Flag{&raised}};
    StopWhenRequested const silent{Flag{&quiet}};
    StopAny const two{silent, Other{}};

    REQUIRE(slept<false, WatchingTime>(1ns, no_context, attempts) == "plain ");
    REQUIRE(slept<false, WatchingTime>(0s, no_context, attempts).empty());
    REQUIRE(slept<false, WatchingTime>(1s, no_context, token) == "one stopped ");
    REQUIRE(slept<false, WatchingTime>(0s, no_context, token).empty());
    REQUIRE(slept<false, WatchingTime>(1s, no_context, two) == "several quiet ");
    REQUIRE(slept<false, WatchingTime>(1s, stopped, attempts) == "plain "); // nothing surrounds it
    REQUIRE(slept<false, WatchingTime>(1s, stopped, silent) == "one quiet ");
    REQUIRE(slept<true, WatchingTime>(1s, no_context, attempts) == "plain ");
    REQUIRE(slept<true, WatchingTime>(1s, stopped, attempts) == "several stopped ");
    REQUIRE(slept<true, WatchingTime>(1s, no_context, silent) == "several quiet ");
    REQUIRE(slept<true, WatchingTime>(1s, stopped, silent) == "several stopped ");
    REQUIRE(slept<true, WatchingTime>(1s, no_context, token) == "several stopped ");
    REQUIRE(slept<true, WatchingTime>(1s, no_context, two) == "several quiet ");
    REQUIRE(slept<false, ViewingTime>(1s, no_context, token) == "view stopped ");
    REQUIRE(slept<false, ViewingTime>(1s, no_context, silent) == "view quiet ");
}

TEST_CASE("the context of the attempts has the clock of the call, narrowed by its stops") {
    bool raised = false;
    bool outer_raised = false;
    Flag const outer_flag{&outer_raised};
    ManualTime around{30s}; // 20 s before the deadline
    ManualTime time{4s};
    Context const outer{TimePoint{50s}, StopView{&outer_flag}, ClockView{&around}};
    auto const make = [&]<class... Ps>(auto& clock, Ps const&... policies) {
        using T = detail::SetTraits<Set<Ps...>>;
        using Clock = std::remove_reference_t<decltype(clock)>;
        Set<Ps...> const set{detail::Given{policies...}};
        detail::OwnContext<T, true, Clock> const own{&set, outer, TimePoint{3s}, clock};
        Context const& context = own.get();
        return std::tuple{context.deadline(), context.now(), context.stop_requested()};
    };
    SteadyTime steady;
    struct Frozen {
        TimePoint now() const { return TimePoint{7s}; }
        void sleep(Duration) const {}
    } frozen;
    StopAfterAttempt<3> const attempts;
    StopWhenRequested const token{Flag{&raised}};
    REQUIRE(make(steady, attempts) == std::tuple{TimePoint{50s}, TimePoint{30s}, false});
    REQUIRE(make(around, attempts) == std::tuple{TimePoint{50s}, TimePoint{30s}, false});
    REQUIRE(make(time, attempts) == std::tuple{TimePoint{24s}, TimePoint{4s}, false});
    REQUIRE(make(frozen, attempts) == std::tuple{TimePoint{27s}, TimePoint{7s}, false});
    REQUIRE(make(time, StopBeforeDelay<10s>{}) == std::tuple{TimePoint{13s}, TimePoint{4s}, false});
    REQUIRE(make(time, StopBeforeDelay<60s>{}) == std::tuple{TimePoint{24s}, TimePoint{4s}, false});
    outer_raised = true;
    REQUIRE(make(time, attempts) == std::tuple{TimePoint{24s}, TimePoint{4s}, true});
    REQUIRE(make(time, token) == std::tuple{TimePoint{24s}, TimePoint{4s}, true});
    outer_raised = false;
    raised = true;
    REQUIRE(make(time, token) == std::tuple{TimePoint{24s}, TimePoint{4s}, true});
}
