// SPDX-License-Identifier: BSL-1.0
#pragma once
// The calls of several stages as one call with one list of clauses: what coroutines, callbacks and event loops ask.

#include <optional>
#include <variant>

#include <grit/core/nested.hpp>

namespace grit::inline GRIT_ABI::detail {

/// A list with E before its first base.
template <class E, class Before, class After>
struct Inserted;
template <class E, class... Before>
struct Inserted<E, Types<Before...>, Types<>> {
    using type = Types<Before..., E>;
};
template <class E, class... Before, class S, class... Ss>
struct Inserted<E, Types<Before...>, Types<S, Ss...>> {
    using type = typename Conditional<is_base_of<S, E>, std::type_identity<Types<Before..., E, S, Ss...>>,
                                      Inserted<E, Types<Before..., S>, Types<Ss...>>>::type;
};
/// Every E before its bases, each once.
template <class Sorted, class... Es>
struct DerivedFirst {
    using type = Sorted;
};
template <class Sorted, class E, class... Es>
struct DerivedFirst<Sorted, E, Es...>
    : DerivedFirst<
          typename Conditional<contains<E, Sorted>, std::type_identity<Sorted>, Inserted<E, Types<>, Sorted>>::type,
          Es...> {};
template <class A, class B>
struct ClausesOfBoth;
template <class... As, class... Bs>
struct ClausesOfBoth<Types<As...>, Types<Bs...>> : DerivedFirst<Types<>, As..., Bs...> {};

/// What the first of the clauses that is for an E catches.
template <class E, class List>
struct ClauseFor {
    using type = void;
};
template <class E, class C, class... Cs>
struct ClauseFor<E, Types<C, Cs...>> {
    using type = typename Conditional<is_base_of<C, E> || std::is_same_v<C, E>, std::type_identity<C>,
                                      ClauseFor<E, Types<Cs...>>>::type;
};

/// What a call says to an error for which a clause stands: its own, or one of another stage.
template <class Call, class Around, class E>
GRIT_INLINE constexpr Answer hear(Call& call, Around const& at, Thrown<E> const& o) {
    using Clause = typename ClauseFor<E, ClausesOf<Call>>::type;
    if constexpr (!std::is_void_v<Clause>) {
        if constexpr (is_named<Call, Clause>) return Ask::caught(call, at, static_cast<Clause const&>(o.value));
        else if constexpr (Ask::has_thrown<Call, Around>) call.thrown(at);
    } else if constexpr (Ask::has_thrown<Call, Around>) call.thrown(at);
    return Answer::give_up;
}
template <class Call, class Around, class R>
GRIT_INLINE constexpr Answer hear(Call& call, Around const& at, Returned<R> const& o) {
    return Ask::returned(call, at, o.value);
}
template <class Call, class Around, class J>
GRIT_INLINE constexpr Answer hear(Call& call, Around const& at, Refused<J> const& o) {
    return Ask::rejected(call, at, o.value);
}
struct Unnamed {};        // an error that no clause is for
struct RejectedInside {}; // a rejection that a flat call holds by itself
template <class Call, class Around>
GRIT_INLINE constexpr Answer hear(Call& call, Around const& at, Unnamed const&) {
    if constexpr (Ask::has_thrown<Call, Around>) call.thrown(at);
    return Answer::give_up;
}

/// An outcome as a call has heard it: an error by the type of the call's own clause. The call of a pipeline finds the
/// clauses of its stages itself.
template <class Call, class Outcome>
GRIT_INLINE constexpr Outcome heard_by(Outcome const& o) noexcept {
    return o;
}
template <class Call, class E>
    requires(!is_flat<Call> && !std::is_void_v<typename ClauseFor<E, ClausesOf<Call>>::type>)
GRIT_INLINE constexpr auto heard_by(Thrown<E> const& o) noexcept {
    return Thrown<typename ClauseFor<E, ClausesOf<Call>>::type>{o.value};
}
template <class Call, class R, class Outcome>
consteval bool replaces_heard() {
    return Ask::replaces<Call, R, decltype(heard_by<Call>(std::declval<Outcome const&>()))>();
}

template <std::size_t I, class Around, class Stages>
constexpr auto flat_call(Stages const& stages, Around const& at);

/// The call of the stage I, and inside it that of the stages after it. `stages.template stage<I>()` is a stage.
///
/// It is a call by the contract. The inner call exists from the answer `again` of the outer one until it has said its
/// last word; then the outer one hears the same outcome. Around: Outermost, where nothing surrounds it.
template <class Stages, std::size_t I, class Around>
class FlatCall {
    using Outer = decltype(std::declval<Stages const&>().template stage<I>().call(std::declval<Around const&>()));
    using Inside = std::remove_cvref_t<decltype(Ask::attempt(std::declval<Outer&>(), std::declval<Around const&>()))>;
    using Inner = decltype(flat_call<I + 1>(std::declval<Stages const&>(), std::declval<Inside const&>()));

