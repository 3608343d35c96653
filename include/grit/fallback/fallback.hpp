// SPDX-License-Identifier: BSL-1.0
#pragma once
// Fallback: puts a value, or what a callable makes, in the place of a failure.

#include <grit/core/callable.hpp>
#include <grit/core/failure.hpp>
#include <grit/core/operation.hpp>
#include <grit/core/rejected.hpp>
#include <grit/core/result.hpp>
#include <grit/core/within.hpp>
#include <grit/retry_if/exception.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {

/// The one type of error that a callable asks for, also after an Attempt; void if it takes any.
template <class F>
struct FallbackError : ErrorOf<F> {};
template <class R, class A>
struct FallbackError<R (*)(Attempt const&, A)> {
    using type = std::remove_cvref_t<A>;
};
template <class R, class C, class A>
struct FallbackError<R (C::*)(Attempt const&, A) const> {
    using type = std::remove_cvref_t<A>;
};
template <class R, class C, class A>
struct FallbackError<R (C::*)(Attempt const&, A) const noexcept> {
    using type = std::remove_cvref_t<A>;
};
template <class F>
    requires requires { typename FallbackError<decltype(&F::operator())>::type; } &&
             (!std::is_void_v<typename FallbackError<decltype(&F::operator())>::type>)
struct FallbackError<F> : FallbackError<decltype(&F::operator())> {};

/// It takes nothing of the failure, or a view of any.
template <class F>
inline constexpr bool takes_any_failure =
    CallableWith<F const&> || CallableWith<F const&, Failure const&> || CallableWith<F const&, Attempt const&> ||
    CallableWith<F const&, Attempt const&, Failure const&>;

/// Calls f with as much as it takes of the attempt and of the error: an E, or the Failure where any is answered.
template <class F, class E>
concept AnswersTo = CallableWith<F const&, Attempt const&, E const&> || CallableWith<F const&, E const&> ||
                    CallableWith<F const&, Attempt const&> || CallableWith<F const&>;
template <class F, class E>
    requires AnswersTo<F, E>
constexpr decltype(auto) ask_fallback(F const& f, [[maybe_unused]] Attempt const& at, [[maybe_unused]] E const& error) {
    if constexpr (CallableWith<F const&, Attempt const&, E const&>) return invoke(f, at, error);
    else if constexpr (CallableWith<F const&, E const&>) return invoke(f, error);
    else if constexpr (CallableWith<F const&, Attempt const&>) return invoke(f, at);
    else return invoke(f);
}

/// The error that a callable is for; void: any, as it is for a value.
template <class F>
using NamedBy = Conditional<takes_any_failure<F>, std::type_identity<void>, FallbackError<std::remove_cv_t<F>>>;

/// These end a call before it starts: whatever was to take its place would start too late as well.
template <class E>
inline constexpr bool never_started =
    is_base_of<DeadlineExceeded, typename AsThrown<E>::type> || is_base_of<Cancelled, typename AsThrown<E>::type>;

/// The same as a code, of whichever library: the category has the name of grit's.
template <class E>
constexpr bool says_never_started([[maybe_unused]] E const& error) {
    if constexpr (requires {
                      std::string_view{error.category().name()};
                      error.value() == 0;
                  })
        return (error.value() == static_cast<int>(errc::deadline_exceeded) ||
                error.value() == static_cast<int>(errc::cancelled)) &&
               std::string_view{error.category().name()} == grit_category().name();
    else return never_started<E>;
}
template <class R>
constexpr bool holds_never_started([[maybe_unused]] R const& r) {
    if constexpr (ErrorChannel<R>::exists)
        return ErrorChannel<R>::failed(r) &&
               ErrorChannel<R>::template visit<bool>(r, [](auto const& error) { return says_never_started(error); });
    else return false;
}

/// A fallback without a condition.
struct Anything {};

/// One call with a fallback around it.
template <class Stage>
class FallbackCall {
    using Error = typename Stage::Error;
    static constexpr bool any = std::is_void_v<Error>;

    template <class E>
    static consteval bool is_named() {
        if constexpr (never_started<E>) return false;
        else if constexpr (any) return true;
        else return names<Error, E>;
    }
    template <class R>
    static consteval bool looks_at() {
        if constexpr (any) return ErrorChannel<R>::by_default;
        else return std::is_same_v<Error, R> || can_name<R, Error>;
    }
    template <class O>
    static constexpr bool is_rejection = requires { typename O::Thrown; };

public:
    using Catches = Conditional<
        any, Types<DeadlineExceeded, Cancelled, Rejected, std::exception>,
        Conditional<std::is_same_v<Error, Rejected>, Types<DeadlineExceeded, Cancelled, Rejected>, Types<Error>>>;
    template <class R>
    static constexpr bool judges = looks_at<R>();

    explicit constexpr FallbackCall(Stage const& stage) noexcept : stage_(stage) {}
    FallbackCall(FallbackCall const&) = delete;
    FallbackCall& operator=(FallbackCall const&) = delete;

