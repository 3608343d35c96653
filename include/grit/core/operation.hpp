// SPDX-License-Identifier: BSL-1.0
#pragma once
// How an operation is called, in one place: with its arguments alone, or after an Attempt or a TimedAttempt.

#include <exception>
#include <variant> // and with it std::construct_at: <memory> costs every user a quarter of <chrono>

#include <grit/core/attempt.hpp>
#include <grit/core/concepts.hpp>
#include <grit/core/hana.hpp>
#include <grit/core/invoke.hpp>
#include <grit/core/types.hpp>

namespace grit::inline GRIT_ABI {
class Signal;
}
namespace grit::inline GRIT_ABI::detail {

/// What an operation takes before its arguments.
enum class Wants : unsigned char { nothing, attempt, timed, other };

// Asked one after the other: to ask a callable with a deduced result what it takes is to compile its body.
template <class F, class... Args>
consteval Wants what_it_wants() {
    if constexpr (Policy<std::remove_cvref_t<F>> || Stage<F>) return Wants::other; // not even asked
    else if constexpr (CallableWith<F&, Args&...>) return Wants::nothing;
    else if constexpr (CallableWith<F&, Attempt const&, Args&...>) return Wants::attempt;
    else if constexpr (CallableWith<F&, TimedAttempt const&, Args&...>) return Wants::timed;
    else return Wants::other;
}

template <class F, class... Args>
consteval auto call_result() {
    if constexpr (requires { std::declval<F>()(std::declval<Args>()...); })
        return std::type_identity<decltype(std::declval<F>()(std::declval<Args>()...))>{};
    else return std::type_identity<std::invoke_result_t<F, Args...>>{};
}
template <class F, class... Args>
consteval bool call_cannot_throw() {
    if constexpr (requires { std::declval<F>()(std::declval<Args>()...); })
        return noexcept(std::declval<F>()(std::declval<Args>()...));
    else return std::is_nothrow_invocable_v<F, Args...>;
}

/// True if a value of type Given can be returned as a Result; a reference must not come to refer to a temporary.
template <class Given, class Result>
consteval bool is_result() {
    if constexpr (std::is_reference_v<Result>)
        return std::is_reference_v<Given> && std::is_convertible_v<Given, Result> &&
               std::is_convertible_v<std::remove_reference_t<Given>*, std::remove_reference_t<Result>*>;
    else return std::is_convertible_v<Given, Result>;
}

/// What types say of an operation F and its arguments, whatever surrounds it.
template <class F, class... Args>
struct CallTraits {
    static constexpr Wants wants = what_it_wants<F, Args...>();
    static constexpr bool callable = wants != Wants::other;

    static consteval auto result_type() {
        if constexpr (wants == Wants::nothing) return call_result<F&, Args&...>();
        else if constexpr (wants == Wants::attempt) return call_result<F&, Attempt const&, Args&...>();
        else if constexpr (wants == Wants::timed) return call_result<F&, TimedAttempt const&, Args&...>();
        else return std::type_identity<void>{};
    }
    static consteval bool cannot_throw() {
        if constexpr (wants == Wants::nothing) return call_cannot_throw<F&, Args&...>();
        else if constexpr (wants == Wants::attempt) return call_cannot_throw<F&, Attempt const&, Args&...>();
        else if constexpr (wants == Wants::timed) return call_cannot_throw<F&, TimedAttempt const&, Args&...>();
        else return false;
    }
    using Result = typename decltype(result_type())::type;
    /// What predicates look at: the result by value; nothing of a void.
    using Judged = Conditional<std::is_void_v<Result>, std::monostate, std::remove_cvref_t<Result>>;
};

/// Ended only later: a future, or something to co_await.
template <class R>
concept EndsLater = requires(R& r) { r.wait(), r.valid(), r.get(); } || requires(R& r) { r.await_resume(); } ||
                    requires(R& r) { static_cast<R&&>(r).operator co_await(); } ||
                    requires(R& r) { operator co_await(static_cast<R&&>(r)); };
template <class R>
concept IsSignal = requires { requires is_base_of<Signal, R>; };

/// The requirements on an operation and its arguments, a sentence for each. C is its CallTraits.
template <class C, class F, class... Args>
struct CallableChecks {
    using Bare = std::remove_cvref_t<F>;
    enum class Call {
        works,
        of_no_callable,
        of_a_const,
        of_an_rvalue,
        of_a_result,
        that_consumes,
        with_other_arguments
    };
    static consteval Call find() {
        if constexpr (Policy<Bare> || Stage<F>) return Call::of_no_callable; // not asked what it takes
        else if constexpr (C::callable) return Call::works;
        else if constexpr (what_it_wants<Bare, Args...>() != Wants::other) return Call::of_a_const;
        else if constexpr (CallableWith<Bare, Args&...> || CallableWith<Bare, Attempt const&, Args&...> ||
                           CallableWith<Bare, TimedAttempt const&, Args&...>)
            return Call::of_an_rvalue;
        else if constexpr (sizeof...(Args) == 0 && !std::is_function_v<std::remove_pointer_t<Bare>> &&
                           !requires { &Bare::operator(); } && !std::is_member_pointer_v<Bare>)
            return Call::of_a_result;
        else if constexpr (CallableWith<F&, Args...> || CallableWith<F&, Attempt const&, Args...>)
            return Call::that_consumes;
        else return Call::with_other_arguments;
    }
    static constexpr Call call = find();
    static constexpr bool is_signal = IsSignal<typename C::Judged>;