    template <class... Js>
    static auto one_of(Types<Js...>) -> std::optional<std::variant<Js...>>;
    static std::monostate one_of(Types<>);
    using InnerRejection = decltype(one_of(Ask::rejections<Inner>()));
    static constexpr bool inner_refuses = Ask::refuses<Inner>;

public:
    using Flat = FlatCall;
    using Catches = typename ClausesOfBoth<ClausesOf<Outer>, ClausesOf<Inner>>::type;
    using Rejections = Union<decltype(Ask::rejections<Outer>()), decltype(Ask::rejections<Inner>())>;
    static constexpr bool parks = Ask::parks<Outer>() || Ask::parks<Inner>();
    static constexpr bool ends_late = Ask::ends_late<Outer> || Ask::ends_late<Inner>;
    static constexpr bool needs_outcome_to_wake =
        Ask::needs_outcome_to_wake<Outer> || Ask::needs_outcome_to_wake<Inner>;
    static constexpr bool fires = Ask::fires<Outer> || Ask::fires<Inner>;
    static constexpr bool runs_operation = Ask::runs_itself<Inner>;
    static_assert(detail::is_met<(!Ask::runs_itself<Outer>)>,
                  "grit: a stage that runs the operation itself has another one inside it, because it does not stand "
                  "last; write pipeline(retrying, AttemptTimeoutOnThread<2s>{})");
    template <class R>
    static constexpr bool judges = Ask::judges<Outer, Attempt, R>() || Ask::judges<Inner, Attempt, R>();

    // NOLINTNEXTLINE(clang-analyzer-optin.cplusplus.UninitializedObject): a call writes some members when it starts
    constexpr FlatCall(Stages const& stages, Around const& at)
        : stages_(stages), outer_(stages.template stage<I>().call(at)) {}
    FlatCall(FlatCall const&) = delete;
    FlatCall& operator=(FlatCall const&) = delete;

    constexpr void measure(Attempt const& at)
        requires requires(Outer& outer, Inner& inner) { outer.measure(at); } ||
                 requires(Inner& inner) { inner.measure(at); }
    {
        measures_ = true;
        if constexpr (requires { outer_.measure(at); }) outer_.measure(at);
    }
    constexpr Answer start(Attempt const& at) {
        Answer const answer = Ask::start(outer_, at);
        if (answer == Answer::again) return enter(at);
        turn_ = Turn::outer;
        slept_for_start_ = true;
        return answer;
    }

    constexpr Attempt attempt(Attempt const& at) {
        return inner_ ? Ask::attempt(inner_->value, Ask::attempt(outer_, at)) : Ask::attempt(outer_, at);
    }
    constexpr TimedAttempt timed_attempt(Attempt const& at)
        requires requires(Outer& outer) { outer.timed_attempt(at); } ||
                 requires(Inner& inner) { inner.timed_attempt(at); }
    {
        return Ask::attempt<true>(inner_->value, Ask::attempt<true>(outer_, at));
    }

    template <class E>
    constexpr Answer caught(Attempt const& at, E const& error) {
        return told(at, Thrown{error});
    }
    constexpr void thrown(Attempt const& at) noexcept
        requires(Ask::has_thrown<Outer, Attempt> || Ask::has_thrown<Inner, Attempt>)
    {
        told(at, Unnamed{});
    }
    template <class R>
        requires(Ask::hears<Outer, Attempt, R> || Ask::hears<Inner, Attempt, R>)
    constexpr Answer returned(Attempt const& at, R const& result) {
        return told(at, Returned{result});
    }
    template <class J>
    constexpr Answer rejected(Attempt const& at, J const& rejection) {
        return told(at, Refused{rejection});
    }

