// SPDX-License-Identifier: BSL-1.0
#pragma once
// What made an attempt fail, with its type: an exception in its handler, or a result.

#include <grit/core/failure.hpp>
#include <grit/core/signal.hpp>

namespace grit::inline GRIT_ABI::detail {

template <class Hint>
GRIT_INLINE constexpr Duration as_duration(Hint const& hint) {
    constexpr bool is_optional = requires {
        static_cast<bool>(hint);
        to_duration(*hint);
    };
    static_assert(detail::is_met<(is_duration<Hint> || is_optional)>,
                  "grit: retry_after() of an error returns no duration, because WaitHint cannot know the unit of a "
                  "number; return a std::chrono duration, or an optional with one, such as std::chrono::seconds{n}");
    if constexpr (is_duration<Hint>) return to_duration(hint);
    else if constexpr (is_optional) return hint ? to_duration(*hint) : Duration::zero();
    else return Duration::zero();
}

template <class E>
concept SaysRetryAfter =
    requires(E const& error) { error.retry_after(); } || requires(E const& error) { retry_after(error); };
/// True if a failure of this type may ask for a wait: itself, or what is inside of it.
template <class E>
inline constexpr bool may_hint = SaysRetryAfter<E> || may_hint<InsideOf<E>>;
template <>
inline constexpr bool may_hint<void> = false;

/// The wait that an error asks for by `error.retry_after()` or, found by ADL, `retry_after(error)`; zero for none.
template <class E>
GRIT_INLINE constexpr Duration hint_of(E const& error) {
    if constexpr (requires { error.retry_after(); }) return as_duration(error.retry_after());
    else if constexpr (requires { retry_after(error); }) return as_duration(retry_after(error));
    else return Duration::zero();
}

/// The wait that a result without an error asks for, or the value inside of it.
template <class R>
GRIT_INLINE constexpr Duration hint_of_value(R const& result) {
    if constexpr (!std::is_void_v<InsideOf<R>>) return result.has_value() ? hint_of_value(*result) : Duration::zero();
    else if constexpr (!ErrorChannel<R>::exists) return hint_of(result);
    else return Duration::zero();
}

/// Stands for no failure: before an attempt, after a success, and where nothing that is asked looks at the failure.
struct NoCause {
    explicit constexpr NoCause(void const* = nullptr) noexcept {}
};

/// An exception, by the type of its catch clause.
template <class E>
struct ThrownCause {
    E const* error;

    GRIT_INLINE Duration hint() const { return hint_of(*error); }
    template <class Wanted>
    GRIT_INLINE bool matches() const {
        return names<Wanted, E>;
    }
    Failure failure(StopReason reason) const { return Failure::of_exception(*error, reason); }
};

/// A result that was judged a failure.
template <class R>
struct ResultCause {
    R const* result;

    GRIT_INLINE constexpr Duration hint() const {
        if constexpr (ErrorChannel<R>::exists) {
            if (ErrorChannel<R>::failed(*result))
                return ErrorChannel<R>::template visit<Duration>(*result,
                                                                 [](auto const& error) { return hint_of(error); });
        }
        return hint_of_value(*result);
    }
    template <class Wanted>
    GRIT_INLINE constexpr bool matches() const {
        if constexpr (can_name<R, Wanted>)
            return ErrorChannel<R>::failed(*result) &&
                   ErrorChannel<R>::template visit<bool>(*result, []<class E>(E const&) { return names<Wanted, E>; });
        else return names<Wanted, R>;
    }
    constexpr Failure failure(StopReason reason) const { return Failure::of_result(*result, reason); }
};

/// An error that came as a value, without a result around it: a rejection.
template <class E>
struct ErrorCause {
    ErrorView<E> view;

    constexpr Duration hint() const { return in_result().hint(); }
    template <class Wanted>
    constexpr bool matches() const {
        return in_result().template matches<Wanted>();
    }
    constexpr Failure failure(StopReason reason) const { return Failure::of_result(view, reason); }

private:
    constexpr auto in_result() const { return ResultCause<ErrorView<E>>{&view}; }
};

} // namespace grit::inline GRIT_ABI::detail
