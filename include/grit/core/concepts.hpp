// SPDX-License-Identifier: BSL-1.0
#pragma once
// The contracts on one page: what makes a type a policy of each family, a time, a source of randomness, a stage.

#include <concepts>
#include <cstdint>
#include <type_traits>

#include <grit/core/attempt.hpp>
#include <grit/core/context.hpp>

namespace grit::inline GRIT_ABI {

/// What a policy decides. Every policy names its family: `static constexpr grit::Family family = grit::Family::stop;`
enum class Family : unsigned char {
    stop,
    wait,
    wait_if,
    retry,
    hook,
    time,
    random,
    name,
    outcome,
    nesting,
    of_stages = 16 ///< from here up to 31: a stage that has policies of its own names their families
};

/// The moments of a call that a hook can watch. `start` is before the first attempt; `end` is every end of the call,
/// also by an error that is not retried, after success or give_up where those are told.
enum class Event : unsigned char { start, before, after, before_sleep, success, give_up, end };

/// A part of a stage that is made of policies, such as Retrying.
template <class P>
concept Policy = requires {
    { P::family } -> std::convertible_to<Family>;
};

template <class P>
concept StopPolicy = Policy<P> && P::family == Family::stop;
template <class P>
concept WaitPolicy = Policy<P> && P::family == Family::wait;
template <class P>
concept RetryPredicate = Policy<P> && P::family == Family::retry;
template <class P>
concept Hook = Policy<P> && P::family == Family::hook &&
               (requires { { P::event } -> std::convertible_to<Event>; } || requires { P::events; });

/// A clock and a sleeper in one: `now()` returns a TimePoint; `sleep(d)`, or `sleep(d, token)` where the token says
/// stop_requested(), spends the time. Both are called through const unless the time is held by reference. It may say
/// `static constexpr bool never_negative = true` if no reading is before its epoch: elapsed times are then cheaper.
template <class T>
concept TimeSource = requires(T& t, Duration d) {
    { t.now() } -> std::convertible_to<TimePoint>;
} && (requires(T& t, Duration d) { t.sleep(d); } || requires(T& t, Duration d, StopView s) { t.sleep(d, s); });

namespace detail {
/// False for a generator that says it draws fewer bits than it returns, as std::mt19937 does where its type has 64.
template <class R>
consteval bool draws_all_bits() {
    if constexpr (requires { R::min(), R::max(); }) return R::min() == 0 && R::max() == ~std::uint64_t{0};
    else return true;
}
} // namespace detail

/// A source of 64 uniform random bits a call.
template <class R>
concept RandomSource = requires(R& r) {
    { r() } -> std::same_as<std::uint64_t>;
} && detail::draws_all_bits<R>();

/// What a stage makes for one call: asked step by step, by drivers. core/stage.hpp lists its members.
template <class C>
concept StageCall = std::is_destructible_v<C> && requires(C& call, Attempt const& at) { call.start(at); };

namespace detail {
/// True for a stage that is made of others, as a pipeline is: it says `using Stages = Types<...>`.
template <class S>
concept Composite = requires { typename std::remove_cvref_t<S>::Stages; };
} // namespace detail

/// A stage makes calls: `stage.call(at)`, where `at` is the attempt that surrounds it.
template <class S>
concept Stage = detail::Composite<S> || requires(S& stage, Attempt const& at) {
    { stage.call(at) } -> StageCall;
};

/// True for a stage that may run the rest several times for one call: it says
/// `static constexpr bool repeats_calls = true`.
template <class S>
inline constexpr bool repeats_calls = requires { requires S::repeats_calls; };

/// True for a stage that narrows the deadline of what runs inside: it says `static constexpr bool narrows_deadline =
/// true`.
template <class S>
inline constexpr bool narrows_deadline = requires { requires S::narrows_deadline; };

/// True for a stage that looks at the deadline around it, so that an operation inside need not: it repeats calls, or
/// says `static constexpr bool hears_deadline = true`.
template <class S>
inline constexpr bool hears_deadline = repeats_calls<S> || requires { requires S::hears_deadline; };

/// True for a stage that judges what it protects by the calls that pass through it: it says
/// `static constexpr bool counts_calls = true`.
template <class S>
inline constexpr bool counts_calls = requires { requires S::counts_calls; };

/// True for a stage that measures whole calls, and for one that measures attempts: they say
/// `static constexpr bool measures_calls = true` or `measures_attempts = true`.
template <class S>
inline constexpr bool measures_calls = requires { requires S::measures_calls; };
template <class S>
inline constexpr bool measures_attempts = requires { requires S::measures_attempts; };

/// True for a stage that may run the rest several times at once for one call: it says
/// `static constexpr bool races_attempts = true`.
template <class S>
inline constexpr bool races_attempts = requires { requires S::races_attempts; };

/// True for a stage that repeats calls and may stand around another one that does, whose attempts it multiplies: it
/// says `static constexpr bool allows_nested = true`.
template <class S>
inline constexpr bool allows_nested = requires { requires S::allows_nested; };

} // namespace grit::inline GRIT_ABI