    template <int Exceptions, class R, class Op>
    constexpr R run(Attempt const& inside, Op& op)
        requires runs_operation
    {
        return Ask::run<Exceptions, R>(inner_->value, inside, op);
    }

    constexpr Duration wait()
        requires(Ask::sleeps<Outer> || Ask::sleeps<Inner>)
    {
        if constexpr (Ask::sleeps<Inner>)
            if (turn_ == Turn::inner) return inner_->value.wait();
        if constexpr (Ask::sleeps<Outer>) return outer_.wait();
        else return Duration::zero();
    }
    /// Calls f(call, at) with the one that sleeps and what surrounds it.
    template <class F>
    constexpr void with_sleeper(Attempt const& at, F const& f) {
        if (turn_ != Turn::inner) {
            if constexpr (is_flat<Outer>) outer_.with_sleeper(at, f);
            else if constexpr (Ask::sleeps<Outer>) f(outer_, at);
        } else {
            Attempt const inside = Ask::attempt(outer_, at);
            if constexpr (is_flat<Inner>) inner_->value.with_sleeper(inside, f);
            else if constexpr (Ask::sleeps<Inner>) f(inner_->value, inside);
        }
    }

    /// After give_up: why the last that gave a reason has ended.
    constexpr StopReason reason() const noexcept { return reason_; }

    constexpr Answer wake(Attempt const& at) {
        if (turn_ == Turn::inner) return inner_said(at, Ask::wake(inner_->value, Ask::attempt(outer_, at)));
        return outer_woken(at, outer_rejection_woken(at));
    }
    template <class Outcome>
    constexpr Answer wake(Attempt const& at, Outcome const& o) {
        if (slept_for_start_ || turn_ == Turn::rejected) return wake(at);
        if (turn_ == Turn::outer) return outer_woken(at, Ask::wake(outer_, at, heard_by<Outer>(o)));
        Answer const answer = Ask::wake(inner_->value, Ask::attempt(outer_, at), heard_by<Inner>(o));
        if (answer != Answer::give_up) return inner_said(at, answer);
        note_reason(inner_->value);
        inner_.reset();
        return outer_said(at, hear(outer_, at, o));
    }

    /// After wake(at) has said give_up: the outcome that the sleep was for is there again. Who is around the one that
    /// gave up hears it.
    template <class Outcome>
    constexpr Answer ended(Attempt const& at, Outcome const& o) {
        if (slept_for_start_ || turn_ != Turn::inner) return Answer::give_up;
        Answer const answer = Ask::ended(inner_->value, Ask::attempt(outer_, at), o);
        if (answer != Answer::give_up) return inner_said(at, answer);
        note_reason(inner_->value);
        inner_.reset();
        return outer_said(at, hear(outer_, at, o));
    }

    template <class F>
    constexpr decltype(auto) with_rejection(F const& f)
        requires(Rejections::size != 0)
    {
        if constexpr (!inner_refuses) return outer_.with_rejection(f);
        else {
            if constexpr (Ask::refuses<Outer>)
                if (turn_ == Turn::outer) return outer_.with_rejection(f);
            return std::visit(f, *rejection_);
        }
    }

    template <class R, class Outcome>
    static consteval bool replaces() {
        return replaces_heard<Outer, R, Outcome>() || replaces_heard<Inner, R, Outcome>() || replaces_rejections<R>();
    }
    /// After replace. The stages around the one that replaced hear the new outcome: feed it as any other.
    template <class R, class Outcome>
    constexpr R replacement(Attempt const& at, Outcome const& o) {
        struct Over {
            FlatCall& call;
            constexpr ~Over() { // the one that replaced has said its last word
                if (call.turn_ == Turn::inner) {
                    if constexpr (!is_flat<Inner>) call.inner_.reset();
                } else call.turn_ = Turn::over;
            }
        } const over{*this};
        if (turn_ == Turn::inner) {
            if constexpr (replaces_heard<Inner, R, Outcome>())
                return Ask::replacement<R>(inner_->value, Ask::attempt(outer_, at), heard_by<Inner>(o));
        } else if (turn_ == Turn::rejected) {
            if constexpr (replaces_rejections<R>())
                return std::visit(
                    [&]<class J>(J const& j) -> R {
                        if constexpr (Ask::replaces<Outer, R, Refused<J>>())
                            return Ask::replacement<R>(outer_, at, Refused{j});
                        else std::terminate();
                    },
                    *rejection_);
        } else {
            if constexpr (replaces_heard<Outer, R, Outcome>())
                return Ask::replacement<R>(outer_, at, heard_by<Outer>(o));
        }
        std::terminate(); // nobody said replace
    }

private:
    /// Whose answer it is: the outer call's, to an outcome or to a rejection; the inner call's; nobody's any more.
    enum class Turn : unsigned char { outer, rejected, inner, over };