    static constexpr void start(Attempt const&) noexcept {}

    template <class Around, class E>
    constexpr Answer caught(Around const& at, E const& error) const {
        return answers(at, error) ? Answer::replace : Answer::give_up;
    }
    template <class Around, class R>
        requires judges<R>
    constexpr Answer returned(Around const& at, R const& result) const {
        return answers(at, result) ? Answer::replace : Answer::done;
    }
    template <class Around, class J>
    constexpr Answer rejected(Around const& at, J const& rejection) const {
        return answers(at, rejection) ? Answer::replace : Answer::reject;
    }

    template <class R, class Outcome>
        requires(contains<Outcome, Catches> || is_rejection<Outcome> || judges<Outcome>)
    constexpr R replacement(Attempt const& at, Outcome const& outcome) const {
        Late<R> instead;
        with_failure(outcome, [&](auto const& error) {
            auto const make = [&]() -> R { return stage_.template make<R>(at, error); };
            instead.emplace(make);
        });
        return instead->give();
    }

private:
    template <class Around, class Outcome>
    constexpr bool answers([[maybe_unused]] Around const& at, Outcome const& outcome) const {
        // Nothing starts after a deadline or a requested stop, and so nothing in the place of what failed.
        if constexpr (!std::is_same_v<Around, Outermost>)
            if (at.stop_requested() || (at.has_deadline() && at.remaining() <= Duration::zero())) return false;
        bool yes = false;
        with_failure(outcome, [&](auto const& error) { yes = stage_.is_for(at, error); });
        return yes;
    }

    /// Calls use with the error that the fallback is for, if the outcome is one or holds one: by its own type, or as a
    /// Failure where any is answered.
    template <class Outcome, class Use>
    static constexpr void with_failure(Outcome const& o, Use const& use) {
        if constexpr (contains<Outcome, Catches>) { // or a result of that type
            if constexpr (!is_named<Outcome>()) return;
            else if constexpr (any) use(Failure::of_exception(o));
            else if (!holds_never_started(o)) use(o);
        } else if constexpr (is_rejection<Outcome>) {
            if constexpr (!is_named<Outcome>()) return;
            else if constexpr (any) use(Failure::of_result(ErrorView<Outcome>{o}));
            else use(static_cast<typename Outcome::Thrown>(o)); // it is named by its exception
        } else if ((any ? fails(o) : ErrorChannel<Outcome>::failed(o)) && !holds_never_started(o)) {
            if constexpr (any) use(Failure::of_result(o));
            else
                ErrorChannel<Outcome>::template visit<bool>(o, [&]<class E>(E const& error) {
                    if constexpr (is_named<E>()) use(error);
                    return true;
                });
        }
    }

    Stage const& stage_;
};

/// True if R is for nothing, or for something that is there later.
template <class R, class Made>
inline constexpr bool is_void_later = false;
template <MayBeLater R, class Made>
    requires std::is_void_v<typename R::Value>
inline constexpr bool is_void_later<R, Made> = std::is_void_v<Made>;

/// True if a parameter of a callable is a reference, or a view of a failure.
template <class F>
inline constexpr bool refers_to_error = false;
template <class R, class... As>
inline constexpr bool refers_to_error<R (*)(As...)> =
    ((std::is_reference_v<As> || std::is_same_v<std::remove_cv_t<As>, Failure>) || ...);
template <class R, class... As>
inline constexpr bool refers_to_error<R (*)(As...) noexcept> = refers_to_error<R (*)(As...)>;
template <class R, class C, class... As>
inline constexpr bool refers_to_error<R (C::*)(As...) const> = refers_to_error<R (*)(As...)>;
template <class R, class C, class... As>
inline constexpr bool refers_to_error<R (C::*)(As...) const noexcept> = refers_to_error<R (*)(As...)>;
template <class F>
    requires requires { &F::operator(); }
inline constexpr bool refers_to_error<F> = refers_to_error<decltype(&F::operator())>;

/// A fallback that has no condition.
struct Unconditional {};

/// A value that is a constant, or held.
template <auto What, class W>
struct Substitute {
    using type = std::remove_const_t<decltype(What)>;
    static constexpr type const& get() noexcept { return constant; }

private:
    static constexpr type constant = What;
};
template <class W>
struct Substitute<dynamic, W> {
    using type = W;
    constexpr W const& get() const noexcept { return what; }

    [[no_unique_address]] W what;
};
template <class W>
    requires std::is_void_v<W>
struct Substitute<dynamic, W> {
    static_assert(is_met<(always_false<W>)>,
                  "grit: a 'Fallback' was given nothing to put in the place of a failure, because its list is empty; "
                  "write Fallback<0>, or Fallback{value} without a list");
    using type = Dynamic;
    Dynamic what;
};

} // namespace detail