    static_assert(call != Call::of_no_callable,
                  "grit: a policy or a stage was given as the operation, because it stands where the callable belongs; "
                  "write Retrying{policies...}(f, args...), or pipeline(stages...)(f, args...)");
    static_assert(call != Call::of_a_result,
                  "grit: a result was given instead of an operation, because it was called before; write [&] { return "
                  "f(args...); }, or give f and its arguments apart");
    static_assert(call != Call::that_consumes,
                  "grit: an operation consumes one of its arguments, because it takes it by value or as an rvalue and "
                  "that can only be moved; every attempt needs it again: take it by const reference");
    static_assert(call != Call::of_an_rvalue,
                  "grit: an operation can only be called as an rvalue, because its call operator is declared with &&; "
                  "every attempt calls it again: declare it without");
    static_assert(call != Call::of_a_const,
                  "grit: an operation is const and can only be called as not const, because it changes its own state; "
                  "do not declare it const, or let it change what it refers to");
    static_assert(call != Call::with_other_arguments,
                  "grit: an operation cannot be called with these arguments, because every attempt passes them as "
                  "lvalues, after a grit::Attempt const& or without; take them by value or by const reference");
    static_assert(!is_signal,
                  "grit: an operation returns a signal as a plain result, because TryAgain, RetryAfter and Permanent "
                  "are errors; throw it, or return it as the error of an expected-like result");
};

/// The same for an operation whose work has ended when it returns.
template <class C, class F, class... Args>
struct OperationChecks : CallableChecks<C, F, Args...> {
    static constexpr bool ends_later = EndsLater<typename C::Judged>;
    static_assert(!ends_later,
                  "grit: an operation returns a future or an awaitable, because its work has not ended when it "
                  "returns; write co_await grit::async(resilient)(f) for a coroutine, or wait for it in the operation, "
                  "as in [&] { return f().get(); }");
};

// A backtrace shows each function between a call of the user and the operation: so they call it themselves where they
// can, and leave only what is no plain call to invoke().
template <class F>
inline constexpr bool is_called_plainly = !std::is_member_pointer_v<std::remove_cv_t<F>>;

/// Calls the operation with what it takes. `attempt` is an Attempt, or a TimedAttempt where the operation wants that.
template <class F, class At, class... Args>
GRIT_INLINE constexpr decltype(auto) call_operation(F& f, [[maybe_unused]] At const& attempt, Args&... args) {
    if constexpr (what_it_wants<F, Args...>() == Wants::nothing) {
        if constexpr (is_called_plainly<F>) return f(args...);
        else return detail::invoke(f, args...);
    } else if constexpr (is_called_plainly<F>) return f(attempt, args...);
    else return detail::invoke(f, attempt, args...);
}

/// An operation and its arguments, as one thing that takes an attempt. They are passed as lvalues, each time anew.
template <class Indices, class F, class... Args>
class BoundTo;
template <class F, class... Args>
using BoundOperation = BoundTo<std::index_sequence_for<Args...>, F, Args...>;

template <std::size_t... Is, class F, class... Args>
class BoundTo<std::index_sequence<Is...>, F, Args...> {
    using Traits = CallTraits<F, Args...>;
    static_assert(sizeof(OperationChecks<Traits, F, Args...>) != 0); // before the errors of the call itself

public:
    using Result = typename Traits::Result;
    static constexpr Wants wants = Traits::wants;
    static constexpr bool takes_timed = wants == Wants::timed;
    static constexpr bool cannot_throw = Traits::cannot_throw();

    GRIT_INLINE explicit constexpr BoundTo(F& f, Args&... args) noexcept : f_(f), args_(args...) {}

    template <class Around>
    GRIT_INLINE constexpr decltype(auto) operator()([[maybe_unused]] Around const& at) const {
        if constexpr (wants == Wants::nothing) {
            if constexpr (is_called_plainly<F>) return f_(args_.template part<Is>()...);
            else return detail::invoke(f_, args_.template part<Is>()...);
        } else {
            using Seen = Conditional<takes_timed, TimedAttempt, Attempt>;
            static_assert(detail::is_met<(is_base_of<Seen, Around>)>,
                          "grit: an operation takes a grit::TimedAttempt that no stage around it makes, because only a "
                          "Retrying measures when a call starts; put one around it, or take grit::Attempt const&");
            if constexpr (is_called_plainly<F>) return f_(static_cast<Seen const&>(at), args_.template part<Is>()...);
            else return detail::invoke(f_, static_cast<Seen const&>(at), args_.template part<Is>()...);
        }
    }