    /// A rejection that a call catches as an exception it must also take as a value.
    template <class J>
    static consteval bool takes_as_value() {
        using Clause = typename ClauseFor<typename J::Thrown, ClausesOf<Outer>>::type;
        if constexpr (std::is_void_v<Clause>) return true;
        else if constexpr (!is_named<Outer, Clause>) return true;
        else return requires(Outer& outer, Attempt const& at, J const& j) { outer.rejected(at, j); };
    }

    template <class R>
    static consteval bool replaces_rejections() {
        return []<class... Js>(Types<Js...>) {
            return (Ask::replaces<Outer, R, Refused<Js>>() || ...);
        }(Ask::rejections<Inner>());
    }

    template <class Call>
    constexpr void note_reason([[maybe_unused]] Call const& call) {
        if constexpr (requires { call.reason(); }) reason_ = call.reason();
    }

    constexpr Answer enter(Attempt const& at) { return inner_said(at, started(at)); }
    constexpr Answer started(Attempt const& at) {
        Attempt const inside = Ask::attempt(outer_, at);
        auto const make = [&] {
            if constexpr (std::is_same_v<Inside, Outermost>) return flat_call<I + 1>(stages_, Outermost{});
            else return flat_call<I + 1>(stages_, inside);
        };
        inner_.emplace(make);
        if constexpr (requires { inner_->value.measure(inside); })
            if (measures_) inner_->value.measure(inside);
        slept_for_start_ = true;
        return Ask::start(inner_->value, inside);
    }

    /// What follows from an answer of the inner call that leaves it alive, or refuses.
    constexpr Answer inner_said(Attempt const& at, Answer answer) {
        while (answer == Answer::reject) {
            answer = refused(at);
            if (answer != Answer::again) return answer;
            answer = started(at);
        }
        turn_ = Turn::inner;
        return answer;
    }
    constexpr Answer refused(Attempt const& at) {
        if constexpr (!inner_refuses) return Answer::reject;
        else {
            inner_->value.with_rejection([&]<class J>(J const& j) {
                static_assert(detail::is_met<(takes_as_value<J>())>,
                              "grit: a call of a stage catches a rejection and does not take it as a value, because it "
                              "names its exception in Catches and has no rejected(at, j); add that, with the same "
                              "answer");
                rejection_.emplace(j);
            });
            inner_.reset();
            turn_ = Turn::rejected;
            slept_for_start_ = false;
            return std::visit([&]<class J>(J const& j) { return hear(outer_, at, Refused{j}); }, *rejection_);
        }
    }

    /// What follows from an answer of the outer call to an outcome.
    constexpr Answer outer_said(Attempt const& at, Answer answer) {
        if (answer == Answer::again) return enter(at);
        if (answer == Answer::give_up) note_reason(outer_);
        turn_ = Turn::outer;
        slept_for_start_ = false;
        return answer;
    }
    constexpr Answer outer_woken(Attempt const& at, Answer answer) {
        if (answer == Answer::again) return enter(at);
        if (answer == Answer::give_up) {
            note_reason(outer_);
            if (turn_ == Turn::rejected) return Answer::reject; // the rejection is the outcome
        }
        return answer;
    }
    constexpr Answer outer_rejection_woken(Attempt const& at) {
        if constexpr (inner_refuses)
            if (turn_ == Turn::rejected)
                return std::visit([&]<class J>(J const& j) { return Ask::wake(outer_, at, Refused{j}); }, *rejection_);
        return Ask::wake(outer_, at);
    }

