// SPDX-License-Identifier: BSL-1.0
#pragma once
// The stage contract: a stage makes calls; a call is asked step by step. It never sleeps and never runs the operation.

#include <variant>

#include <grit/core/attempt.hpp>
#include <grit/core/concepts.hpp>
#include <grit/core/rejected.hpp>
#include <grit/core/stop_reason.hpp>
#include <grit/core/types.hpp>

namespace grit::inline GRIT_ABI {

/// What follows: nothing more, an attempt now, a sleep first, the end for a reason, a refusal, or another result.
struct Step {
    enum class Kind : unsigned char { done, again, sleep, give_up, reject, replace };

    Kind kind = Kind::done;
    StopReason reason = StopReason::none;
    Duration wait = Duration::zero();

    constexpr bool is_done() const noexcept { return kind == Kind::done; }
    constexpr bool is_again() const noexcept { return kind == Kind::again; }
    constexpr bool sleeps() const noexcept { return kind == Kind::sleep; }
    constexpr bool gives_up() const noexcept { return kind == Kind::give_up; }

    static constexpr Step done() noexcept { return {}; }
    static constexpr Step again() noexcept { return {Kind::again, StopReason::none, Duration::zero()}; }
    static constexpr Step sleep(Duration wait) noexcept { return {Kind::sleep, StopReason::none, wait}; }
    static constexpr Step give_up(StopReason reason) noexcept { return {Kind::give_up, reason, Duration::zero()}; }
    friend constexpr bool operator==(Step const&, Step const&) = default;
};

/// The attempt around a call that nothing surrounds. A call that is given it knows by the type that there is neither a
/// deadline nor a stop.
struct Outermost : Attempt {};

/// Ends the sleep of a call before its time: `waker()`, from any thread. It only tells whoever sleeps: it asks the call
/// nothing and resumes nothing, because a stage may hold a lock.
struct Waker {
    void* self = nullptr;
    void (*wake)(void*) = nullptr;

    void operator()() const {
        if (wake != nullptr) wake(self);
    }
};

// The members of a call. Only start() is required. The others are looked for, and one that is absent costs no code.
// `at` is the attempt that surrounds the stage: an Attempt, or something derived from it such as Outermost. It comes
// with each question and is not kept. `o` is an outcome: the error, the result (std::monostate for void) or the
// rejection.
//
//   void | bool | Answer start(at)     void: always goes in; false: reject; an Answer: again, sleep, reject
//   void measure(at)                   before start(), only where the operation takes a TimedAttempt
//   Duration wait()                    after sleep; zero or less: nobody sleeps
//   StopReason reason()                after give_up
//   auto time()                        the time source of its sleeps, by value or by reference; with wait()
//   void sleeps()                      before a sleep by time(), which may throw
//   void park(Waker)                   before a sleep by another time than time(): the call may end that sleep. It
//                                      may do so at once, also inside park(), and not after the next question or its
//                                      own end. Whoever sleeps by time() is woken by that         absent: it sleeps on
//   Answer wake(at)                    the sleep is over: again | sleep | reject | give_up              absent: again
//   Answer wake(at, o)                 the same; o is what the sleep was for; may also say replace. With ends_late
//   static constexpr bool ends_late    true: it is woken by wake(at, o), in the handler of the error or while the
//                                      result lives, so that it can give up; wake(at) after a sleep of start()
//   static constexpr bool needs_outcome_to_wake    true: only wake(at, o) will do. Else a driver that sleeps when the
//                                      outcome is gone may ask wake(at)
//   static constexpr bool fires        true: where the operation can be ended from outside, it is, at the deadline that
//                                      attempt(at) has; it then fails with AttemptTimedOut             absent: false
//   Attempt attempt(at)                what runs inside sees                                            absent: at
//   TimedAttempt timed_attempt(at)     the same, for an operation that takes it; once for an attempt
//   R run<Exceptions, R>(attempt, op)  runs op(attempt), or its copy(), in its own way; nothing stands inside it. For a
//                                      thread that waits. With static constexpr bool runs_operation = true
//   using Catches = Types<E...>        the errors that it wants by type, none after a base of its own
//   void | Answer caught(at, E const&) in the handler: again | sleep | give_up | replace; void: it passes on
//   void thrown(at)                    an error passes that Catches does not name. Not in a handler; noexcept
//   void | Answer returned(at, R const&)   done | again | sleep | give_up | replace; void: it is the result
//   template <class R> static constexpr bool judges    whether it looks at an R; if not, what returned() answers for
//                                      one is not looked at either      absent: it does where it answers
//   void | Answer rejected(at, J const&)   a stage inside refused, as a value: again | sleep | replace | reject or
//   give_up;
//                                      absent: thrown(at) if there is that, and it passes on
//   using Rejections = Types<J...>     what with_rejection calls f with. J::Thrown is its exception, made from a J
//   decltype(auto) with_rejection(f)   after reject: f(j), returns what that returns
//   template <class R> R replacement(at, o)    after replace: what takes the place of o, or throws another error
//   ~Call()                            no verdict was given: the call was abandoned. Gives back what it took
//
// A call is built in place by `stage.call(at)` and is not moved. Not after start(), because an attempt may point into
// it. What its members throw ends the call of this stage; it is never taken for an error of the operation.

namespace detail {

/// What a call answers. In a register: the wait and the reason stay in the call.
using Answer = Step::Kind;

// The outcomes of what runs inside a call, told apart by type.
template <class E>
struct Thrown {
    E const& value;
};
template <class R>
struct Returned {
    R const& value;
};
template <class J>
struct Refused {
    J const& value;
};
template <class E>
Thrown(E const&) -> Thrown<E>;
template <class R>
Returned(R const&) -> Returned<R>;
template <class J>
Refused(J const&) -> Refused<J>;

/// What a driver that can await puts in the place of an outcome: a result of type R::Value, or what gives one later.
template <class R>
concept MayBeLater = requires { requires R::may_be_later; };

/// True for the call of a pipeline, which needs to know what kind of outcome it is woken for or replaces.
template <class Call>
inline constexpr bool is_flat = requires { typename Call::Flat; };

/// The questions to a call, with what holds where it has no such member.
struct Ask {
    template <class Call, class Around>
    static constexpr bool always_goes_in =
        std::is_void_v<decltype(std::declval<Call&>().start(std::declval<Around const&>()))>;