/// Puts something else in the place of a failure: `Fallback{cached_page}`, or what a callable returns:
/// `Fallback{[](grit::Failure const& failure) { return Page{failure.what()}; }}`. Where it is a constant:
/// `Fallback<0>`, `Fallback<make_default>`.
///
/// A callable takes nothing, an Attempt const&, a Failure const&, or both, and is then for every failure: exceptions
/// derived from std::exception, rejections, and errors of a result. One that takes an error by its type,
/// `[](HttpError const& error)`, is for that error alone. A condition before it says for which: `Fallback{[](HttpError
/// const& error) { return error.status == 404; }, Page{}}`; a condition on the result itself judges results.
///
/// In a coroutine the callable may return one of the same type, which is awaited: it takes the error by value.
///
/// It answers no DeadlineExceeded and no Cancelled, and nothing after a deadline or a requested stop. What it throws
/// leaves in the place of the failure; a Fallback around it may answer that. The result must be made from what it puts
/// there by an implicit conversion. Thread safety: a const value; that of calls to the callables through const.
template <auto What = dynamic, class W = void, class When = detail::Unconditional>
class Fallback : public StageInterface<Fallback<What, W, When>> {
    using Instead = typename detail::Substitute<What, W>::type;
    static constexpr bool has_condition = !std::is_same_v<When, detail::Unconditional>;

public:
    static constexpr char const* name = "Fallback";
    static consteval auto arguments() { return Types<Constant<What>>{}; }
    /// The error that it is for; void: any.
    using Error = typename detail::Conditional<has_condition && !detail::takes_any_failure<When>, detail::NamedBy<When>,
                                               detail::NamedBy<Instead>>::type;

    constexpr Fallback()
        requires(!std::is_same_v<std::remove_const_t<decltype(What)>, Dynamic>)
    = default;
    template <std::convertible_to<W> G>
    explicit constexpr Fallback(G what) : what_{std::move(what)} {}
    template <std::convertible_to<W> G>
    constexpr Fallback(When when, G what) : what_{std::move(what)}, when_(std::move(when)) {}

    /// The stage contract: one call, which whoever drives it asks step by step.
    constexpr auto call(Attempt const&) const noexcept { return detail::FallbackCall<Fallback>{*this}; }

private:
    friend class detail::FallbackCall<Fallback>;

    template <class E>
    constexpr bool is_for([[maybe_unused]] Attempt const& at, [[maybe_unused]] E const& error) const {
        if constexpr (!has_condition) return true;
        else {
            constexpr bool can_be_asked = detail::AnswersTo<When, E>;
            static_assert(can_be_asked, "grit: the condition of a 'Fallback' cannot be asked, because it does not take "
                                        "the error that its callable takes; let both take the same error, or both a "
                                        "grit::Failure const&");
            if constexpr (can_be_asked) return bool(detail::ask_fallback(when_, at, error));
        }
    }
    template <class R, class E>
    constexpr R make([[maybe_unused]] Attempt const& at, [[maybe_unused]] E const& error) const {
        using detail::AnswersTo;
        if constexpr (AnswersTo<Instead, E>) {
            using Made = decltype(detail::ask_fallback(what_.get(), at, error));
            constexpr bool later = detail::EndsLater<std::remove_cvref_t<Made>>;
            constexpr bool is_void = std::is_void_v<R> || detail::is_void_later<R, Made>;
            constexpr bool fits = (is_void && !later) || detail::is_result<Made, R>();
            constexpr bool awaits = fits || !later;
            static_assert(awaits, "grit: a 'Fallback' makes something to await where nothing awaits it, because the "
                                  "call is no coroutine, or one of another type; write co_await "
                                  "grit::async(pipeline)(f), and return the type that f returns");
            static_assert(!later || !detail::refers_to_error<Instead>,
                          "grit: the coroutine of a 'Fallback' refers to the failure, because it takes a reference or "
                          "a grit::Failure, and runs when that is gone; take the error by its type and by value, or "
                          "nothing");
            static_assert(fits || !awaits,
                          "grit: a 'Fallback' cannot answer for an operation, because what its callable returns does "
                          "not convert to the operation's result; return that type");
            if constexpr (is_void && !later) {
                static_cast<void>(detail::ask_fallback(what_.get(), at, error));
                if constexpr (!std::is_void_v<R>) return R{};
            } else if constexpr (fits) return detail::ask_fallback(what_.get(), at, error);
            else std::terminate();
        } else {
            constexpr bool fits = detail::is_result<Instead const&, R>();
            static_assert(fits, "grit: a 'Fallback' cannot answer for an operation, because it holds neither a value "
                                "that converts to the operation's result nor a callable for its error; give it a value "
                                "of that type, or a callable that takes (), (E const&) or (grit::Failure const&) "
                                "through const");
            if constexpr (fits) return what_.get();
            else std::terminate();
        }
    }

    [[no_unique_address]] detail::Substitute<What, W> what_;
    [[no_unique_address]] When when_;
};
template <class W>
Fallback(W) -> Fallback<dynamic, W>;
template <class When, class W>
Fallback(When, W) -> Fallback<dynamic, W, When>;

} // namespace grit::inline GRIT_ABI