    template <class Outcome>
    constexpr Answer told(Attempt const& at, Outcome const& o) {
        if (turn_ == Turn::over) return Answer::give_up;
        if (inner_) {
            slept_for_start_ = false;
            Answer const answer = hear(inner_->value, Ask::attempt(outer_, at), o);
            if (answer != Answer::done && answer != Answer::give_up) return inner_said(at, answer);
            if (answer == Answer::give_up) note_reason(inner_->value);
            inner_.reset();
        }
        return outer_said(at, hear(outer_, at, o));
    }

    Stages const& stages_;
    Outer outer_;
    Late<Inner> inner_;
    [[no_unique_address]] InnerRejection rejection_{};
    StopReason reason_ = StopReason::none;
    Turn turn_ = Turn::outer;
    bool slept_for_start_ = true; // or for an outcome
    bool measures_ = false;
};

/// The call of the stages from I on.
template <std::size_t I, class Around, class Stages>
constexpr auto flat_call(Stages const& stages, Around const& at) {
    if constexpr (I + 1 == Stages::count) return stages.template stage<I>().call(at);
    else return FlatCall<Stages, I, Around>{stages, at};
}

// What drivers of one call have in common, be it of a pipeline or of a stage. A driver says what it does while a call
// sleeps: `slept(call, at, answer, outcome)` returns what else the call says, or `sleep` where the driver sleeps later;
// then `sleeps_later` is true. It is told by arm() that an error which passes now is the operation's.

/// For a thread that waits: it sleeps at once, and the outcome lives meanwhile.
template <bool Guards, class Call, class Around>
class BlockingDriver : public Conditional<Guards, Passing<Call, Around>, NothingPasses> {
    using Guard = Conditional<Guards, Passing<Call, Around>, NothingPasses>;

public:
    static constexpr bool sleeps_later = false;
    using Guard::Guard;

