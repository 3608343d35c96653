// SPDX-License-Identifier: BSL-1.0
#pragma once
// The blocking driver: every stage a local call and a try statement of its own, one inside the other.

#include <exception>

#include <grit/core/ladder.hpp>
#include <grit/core/operation.hpp>
#include <grit/core/rejected_as.hpp>
#include <grit/core/stage.hpp>
#include <grit/core/thread_cancel.hpp>

namespace grit::inline GRIT_ABI::detail {

/// Tells a call, on the way out, of an error that no clause is for. Not of the cancellation of a thread, which unwinds
/// the stack without an exception: the call is then abandoned.
template <class Call, class Around>
class Passing {
public:
    GRIT_INLINE constexpr Passing(Call& call, Around const& at) noexcept : call_(call), at_(at) {}
    Passing(Passing const&) = delete;
    Passing& operator=(Passing const&) = delete;
    GRIT_INLINE constexpr ~Passing() {
        if (armed_ && std::uncaught_exceptions() > 0) call_.thrown(at_);
    }
    GRIT_INLINE constexpr void arm(bool armed) noexcept { armed_ = armed; }

private:
    Call& call_;
    Around const& at_;
    bool armed_ = false;
};
struct NothingPasses {
    template <class Call, class Around>
    GRIT_INLINE constexpr NothingPasses(Call&, Around const&) noexcept {}
    GRIT_INLINE static constexpr void arm(bool) noexcept {}
};

/// Tells a call of a result that cannot be moved and is on its way to the caller: of nothing, since it cannot be seen.
template <class Call, class Around, class Guard>
class Leaving {
public:
    Leaving(Call& call, Around const& at, Guard& passing) noexcept : call_(call), at_(at), passing_(passing) {}
    Leaving(Leaving const&) = delete;
    Leaving& operator=(Leaving const&) = delete;
    /// The thread was cancelled: nothing is on its way.
    void abandon() noexcept { abandoned_ = true; }
    ~Leaving() {
        if (!abandoned_ && std::uncaught_exceptions() > before_) return;
        passing_.arm(false);
        if (abandoned_) return;
        if constexpr (Ask::hears<Call, Around, std::monostate>) {
            static_assert(detail::is_met<(noexcept(call_.returned(at_, std::monostate{})))>,
                          "grit: a result that cannot be moved is told to a stage that may throw then, because that "
                          "result is on its way to the caller; return it by reference or pointer instead");
            call_.returned(at_, std::monostate{});
        }
    }

private:
    Call& call_;
    Around const& at_;
    Guard& passing_;
    int before_ = std::uncaught_exceptions();
    bool abandoned_ = false;
};

/// Sleeps for as long as the call says so. Returns: what else it says.
template <class Call, class Around, class... Outcome>
GRIT_INLINE constexpr Answer slept([[maybe_unused]] Call& call, [[maybe_unused]] Around const& at, Answer answer,
                                   [[maybe_unused]] Outcome const&... o) {
    if constexpr (Ask::sleeps<Call>)
        while (answer == Answer::sleep) {
            Ask::sleep(call, at);
            answer = Ask::wake(call, at, o...);
        }
    return answer;
}

template <class S>
consteval bool check_stage() {
    static_assert(
        detail::is_met<(Stage<S>)>,
        "grit: something that is no stage was given as one, because it has no call(attempt) that makes a call with "
        "start(attempt); give stages such as Retrying and CircuitBreaker, and the operation to the call instead");
    return Stage<S>;
}

/// Runs op(attempt) inside the stages, the outermost first. R: what it returns.
template <int Exceptions, class R, class Around, class Op, class S, class... Rest>
GRIT_INLINE constexpr R nest(Around const& at, Op& op, S& stage, Rest&... rest) {
    if constexpr (Composite<S>) return stage.template nest_before<Exceptions, R>(at, op, rest...);
    else if constexpr (check_stage<S>()) {
        auto call = stage.call(at);
        using Call = decltype(call);
        using Result = Told<R>;
        constexpr bool can_throw = Exceptions != 0 && !(sizeof...(Rest) == 0 && Op::cannot_throw);
        using Clauses [[maybe_unused]] = Conditional<can_throw, ClausesOf<Call>, Types<>>;
        constexpr bool guards = can_throw && Ask::has_thrown<Call, Around>;
        constexpr bool decides = Ask::decides_on_result<Call, Around, Result>();
        constexpr bool keeps = guards || Ask::hears<Call, Around, Result>; // what happens is told after the try block
        constexpr bool late = Ask::ends_late<Call>;
        static_assert(detail::is_met<(is_movable<R> || !Ask::judges<Call, Around, Result>())>,
                      "grit: a result that cannot be moved is to be judged, because a policy or its error() says "
                      "whether the call failed; return it by reference or pointer instead");

        constexpr bool is_innermost = !Ask::runs_itself<Call> || sizeof...(Rest) == 0;
        static_assert(is_innermost,
                      "grit: a stage that runs the operation itself has another one inside it, because it "
                      "does not stand last; write pipeline(retrying, AttemptTimeoutOnThread<2s>{})");
        if constexpr (Op::takes_timed && requires { call.measure(at); }) call.measure(at);
        [[maybe_unused]] Answer answer = Ask::start(call, at);
        if constexpr (!Ask::always_goes_in<Call, Around>)
            if (answer != Answer::again) [[unlikely]] {
                answer = slept(call, at, answer);
                if constexpr (Ask::refuses<Call>)
                    if (answer == Answer::reject) return call.with_rejection(Refuse<Exceptions, R>{});
            }

        using Guard = Conditional<guards, Passing<Call, Around>, NothingPasses>;
        [[maybe_unused]] Guard passing{call, at};
        for (;;) {
            decltype(auto) inside = Ask::attempt<Op::takes_timed>(call, at);
            [[maybe_unused]] Late<R> result;

// What runs inside, in DO: no lambda, because a backtrace would show it.
#define GRIT_RUN(DO)                                                                                                   \
    if constexpr (Ask::runs_itself<Call>) DO((Ask::run<Exceptions, R>(call, inside, op)))                              \
    else if constexpr (sizeof...(Rest) == 0) DO(op(inside))                                                            \
    else DO((detail::nest<Exceptions, R>(inside, op, rest...)))
#define GRIT_LEAVE(RUN) return RUN;
#define GRIT_LATER(RUN) {GRIT_HOLD(R, result, RUN)}
// What stands in the try block, and what follows an error in its handler. What a member of the call throws there is not
// caught.
#define GRIT_INSIDE                                                                                                    \
    if constexpr (!keeps) {                                                                                            \
        GRIT_RUN(GRIT_LEAVE)                                                                                           \
    } else if constexpr (!is_movable<R>) {                                                                             \
        passing.arm(true);                                                                                             \
        Leaving<Call, Around, Guard> leaving{call, at, passing};                                                       \
        auto const run = [&]() -> R { GRIT_RUN(GRIT_LEAVE) };                                                          \
        return unless_cancelled<Exceptions, R>(run, [&] { leaving.abandon(); });                                       \
    } else {                                                                                                           \
        passing.arm(true);                                                                                             \
        GRIT_RUN(GRIT_LATER)                                                                                           \
        passing.arm(false);                                                                                            \
    }
#define GRIT_CAUGHT(I) Rung<Clauses, I>
#define GRIT_HANDLER(I)                                                                                                \
    using Error = grit::At<Clauses, I>;                                                                                \
    if constexpr (!is_named<Call, Error>) throw;                                                                       \
    else {                                                                                                             \
        passing.arm(false);                                                                                            \
        answer = Ask::caught(call, at, error);                                                                         \
        if constexpr (!Ask::decides_on_error<Call, Around, Error>) throw;                                              \
        if constexpr (late) answer = slept(call, at, answer, Thrown{error});                                           \
        if (answer == Answer::give_up) throw;                                                                          \
        if constexpr (Ask::replaces<Call, R, Thrown<Error>>())                                                         \
            if (answer == Answer::replace) return Ask::replacement<R>(call, at, Thrown{error});                        \
    }
#if GRIT_EXCEPTIONS
            if constexpr (Clauses::size != 0) {
                GRIT_LADDER(Clauses::size, GRIT_INSIDE, GRIT_CAUGHT, GRIT_HANDLER, )
            } else
#endif
            {
                GRIT_INSIDE
            }
#undef GRIT_INSIDE
#undef GRIT_CAUGHT
#undef GRIT_HANDLER
#undef GRIT_RUN
#undef GRIT_LEAVE
#undef GRIT_LATER

            if constexpr (keeps && is_movable<R>)
                if (result) {
                    answer = Ask::returned(call, at, result->told());
                    if constexpr (late) answer = slept(call, at, answer, Returned{result->told()});
                    if (!decides || answer == Answer::done || answer == Answer::give_up) return result->give();
                    if constexpr (Ask::replaces<Call, R, Returned<Result>>())
                        if (answer == Answer::replace) return Ask::replacement<R>(call, at, Returned{result->told()});
                    result.reset();
                }
            answer = slept(call, at, answer);
            if constexpr (Ask::refuses<Call>)
                if (answer == Answer::reject) [[unlikely]]
                    return call.with_rejection(Refuse<Exceptions, R>{});
        }
    }
}

} // namespace grit::inline GRIT_ABI::detail
