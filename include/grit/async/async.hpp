// SPDX-License-Identifier: BSL-1.0
#pragma once
// async: a stage or a pipeline around a coroutine: `co_await grit::async(resilient)(operation)`.

#include <coroutine>
#include <tuple>

#include <grit/async/early_wake.hpp>
#include <grit/async/parts.hpp>
#include <grit/pipeline.hpp>

namespace grit::inline GRIT_ABI {

/// What the coroutines of a library offer to the calls inside them. Specialise it for a coroutine type; adapters do.
///
///   using Sleeper      made without arguments; `sleep(d)`, or `sleep(d, early)` with an EarlyWake, is to be awaited
///   static asked()     to be awaited after an attempt that failed and after a sleep, where a coroutine can be
///   cancelled
///                      from outside
///   static check(s)    gets what that gave; throws if it was cancelled, and so ends the call
///   static limit(task, d)  to be awaited in the place of the task: ends it after d, with AttemptTimedOut
///   static races       whether there can be several at a time, for a Hedge
///   static race<Exceptions>(hedge, at, start)  a task: start(attempt) makes the task of one attempt, under the
///                      deadline of `at`; the rest says include/grit/hedge/hedge.hpp
template <class Task>
struct AsyncTraits {};

/// Sleeps inside a coroutine of a Flow: `co_await sleeper.sleep(d)` ends after d; `sleep(d, early)` also ends a sleep
/// early.
template <class S, class Flow>
concept WakingSleeper = requires(S& s, Duration d, EarlyWake<Flow>& early) { s.sleep(d, early); };
template <class S, class Flow>
concept AsyncSleeper = WakingSleeper<S, Flow> || requires(S& s, Duration d) { s.sleep(d); };

namespace detail {

struct NotAwaited {};
/// What `co_await task` gives.
template <class Task>
consteval auto awaited() {
    if constexpr (requires(Task t) { static_cast<Task&&>(t).operator co_await().await_resume(); })
        return std::type_identity<decltype(std::declval<Task>().operator co_await().await_resume())>{};
    else if constexpr (requires(Task t) { operator co_await(static_cast<Task&&>(t)).await_resume(); })
        return std::type_identity<decltype(operator co_await(std::declval<Task>()).await_resume())>{};
    else if constexpr (requires(Task t) { t.await_resume(); })
        return std::type_identity<decltype(std::declval<Task&>().await_resume())>{};
    else return std::type_identity<NotAwaited>{};
}

struct NoSleeper {};
template <class Task>
consteval auto sleeper_of() {
    if constexpr (requires { typename AsyncTraits<Task>::Sleeper; })
        return std::type_identity<typename AsyncTraits<Task>::Sleeper>{};
    else return std::type_identity<NoSleeper>{};
}

/// True if coroutines of this type can be written with these parameters.
template <class Task, class... Parameters>
concept IsCoroutine = requires { typename std::coroutine_traits<Task, Parameters...>::promise_type; };

/// The requirements on a stage and an operation in a coroutine, a sentence for each.
template <class Task, class F, class Flow, class Sleeper, class... Parameters>
struct AsyncChecks {
    static constexpr bool is_awaited = !std::is_same_v<typename decltype(awaited<Task>())::type, NotAwaited>;
    static_assert(is_awaited,
                  "grit: an operation given to async() returns nothing to await, because its result is no coroutine; "
                  "write resilient(f, args...) for an operation that blocks");
    static constexpr bool is_coroutine = !is_awaited || IsCoroutine<Task, Parameters...>;
    static_assert(is_coroutine,
                  "grit: an operation given to async() returns something to await that is no coroutine type, because "
                  "it has no promise_type; let a lambda that returns a coroutine type, such as asio::awaitable<T>, "
                  "co_return co_await it");
    static constexpr bool can_sleep = !Flow::sleeps || AsyncSleeper<Sleeper, Flow>;
    static_assert(can_sleep,
                  "grit: a call in a coroutine sleeps and nothing says how, because AsyncTraits of its type names no "
                  "Sleeper; include the adapter of the library, or write async(stage, sleeper) with a sleeper whose "
                  "sleep(grit::Duration) can be awaited");
    static constexpr bool can_wake = !Flow::parks || !can_sleep || WakingSleeper<Sleeper, Flow>;
    static_assert(can_wake,
                  "grit: a call waits in line in a coroutine and its sleep cannot be ended, because the sleeper takes "
                  "only a duration; write sleep(grit::Duration, auto const& early), which arms early with a Waker");
    static constexpr bool can_limit =
        !Flow::fires || requires(Task&& task, Duration d) { AsyncTraits<Task>::limit(static_cast<Task&&>(task), d); };
    static_assert(can_limit,
                  "grit: an 'AttemptTimeout' stands around a coroutine that cannot be ended from outside, because "
                  "AsyncTraits of its type has no limit(task, duration); write one, or take a grit::Attempt const& "
                  "and ask remaining() under a Deadline<D>");
    static constexpr bool works = is_awaited && is_coroutine && can_sleep && can_wake && can_limit;
};

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmismatched-new-delete" // found in promises with an operator new of their own
#endif
/// One coroutine for all stages. It owns what it was given: an operation may outlive the expression that it stood in.
template <int Exceptions, class Task, class Around, class Held, class Sleeper, class F, class... Args>
Task flow_through(Around around, Held held, [[maybe_unused]] Sleeper sleeper, F f, Args... args) {
    using Traits = AsyncTraits<Task>;
    using R = typename decltype(awaited<Task>())::type;
    using Stage = StageOf<Held>;
    using Flow = detail::Flow<Exceptions, R, Stage, Around, Task>;
    using Clauses [[maybe_unused]] = typename Flow::Clauses;
    constexpr bool timed = what_it_wants<F, Args...>() == Wants::timed;

    Stage& stage = held;
    Flow flow{stage, around};
    flow.template start<timed>();
    for (;;) {
        if (flow.answer() == Answer::again) {
            bool has_returned = false;
            {
                auto const inside = flow.template attempt<timed>();
                auto const task = [&]() -> Task {
                    if constexpr (Flow::can_await)
                        if (flow.has_later()) return flow.take_later();
                    return call_operation(f, inside, args...);
                };
// Only the operation stands in the try block, or what a stage puts in its place. Nothing is awaited in a handler.
#define GRIT_INSIDE                                                                                                    \
    if constexpr (std::is_void_v<R>) {                                                                                 \
        if constexpr (Flow::fires) co_await Traits::limit(task(), inside.remaining());                                 \
        else co_await task();                                                                                          \
        flow.hold();                                                                                                   \
    } else if constexpr (Flow::fires) flow.hold(co_await Traits::limit(task(), inside.remaining()));                   \
    else flow.hold(co_await task());                                                                                   \
    has_returned = true;
#define GRIT_CAUGHT(I) Rung<Clauses, I>
#define GRIT_HANDLER(I)                                                                                                \
    if (!flow.caught(static_cast<grit::At<Clauses, I> const&>(error))) throw;
#define GRIT_REST                                                                                                      \
    catch (...) {                                                                                                      \
        flow.thrown();                                                                                                 \
        throw;                                                                                                         \
    }
#if GRIT_EXCEPTIONS
                if constexpr (Flow::must_hear_all && Clauses::size != 0) {
                    GRIT_LADDER(Clauses::size, GRIT_INSIDE, GRIT_CAUGHT, GRIT_HANDLER, GRIT_REST)
                } else if constexpr (Flow::must_hear_all) {
                    try {
                        GRIT_INSIDE
                    }
                    GRIT_REST
                } else if constexpr (Clauses::size != 0) {
                    GRIT_LADDER(Clauses::size, GRIT_INSIDE, GRIT_CAUGHT, GRIT_HANDLER, )
                } else
#endif
                {
                    GRIT_INSIDE
                }
#undef GRIT_INSIDE
#undef GRIT_CAUGHT
#undef GRIT_HANDLER
#undef GRIT_REST
            }
            if (has_returned) flow.judge();
            if constexpr (requires { Traits::asked(); })
                if (!has_returned || flow.answer() != Answer::done) Traits::check(co_await Traits::asked());
        } else if (Flow::sleeps && flow.answer() == Answer::sleep) {
            if constexpr (Flow::sleeps) {
                if (Duration const wait = flow.wait(); wait > Duration::zero()) {
                    EarlyWake<Flow> early{flow};
                    if constexpr (WakingSleeper<Sleeper, Flow>) co_await sleeper.sleep(wait, early);
                    else co_await sleeper.sleep(wait);
                    if constexpr (requires { Traits::asked(); }) Traits::check(co_await Traits::asked());
                }
                flow.woken();
            }
        } else break;
    }
    if constexpr (Flow::refuses)
        if (flow.answer() == Answer::reject) co_return flow.refused(Refuse<Exceptions, R>{});
    co_return flow.give();
}

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

} // namespace detail

namespace detail {

/// The call of a pipeline as a coroutine. What stands inside a stage that races attempts is a coroutine for each.
template <int Exceptions, class Task, class Held, class Sleeper, class F, class... Args>
Task call_through(Held held, Sleeper sleeper, F f, Args... args) {
    using Stage = std::remove_cvref_t<Held>;
    if constexpr (!races_attempts<Stage>)
        return flow_through<Exceptions, Task, Outermost, Held, Sleeper, F, Args...>(
            {}, static_cast<Held&&>(held), std::move(sleeper), std::move(f), std::move(args)...);
    else {
        using Race = RaceOf<Stage>;
        auto race = [held, sleeper, f = std::move(f), ... args = std::move(args)](Attempt const& at) -> Task {
            return AsyncTraits<Task>::template race<Exceptions>(
                held.template stage<Race::index>(), at,
                [inside = typename Race::Inside{held}, sleeper, f, args...](Attempt const& one) -> Task {
                    return flow_through<Exceptions, Task, Attempt, typename Race::Inside, Sleeper, F, Args...>(
                        one, inside, sleeper, f, args...);
                });
        };
        return flow_through<Exceptions, Task, Outermost, typename Race::Outside, Sleeper, decltype(race)>(
            {}, typename Race::Outside{held}, sleeper, std::move(race));
    }
}

/// Whether several coroutines of that type can be raced.
template <class Task>
consteval bool can_be_raced() {
    if constexpr (requires { AsyncTraits<Task>::races; }) return AsyncTraits<Task>::races;
    else return false;
}

/// The requirements on a pipeline that races attempts.
template <int Exceptions, class Task, class F, class Stage, class R, class Sleeper, class... Parameters>
consteval bool check_async() {
    if constexpr (!races_attempts<Stage>)
        return AsyncChecks<Task, F, Flow<Exceptions, R, Stage, Outermost, Task>, Sleeper, Parameters...>::works;
    else {
        using Race = RaceOf<Stage>;
        using Outside = Flow<Exceptions, R, typename Race::Outside const, Outermost, Task>;
        using Inside = Flow<Exceptions, R, typename Race::Inside const, Attempt, Task>;
        constexpr bool copies = (std::is_copy_constructible_v<Parameters> && ...);
        static_assert(copies, "grit: an operation under a 'Hedge' cannot be copied, because it or an argument can only "
                              "be moved, and every attempt owns what it uses; hold that by a std::shared_ptr instead");
        constexpr bool can_race = can_be_raced<Task>();
        static_assert(can_race, "grit: a 'Hedge' stands around a coroutine of which there cannot be two at a time, "
                                "because AsyncTraits of its type has no race(hedge, at, start); include the adapter of "
                                "the library, or leave the hedge out");
        return copies && can_race && AsyncChecks<Task, F, Outside, Sleeper, Parameters...>::works &&
               AsyncChecks<Task, F, Inside, Sleeper, Parameters...>::works;
    }
}

} // namespace detail

/// A stage around coroutines. Make it by async().
///
/// Thread safety: that of the stage. Each call belongs to one coroutine.
template <class Held, class Sleeper = void>
class Async {
    struct TheOwn {};

public:
    explicit constexpr Async(Held held, detail::Conditional<std::is_void_v<Sleeper>, TheOwn, Sleeper> sleeper = {})
        : held_(static_cast<Held>(held)), sleeper_(std::move(sleeper)) {}

