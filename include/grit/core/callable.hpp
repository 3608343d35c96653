// SPDX-License-Identifier: BSL-1.0
#pragma once
// Callables of the user inside policies: constant or held by value, called with as much as they take.

#include <grit/core/attempt.hpp>
#include <grit/core/concepts.hpp>
#include <grit/core/failure.hpp>
#include <grit/core/invoke.hpp>

namespace grit::inline GRIT_ABI::detail {

/// What a callable that watches an attempt takes, from the most to the least that could be given.
enum class Takes { timed_and_failure, attempt_and_failure, timed, attempt, nothing, other };

template <class F>
consteval Takes what_it_takes() {
    if constexpr (CallableWith<F const&, Attempt const&, Failure const&>) return Takes::attempt_and_failure;
    else if constexpr (CallableWith<F const&, TimedAttempt const&, Failure const&>) return Takes::timed_and_failure;
    else if constexpr (CallableWith<F const&, Attempt const&>) return Takes::attempt;
    else if constexpr (CallableWith<F const&, TimedAttempt const&>) return Takes::timed;
    else if constexpr (CallableWith<F const&>) return Takes::nothing;
    else return Takes::other;
}

template <class F>
inline constexpr Takes takes_of = what_it_takes<F>();
template <>
inline constexpr Takes takes_of<void> = Takes::other; // no callable was given
template <class F>
inline constexpr bool observer_needs_clock = takes_of<F> == Takes::timed || takes_of<F> == Takes::timed_and_failure;
template <class F>
inline constexpr bool observer_needs_failure =
    takes_of<F> == Takes::attempt_and_failure || takes_of<F> == Takes::timed_and_failure;

/// True if the first of two parameters is a TimedAttempt; false if that cannot be told, as for a template.
template <class F>
inline constexpr bool starts_with_time = false;
template <class R, class A>
inline constexpr bool starts_with_time<R (*)(TimedAttempt const&, A)> = true;
template <class R, class A>
inline constexpr bool starts_with_time<R (*)(TimedAttempt const&, A) noexcept> = true;
template <class R, class C, class A>
inline constexpr bool starts_with_time<R (C::*)(TimedAttempt const&, A) const> = true;
template <class R, class C, class A>
inline constexpr bool starts_with_time<R (C::*)(TimedAttempt const&, A) const noexcept> = true;
template <class R, class C, class A>
inline constexpr bool starts_with_time<R (C::*)(TimedAttempt const&, A)> = true;
template <class R, class C, class A>
inline constexpr bool starts_with_time<R (C::*)(TimedAttempt const&, A) noexcept> = true;
template <class F>
    requires requires { &F::operator(); }
inline constexpr bool starts_with_time<F> = starts_with_time<decltype(&F::operator())>;

/// Calls f with what it takes of the attempt, the time and the failure that the query can tell. F is a class.
template <class F, class Q>
GRIT_INLINE constexpr decltype(auto) call_observer(F const& f, Q const& q) {
    static_assert(detail::is_met<(takes_of<F> != Takes::other)>,
                  "grit: a callable given to a hook or policy cannot be called, because its parameters are none of "
                  "these; write (), (grit::Attempt const&) or (grit::Attempt const&, grit::Failure const&) and make "
                  "it callable through const");
    constexpr Takes takes = takes_of<F>;
    if constexpr (takes == Takes::attempt_and_failure) return f(q.attempt(), q.failure());
    else if constexpr (takes == Takes::timed_and_failure) return f(TimedAttempt{q.attempt(), q.elapsed()}, q.failure());
    else if constexpr (takes == Takes::attempt) return f(q.attempt());
    else if constexpr (takes == Takes::timed) return f(TimedAttempt{q.attempt(), q.elapsed()});
    else if constexpr (takes == Takes::nothing) return f();
}

/// A callable that is a constant (`Callable<is_busy>`) or held by value (`Callable<dynamic, F>`); called through const
/// with arguments, or as an observer with what it takes.
template <auto F = dynamic, class Fn = void>
class Callable {
public:
    using type = decltype(F);

    template <class... Args>
        requires CallableWith<type const&, Args...>
    GRIT_INLINE constexpr decltype(auto) operator()(Args&&... args) const {
        // By name: through a parameter it is a call of a pointer, which Clang inlines too late to fold it.
        if constexpr (std::is_member_pointer_v<type>) return detail::invoke(F, static_cast<Args&&>(args)...);
        else return F(static_cast<Args&&>(args)...);
    }
    template <class Q>
    GRIT_INLINE constexpr decltype(auto) observe(Q const& q) const {
        return call_observer(*this, q);
    }
};

template <class Fn>
class Callable<dynamic, Fn> {
    static_assert(detail::is_met<(!Policy<Fn>)>,
                  "grit: a policy that takes a callable was given another policy, because policies are not put into "
                  "each other so; name both, or combine predicates and stops with | and &, and waits with +");

public:
    using type = Fn;

    constexpr Callable()
        requires std::is_default_constructible_v<Fn>
    = default;
    explicit constexpr Callable(Fn f) : f_(static_cast<Fn&&>(f)) {}

    template <class... Args>
        requires CallableWith<Fn const&, Args...>
    GRIT_INLINE constexpr decltype(auto) operator()(Args&&... args) const {
        return detail::invoke(f_, static_cast<Args&&>(args)...);
    }
    template <class Q>
    GRIT_INLINE constexpr decltype(auto) observe(Q const& q) const {
        return call_observer(*this, q);
    }

private:
    [[no_unique_address]] Fn f_;
};

/// None was given.
template <class Fn>
    requires std::is_void_v<Fn>
class Callable<dynamic, Fn> {
    static_assert(detail::is_met<(!std::is_void_v<Fn>)>,
                  "grit: a policy that takes a callable was given none, because its brackets are empty; write it "
                  "between the brackets where it is a constant, as in Before<f>, or into the braces, as in Before{f}");

public:
    using type = Dynamic;
};

} // namespace grit::inline GRIT_ABI::detail