    template <class Call, class Around>
    GRIT_INLINE static constexpr Answer start(Call& call, Around const& at) {
        using Said = decltype(call.start(at));
        if constexpr (std::is_void_v<Said>) {
            call.start(at);
            return Answer::again;
        } else if constexpr (std::is_same_v<Said, bool>) {
            if (call.start(at)) [[likely]] // else GCC 12 takes all around it for cold, where a cold function may refuse
                return Answer::again;
            return Answer::reject;
        } else return call.start(at);
    }

    /// What runs inside sees. Timed: it is the operation, or leads to one, that takes a TimedAttempt.
    template <bool Timed = false, class Call, class Around>
    GRIT_INLINE static constexpr decltype(auto) attempt(Call& call, Around const& at) {
        if constexpr (Timed && requires { call.timed_attempt(at); }) return call.timed_attempt(at);
        else if constexpr (requires { call.attempt(at); }) {
            if constexpr (Timed && is_base_of<TimedAttempt, Around>)
                return TimedAttempt{call.attempt(at), at.elapsed()};
            else return call.attempt(at);
        } else return (at);
    }

    template <class Call>
    static constexpr bool runs_itself = requires { requires Call::runs_operation; };
    template <int Exceptions, class R, class Call, class Inside, class Op>
    GRIT_INLINE static constexpr R run([[maybe_unused]] Call& call, Inside const& inside, Op& op) {
        if constexpr (runs_itself<Call>) return call.template run<Exceptions, R>(inside, op);
        else return op(inside);
    }

    template <class Call>
    static constexpr bool ends_late = requires { requires Call::ends_late; };

    template <class Call, class Around>
    GRIT_INLINE static constexpr Answer wake(Call& call, Around const& at) {
        if constexpr (requires { call.wake(at); }) return call.wake(at);
        else return Answer::again;
    }
    /// The same where the outcome that the sleep was for is still there.
    template <class Call, class Around, class Outcome>
    GRIT_INLINE static constexpr Answer wake(Call& call, Around const& at, Outcome const& o) {
        if constexpr (!ends_late<Call>) return wake(call, at);
        else if constexpr (is_flat<Call>) return call.wake(at, o);
        else return call.wake(at, o.value);
    }