    /// Returns: the same with copies of the operation and its arguments, for a thread that may outlive the call.
    auto copy() const {
        constexpr bool can_be_copied =
            std::is_copy_constructible_v<std::decay_t<F>> && (std::is_copy_constructible_v<std::decay_t<Args>> && ...);
        static_assert(can_be_copied,
                      "grit: an operation is to run on another thread and cannot be copied there, because it or one of "
                      "its arguments can only be moved; hold that by a std::shared_ptr instead");
        if constexpr (can_be_copied)
            return [f = std::decay_t<F>(f_),
                    ... args = std::decay_t<Args>(args_.template part<Is>())](auto const& at) mutable -> Result {
                return call_operation(static_cast<Conditional<stays_itself<F>, F, std::decay_t<F>>&>(f), at,
                                      static_cast<Conditional<stays_itself<Args>, Args, std::decay_t<Args>>&>(args)...);
            };
        else return [](auto const&) -> Result { std::terminate(); };
    }

private:
    template <class T>
    static constexpr bool stays_itself = std::is_same_v<std::decay_t<T>, std::remove_cv_t<T>>; // no array, no function

    F& f_;
    Hold<Args&...> args_;
};

// What an operation returned.

template <class R>
inline constexpr bool is_movable = std::is_void_v<R> || std::is_move_constructible_v<R>;

/// A result that is kept until it was judged: built where it stays, also if it cannot be moved.
template <class R>
struct Kept {
    R value;

    GRIT_INLINE constexpr auto const& told() const noexcept { return value; }
    GRIT_INLINE constexpr R give() { return static_cast<R&&>(value); }
};
template <>
struct Kept<void> {
    GRIT_INLINE static constexpr std::monostate told() noexcept { return {}; }
    GRIT_INLINE static constexpr void give() noexcept {}
};
/// Returns: what f() returns.
template <class R, class F>
GRIT_INLINE constexpr Kept<R> kept(F& f) {
    if constexpr (std::is_void_v<R>) return f(), Kept<R>{};
    else return Kept<R>{f()};
}

/// Becomes what f() returns, in place: for what cannot be moved, where no placement new is to be had.
template <class F>
struct Made {
    F f;
    constexpr operator decltype(std::declval<F&>()())() { return f(); }
};
template <class F>
Made(F) -> Made<F>;

/// Holds what CALL returns in LATE, a Late<R> that is empty. A macro: CALL then stands in the function that writes it,
/// so that a backtrace shows none in between.
#define GRIT_HOLD(R, LATE, CALL)                                                                                       \
    if constexpr (std::is_void_v<R>) CALL;                                                                             \
    else if (!std::is_constant_evaluated()) ::new (static_cast<void*>((LATE).room()))::grit::detail::Kept<R>{CALL};    \
    else if constexpr (::grit::detail::is_movable<R>) std::construct_at((LATE).room(), CALL);                          \
    else std::construct_at((LATE).room(), ::grit::detail::Made{[&]() -> R { return CALL; }});                          \
    (LATE).is_filled();

/// Room for one Kept. std::optional would do, but a compiler leaves its emplace out of line where what it makes is a
/// whole call, and each function that an exception has to leave costs it a second look.
template <class R>
class Late {
public:
    constexpr Late() noexcept : none_() {}
    Late(Late const&) = delete;
    Late& operator=(Late const&) = delete;
    GRIT_INLINE constexpr ~Late() { reset(); }

    /// Holds what make() returns. Requires: it is empty.
    template <class Make>
    GRIT_INLINE constexpr void emplace(Make& make){GRIT_HOLD(R, *this, make())} GRIT_INLINE
        constexpr void reset() noexcept {
        if (is_there_) kept_.~Kept<R>();
        is_there_ = false;
    }
    GRIT_INLINE explicit constexpr operator bool() const noexcept { return is_there_; }
    GRIT_INLINE constexpr Kept<R>* operator->() noexcept { return __builtin_addressof(kept_); }

    // For GRIT_HOLD.
    GRIT_INLINE constexpr Kept<R>* room() noexcept { return __builtin_addressof(kept_); }
    GRIT_INLINE constexpr void is_filled() noexcept {
        if constexpr (std::is_void_v<R>) std::construct_at(room());
        is_there_ = true;
    }

private:
    union {
        char none_;
        Kept<R> kept_;
    };
    bool is_there_ = false;
};

} // namespace grit::inline GRIT_ABI::detail