    template <class Outcome>
    GRIT_INLINE static constexpr Answer slept(Call& call, Around const& at, Answer answer, Outcome const& o) {
        return detail::slept(call, at, answer, o);
    }
};

/// Makes what the call puts in the place of an outcome.
template <class R, class Call, class Around, class Outcome>
struct Replaced {
    Call& call;
    Around const& at;
    Outcome o;
    constexpr R operator()() { return Ask::replacement<R>(call, at, o); }
};

template <int Exceptions, class R, class Call, class Around, class Driver, class Make>
constexpr Answer attempted(Call& call, Around const& at, Driver& driver, Make& make, Late<R>& result);

/// Puts something in the place of an outcome. The others around the one that replaces hear the new one. A driver that
/// can await it has a Replaced of its own.
template <int Exceptions, class R, class Call, class Around, class Driver, class Outcome>
constexpr Answer replaced(Call& call, Around const& at, Driver& driver, Outcome const& o, Late<R>& result) {
    auto other = [&] {
        if constexpr (requires { driver.replaced(call, at, o); }) return driver.replaced(call, at, o);
        else return Replaced<R, Call, Around, Outcome>{call, at, o};
    }();
    if constexpr (is_flat<Call>) return attempted<Exceptions>(call, at, driver, other, result);
    else if constexpr (requires { other.later(result); }) return other.later(result) ? Answer::again : Answer::done;
    else return result.emplace(other), Answer::done;
}

/// What follows from an answer to an error, in its handler. Returns: give_up if the error leaves.
template <int Exceptions, class R, class Call, class Around, class Driver, class E>
GRIT_INLINE constexpr Answer after_error(Call& call, Around const& at, [[maybe_unused]] Driver& driver, Answer answer,
                                         E const& error, [[maybe_unused]] Late<R>& result) {
    if constexpr (Ask::ends_late<Call>) answer = driver.slept(call, at, answer, Thrown{error});
    if constexpr (Ask::replaces<Call, R, Thrown<E>>())
        if (answer == Answer::replace) return replaced<Exceptions>(call, at, driver, Thrown{error}, result);
    return answer;
}

/// What follows from an answer to the result that is there. Returns: done, and it is the last word; or it is gone.
template <int Exceptions, class R, class Call, class Around, class Driver>
GRIT_INLINE constexpr Answer after_result(Call& call, Around const& at, [[maybe_unused]] Driver& driver, Answer answer,
                                          Late<R>& result) {
    if constexpr (Ask::ends_late<Call>) answer = driver.slept(call, at, answer, Returned{result->told()});
    if (answer == Answer::done || answer == Answer::give_up) return Answer::done;
    if constexpr (Ask::ends_late<Call> && Driver::sleeps_later)
        if (answer == Answer::sleep) return answer;
    auto const give = [&]() -> R { return result->give(); };
    Kept<R> const outcome = kept<R>(give);
    result.reset();
    if constexpr (Ask::replaces<Call, R, Returned<Told<R>>>())
        if (answer == Answer::replace) {
            Told<R> const& told = outcome.told();
            return replaced<Exceptions>(call, at, driver, Returned{told}, result);
        }
    return answer;
}

/// Makes a result, by the operation or in the place of another outcome, and has it judged. What make.later() says will
/// be there later is judged then. Returns: done, and the result is there; again, sleep or reject. Throws: an error that
/// the call does not want to see again.
template <int Exceptions, class R, class Call, class Around, class Driver, class Make>
constexpr Answer attempted(Call& call, Around const& at, Driver& driver, Make& make, Late<R>& result) {
    using Clauses [[maybe_unused]] = Conditional<Exceptions != 0, ClausesOf<Call>, Types<>>;

#define GRIT_INSIDE                                                                                                    \
    driver.arm(true);                                                                                                  \
    if constexpr (requires { make.later(result); }) {                                                                  \
        bool const later = make.later(result);                                                                         \
        driver.arm(false);                                                                                             \
        if (later) return Answer::again;                                                                               \
    } else {                                                                                                           \
        result.emplace(make);                                                                                          \
        driver.arm(false);                                                                                             \
    }
#define GRIT_CAUGHT(I) Rung<Clauses, I>
#define GRIT_HANDLER(I)                                                                                                \
    using Error = grit::At<Clauses, I>;                                                                                \
    if constexpr (!is_named<Call, Error>) throw;                                                                       \
    else {                                                                                                             \
        driver.arm(false);                                                                                             \
        Answer const answer = after_error<Exceptions>(call, at, driver, Ask::caught(call, at, error), error, result);  \
        if (answer == Answer::give_up) throw;                                                                          \
        return answer;                                                                                                 \
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

    return after_result<Exceptions>(call, at, driver, Ask::returned(call, at, result->told()), result);
}

/// Runs op(attempt) inside one call, for a thread that waits. Leave: what is made of the result, and of a rejection.
template <int Exceptions, class Leave, class Around, class Op, class Call>
constexpr auto drive(Around const& at, Op& op, Call& call) -> typename Leave::type {
    using R = typename Op::Result;
    static_assert(detail::is_met<(is_movable<R>)>,
                  "grit: a result that cannot be moved would have to be, because it is kept until every stage has "
                  "heard of it; return it by reference or pointer instead");
    if constexpr (Op::takes_timed && requires { call.measure(at); }) call.measure(at);
    Answer answer = Ask::start(call, at);
    BlockingDriver<(Exceptions != 0 && Ask::has_thrown<Call, Around>), Call, Around> driver{call, at};
    for (;;) {
        answer = slept(call, at, answer);
        if constexpr (Ask::refuses<Call>)
            if (answer == Answer::reject) return call.with_rejection(typename Leave::Refused{});
        Late<R> result;
        if (Ask::replaces<Call, R, RejectedInside>() && answer == Answer::replace) {
            if constexpr (Ask::replaces<Call, R, RejectedInside>())
                answer = replaced<Exceptions>(call, at, driver, RejectedInside{}, result);
        } else {
            decltype(auto) inside = Ask::attempt<Op::takes_timed>(call, at);
            auto run = [&]() -> R { return Ask::run<Exceptions, R>(call, inside, op); };
            answer = attempted<Exceptions>(call, at, driver, run, result);
        }
        if (answer == Answer::done) {
            auto give = [&]() -> R { return result->give(); };
            return Leave::with(give);
        }
    }
}

/// A call leaves with its result, or with the exception of its rejection.
template <int Exceptions, class R>
struct LeaveAsResult {
    using type = R;
    using Refused = Refuse<Exceptions, R>;
    static constexpr R with(auto& give) { return give(); }
};

} // namespace grit::inline GRIT_ABI::detail