    /// For a driver that sleeps when the outcome is gone: whether wake() has to be given it again.
    template <class Call>
    static constexpr bool needs_outcome_to_wake = requires { requires Call::needs_outcome_to_wake; };
    /// After wake(at) has said give_up: the others of a pipeline hear what the sleep was for.
    template <class Call, class Around, class Outcome>
    static constexpr Answer ended([[maybe_unused]] Call& call, [[maybe_unused]] Around const& at,
                                  [[maybe_unused]] Outcome const& o) {
        if constexpr (is_flat<Call>) return call.ended(at, o);
        else return Answer::give_up;
    }
    template <class Call>
    static constexpr bool fires = requires { requires Call::fires; };

    template <class Call, class Around, class E>
    static constexpr bool decides_on_error = !std::is_void_v<decltype(std::declval<Call&>().caught(
        std::declval<Around const&>(), std::declval<E const&>()))>;
    template <class Call, class Around, class E>
    GRIT_INLINE static constexpr Answer caught(Call& call, Around const& at, E const& error) {
        if constexpr (decides_on_error<Call, Around, E>) return call.caught(at, error);
        else {
            call.caught(at, error);
            return Answer::give_up;
        }
    }
    template <class Call, class Around>
    static constexpr bool has_thrown = requires(Call& call, Around const& at) { call.thrown(at); };

    /// It is told of a result of type R, and whether it has a say.
    template <class Call, class Around, class R>
    static constexpr bool hears = requires(Call& call, Around const& at, R const& r) { call.returned(at, r); };
    template <class Call, class Around, class R>
    static consteval bool returns_answer() {
        if constexpr (!hears<Call, Around, R>) return false;
        else
            return !std::is_void_v<decltype(std::declval<Call&>().returned(std::declval<Around const&>(),
                                                                           std::declval<R const&>()))>;
    }
    template <class Call, class Around, class R>
    static consteval bool judges() {
        if constexpr (requires { Call::template judges<R>; }) return Call::template judges<R>;
        else return returns_answer<Call, Around, R>();
    }
    template <class Call, class Around, class R>
    static consteval bool decides_on_result() {
        return judges<Call, Around, R>() && returns_answer<Call, Around, R>();
    }
    template <class Call, class Around, class R>
    GRIT_INLINE static constexpr Answer returned(Call& call, Around const& at, R const& r) {
        if constexpr (decides_on_result<Call, Around, R>()) return call.returned(at, r);
        else {
            if constexpr (hears<Call, Around, R>) static_cast<void>(call.returned(at, r));
            return Answer::done;
        }
    }

    template <class Call, class Around, class J>
    GRIT_INLINE static constexpr Answer rejected(Call& call, Around const& at, J const& j) {
        if constexpr (requires { call.rejected(at, j); }) {
            if constexpr (std::is_void_v<decltype(call.rejected(at, j))>) call.rejected(at, j);
            else if (Answer const answer = call.rejected(at, j); answer != Answer::give_up) return answer;
        } else if constexpr (has_thrown<Call, Around>) call.thrown(at);
        return Answer::reject;
    }

    template <class Call, class R, class Outcome>
    static consteval bool replaces() {
        if constexpr (is_flat<Call>) return Call::template replaces<R, Outcome>();
        else if constexpr (MayBeLater<R>) return makes<Call, R, Outcome> || makes<Call, typename R::Value, Outcome>;
        else return makes<Call, R, Outcome>;
    }
    template <class R, class Call, class Around, class Outcome>
    GRIT_INLINE static constexpr R replacement(Call& call, Around const& at, Outcome const& o) {
        if constexpr (is_flat<Call>) return call.template replacement<R>(at, o);
        else if constexpr (makes<Call, R, Outcome> || !MayBeLater<R>) return call.template replacement<R>(at, o.value);
        else if constexpr (std::is_void_v<typename R::Value>) {
            call.template replacement<void>(at, o.value);
            return R{};
        } else return call.template replacement<typename R::Value>(at, o.value); // it knows only what is there
    }

    template <class Call>
    static consteval auto rejections() {
        if constexpr (requires { typename Call::Rejections; }) return typename Call::Rejections{};
        else {
            constexpr bool can_refuse = requires(Call& call) { call.with_rejection([](auto const&) {}); };
            static_assert(!can_refuse, "grit: a call of a stage can refuse and does not say with what, because it has "
                                       "with_rejection() and no Rejections; add using Rejections = grit::Types<...>");
            return Types<>{};
        }
    }

