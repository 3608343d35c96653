// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the engine may ask of any predicate, and what a predicate that does not say takes for granted.

#include <grit/core/concepts.hpp>
#include <grit/core/failure.hpp>
#include <grit/core/result.hpp>
#include <grit/core/types.hpp>
#include <grit/core/value.hpp>

namespace grit::inline GRIT_ABI::detail {

// Overloads that are never called: the list that a predicate names, or an empty one.
template <class P>
typename P::Handles handles_of(int);
template <class P>
Types<> handles_of(...);
template <class P>
typename P::Vetoes vetoes_of(int);
template <class P>
Types<> vetoes_of(...);

template <class P, class E>
concept AsksAbout = requires(P const& p, E const& e) { static_cast<bool>(p.on_exception(e)); };
template <class P>
concept NamesErrors = requires { requires P::names_errors; };
template <class P>
concept NamesResults = requires { requires P::names_results; };
template <class P, class R>
concept LooksAt =
    requires { requires P::template looks_at<R>; } ||
    (!requires { P::template looks_at<R>; } && !is_error_view<R> &&
     requires(P const& p, R const& r) { static_cast<bool>(p.on_result(r)); });

/// The one way to ask a predicate P. It offers `Handles`, the errors that it wants to see, with
/// `bool on_exception(E const&) const`, or `bool on_result(R const&) const`, or both. Everything else has a default: it
/// looks at each result that on_result() takes, which an error without a result is none of, and vetoes nothing.
template <class P>
struct PredicateTraits {
    /// The errors to catch for it.
    using Handles = decltype(handles_of<P>(0));
    /// A veto says no to what others want retried; where no other predicate looks at a channel it decides alone.
    static constexpr bool vetoes = requires { requires P::vetoes; };
    /// The errors that a veto is asked about first of all.
    using Vetoes = decltype(vetoes_of<P>(0));

    /// The channels on which naming it replaces the default.
    static constexpr bool names_errors = NamesErrors<P> || (!requires { P::names_errors; } && Handles::size > 0);
    static constexpr bool names_results = NamesResults<P> || (!requires { P::names_results; } && Handles::size == 0);

    /// True if a result of type R could be judged a failure.
    template <class R>
    static constexpr bool looks_at = LooksAt<P, R>;
    /// True if the type of an exception says already that it is to be retried.
    template <class E>
    static constexpr bool always_retries = requires { requires P::template always_retries<E>; };
    /// True unless its type says already that it is not. One that does not say may retry all that it is asked about.
    template <class E>
    static constexpr bool may_retry =
        requires { requires P::template may_retry<E>; } || (!requires { P::template may_retry<E>; } && AsksAbout<P, E>);

    /// True if the type of an exception says already that a veto says no.
    template <class E>
    static constexpr bool always_vetoes = requires { requires P::template always_vetoes<E>; };

    /// True if the exception e, of a type that some predicate handles, is to be retried.
    template <class E>
    GRIT_INLINE static constexpr bool retries([[maybe_unused]] P const& p, [[maybe_unused]] E const& e) {
        if constexpr (requires { p.on_exception(e); }) return static_cast<bool>(p.on_exception(e));
        else return false;
    }
    template <class R>
    GRIT_INLINE static constexpr bool retries_result([[maybe_unused]] P const& p, [[maybe_unused]] R const& r) {
        if constexpr (looks_at<R>) return static_cast<bool>(p.on_result(r));
        else return false;
    }

    /// True if a veto says no beside predicates that say yes: by default where it can be asked and says no itself.
    template <class E>
    GRIT_INLINE static constexpr bool forbids([[maybe_unused]] P const& p, [[maybe_unused]] E const& e) {
        if constexpr (!vetoes) return false;
        else if constexpr (requires { p.vetoes_exception(e); }) return static_cast<bool>(p.vetoes_exception(e));
        else return AsksAbout<P, E> && !retries(p, e);
    }
    template <class R>
    GRIT_INLINE static constexpr bool forbids_result([[maybe_unused]] P const& p, [[maybe_unused]] R const& r) {
        if constexpr (!vetoes) return false;
        else if constexpr (requires { p.vetoes_result(r); }) return static_cast<bool>(p.vetoes_result(r));
        else if constexpr (looks_at<R>) return !retries_result(p, r);
        else return false;
    }
};

/// True if P can be asked about each error that it handles.
template <class P, class Handles>
inline constexpr bool asks_about = false;
template <class P, class... Es>
inline constexpr bool asks_about<P, Types<Es...>> = (AsksAbout<P, Es> && ...);

} // namespace grit::inline GRIT_ABI::detail