    /// Calls f(args...), or f(attempt, args...) if only that is possible, inside the stage, and awaits what it returns.
    ///
    /// The coroutine that is returned owns copies of f and of the arguments (std::ref refers). Every attempt passes
    /// them as lvalues. It has the type that f returns, and is as lazy as that. Throws, when awaited: what f threw
    /// last, or the exception of a rejection.
    template <int Exceptions = GRIT_EXCEPTIONS, class F, class... Args>
    [[nodiscard]] auto operator()(F&& f, Args&&... args) const {
        using Traits = detail::CallTraits<std::decay_t<F>, std::decay_t<Args>...>;
        static_assert(sizeof(detail::CallableChecks<Traits, std::decay_t<F>, std::decay_t<Args>...>) != 0);
        using Task = std::remove_cvref_t<typename Traits::Result>;
        using Sleeping = typename decltype(sleeping<Task>())::type;
        using Stage = detail::StageOf<Held>;
        using R = typename decltype(detail::awaited<Task>())::type;
        constexpr bool fires = requires {
            requires detail::Ask::fires<typename detail::Flow<Exceptions, R, Stage, Outermost, Task>::Call>;
        };
        if constexpr (!fires) static_assert(detail::check_deadline_is_heard<std::remove_cv_t<Stage>, Traits>());
        constexpr bool works =
            Traits::callable && detail::check_async<Exceptions, Task, F, Stage, R, Sleeping, Held, Sleeping,
                                                    std::decay_t<F>, std::decay_t<Args>...>();
        if constexpr (works) {
            if constexpr (std::is_void_v<Sleeper>)
                return detail::call_through<Exceptions, Task, Held, Sleeping, std::decay_t<F>, std::decay_t<Args>...>(
                    held_, Sleeping{}, static_cast<F&&>(f), static_cast<Args&&>(args)...);
            else
                return detail::call_through<Exceptions, Task, Held, Sleeping, std::decay_t<F>, std::decay_t<Args>...>(
                    held_, sleeper_, static_cast<F&&>(f), static_cast<Args&&>(args)...);
        }
    }

private:
    template <class Task>
    static consteval auto sleeping() {
        if constexpr (std::is_void_v<Sleeper>) return detail::sleeper_of<Task>();
        else return std::type_identity<Sleeper>{};
    }

    [[no_unique_address]] Held held_;
    [[no_unique_address]] detail::Conditional<std::is_void_v<Sleeper>, TheOwn, Sleeper> sleeper_;
};

/// Returns: the stage for coroutines: `co_await grit::async(resilient)(op, args...)`. It holds the stage as a pipeline
/// does: a copy, or a reference where its state is shared.
template <class S>
    requires(detail::check_stage<std::remove_reference_t<S>>())
[[nodiscard]] constexpr auto async(S&& stage) {
    using Held = detail::HeldInParts<typename detail::HowHeld<S>::type>;
    return Async<Held>{static_cast<Held>(stage)};
}
/// The same with a sleeper for coroutines of your own; each call has a copy of it.
template <class S, class Sleeper>
    requires(detail::check_stage<std::remove_reference_t<S>>())
[[nodiscard]] constexpr auto async(S&& stage, Sleeper sleeper) {
    using Held = detail::HeldInParts<typename detail::HowHeld<S>::type>;
    return Async<Held, Sleeper>{static_cast<Held>(stage), std::move(sleeper)};
}

} // namespace grit::inline GRIT_ABI