    template <class Call>
    static constexpr bool refuses = decltype(rejections<Call>())::size != 0;
    template <class Call>
    static constexpr bool sleeps = requires(Call& call) { call.wait(); };

    /// True if a sleep of the call may be ended before its time, so that a driver with a sleep of its own has to park
    /// it.
    template <class Call>
    static consteval bool parks() {
        if constexpr (is_flat<Call>) return Call::parks;
        else return requires(Call& call) { call.park(Waker{}); };
    }
    template <class Call, class Around>
    static constexpr void park(Call& call, Around const& at, Waker waker) {
        if constexpr (is_flat<Call>)
            call.with_sleeper(at, [&]<class C>(C& one, Attempt const& around) { park(one, around, waker); });
        else if constexpr (parks<Call>()) call.park(waker);
    }

    /// Spends the wait of a call. A stop ends it early where the time can be ended.
    template <class Call, class Around>
    GRIT_INLINE static constexpr void sleep(Call& call, Around const& at) {
        if constexpr (is_flat<Call>)
            call.with_sleeper(at, []<class C>(C& one, Attempt const& around) { sleep(one, around); });
        else sleep_one(call, at);
    }

private:
    template <class Call, class R, class Outcome>
    static constexpr bool makes =
        requires(Call& call, Attempt const& at, Outcome const& o) { call.template replacement<R>(at, o.value); };

    template <class Call, class Around>
    GRIT_INLINE static constexpr void sleep_one(Call& call, Around const& at) {
        static_assert(detail::is_met<(requires { call.time(); })>,
                      "grit: a call of a stage sleeps and does not say by which time, because it has wait() and no "
                      "time(); add auto time() const { return grit::SteadyTime{}; }");
        Duration const wait = call.wait();
        if (wait <= Duration::zero()) return;
        decltype(auto) time = call.time();
        if constexpr (requires { call.sleeps(); }) call.sleeps();
        using Inside = std::remove_cvref_t<decltype(attempt(call, at))>;
        if constexpr (std::is_same_v<Inside, Outermost>) spend(time, wait);
        else spend(time, wait, attempt(call, at).context().stop());
    }

    template <class Time>
    GRIT_INLINE static constexpr void spend(Time& time, Duration wait, StopView stop = {}) {
        if constexpr (!requires { time.sleep(wait, stop); }) time.sleep(wait);
        else if constexpr (!requires { time.sleep(wait); }) time.sleep(wait, stop);
        else if (stop.stop_possible()) time.sleep(wait, stop);
        else time.sleep(wait);
    }
};

/// The types that a call with the named errors catches. One that names a base of Rejected does not name rejections:
/// they have a clause before it, and pass.
template <class Before, class... Es>
struct WithRejected {
    using type = Before;
};
template <class... Before, class E, class... Es>
struct WithRejected<Types<Before...>, E, Es...>
    : Conditional<is_base_of<E, Rejected> && !std::is_same_v<E, Rejected>,
                  std::type_identity<Types<Before..., Rejected, E, Es...>>, WithRejected<Types<Before..., E>, Es...>> {
};
template <class List>
struct ClausesFor;
template <class... Es>
struct ClausesFor<Types<Es...>> {
    static_assert(detail::is_met<(are_derived_first<Es...>)>,
                  "grit: a call of a stage names an error after its base, because Catches lists both in that order; "
                  "write the derived one first");
    using type = typename Conditional<contains<Rejected, Types<Es...>>, std::type_identity<Types<Es...>>,
                                      WithRejected<Types<>, Es...>>::type;
};
template <class Call>
consteval auto clauses_of() {
    if constexpr (requires { typename Call::Catches; }) return typename ClausesFor<typename Call::Catches>::type{};
    else return Types<>{};
}
/// The catch clauses around what runs inside a call.
template <class Call>
using ClausesOf = decltype(clauses_of<Call>());

/// True if a call names E itself: not the clause for the rejections that it does not name.
template <class Call, class E>
inline constexpr bool is_named = contains<E, typename Call::Catches>;

/// What a call is told of a result of type R.
template <class R>
using Told = Conditional<std::is_void_v<R>, std::monostate, std::remove_cvref_t<R>>;

} // namespace detail
} // namespace grit::inline GRIT_ABI
