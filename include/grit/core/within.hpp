// SPDX-License-Identifier: BSL-1.0
#pragma once
// How a stage is called: within(attempt, stage)(f, args...), and StageInterface, which gives a stage its call operator.

#include <grit/core/nested.hpp>
#include <grit/core/operation.hpp>

namespace grit {

namespace detail {

template <class S>
consteval bool check_stage() {
    static_assert(
        Stage<S>,
        "grit: something that is no stage was given as one, because it has no call(attempt) that makes a call with "
        "start(attempt); give stages such as Retrying and CircuitBreaker, and the operation to the call instead");
    return Stage<S>;
}

/// Calls f(args...), or f(attempt, args...) if only that is possible, inside the stages, inside `at`.
template <int Exceptions, class Around, class S, class F, class... Args>
GRIT_INLINE constexpr decltype(auto) call_inside(Around const& at, S& stage, F& f, Args&... args) {
    BoundOperation<F, Args...> const operation{f, args...};
    using Operation = BoundOperation<F, Args...> const;
    if constexpr (check_stage<S>())
        return nest<Exceptions, typename Operation::Result, Around, Operation, S>(at, operation, stage);
}

template <class S>
class Within {
public:
    GRIT_INLINE constexpr Within(Attempt const& attempt, S& stage) noexcept : attempt_(attempt), stage_(stage) {}

    template <int Exceptions = GRIT_EXCEPTIONS, class F, class... Args>
    GRIT_INLINE constexpr decltype(auto) operator()(F&& f, Args&&... args) const {
        return call_inside<Exceptions>(attempt_, stage_, f, args...);
    }

private:
    Attempt const& attempt_;
    S& stage_;
};

} // namespace detail

/// Returns: what calls an operation inside the stage, inside an attempt that goes on already:
/// `within(attempt, retrying)(f, args...)`. Its deadline and its stop hold there, and number and last wait pass.
///
/// Requires: attempt and stage outlive what is returned.
template <class S>
GRIT_INLINE constexpr auto within(Attempt const& attempt, S&& stage) noexcept {
    return detail::Within<std::remove_reference_t<S>>{attempt, stage};
}

/// Derive a stage from it, `struct Mine : grit::StageInterface<Mine>`, and it can be called: stage(f, args...) calls
/// f(args...), or f(attempt, args...) if only that is possible.
///
/// Arguments are passed as lvalues. Returns: what f returned, or what the stage put in its place. Throws: what f threw,
/// and the exception of a rejection.
template <class Self>
class StageInterface {
public:
    template <int Exceptions = GRIT_EXCEPTIONS, class F, class... Args>
    GRIT_INLINE constexpr decltype(auto) operator()(F&& f, Args&&... args) const {
        return detail::call_inside<Exceptions>(Outermost{}, static_cast<Self const&>(*this), f, args...);
    }
    template <int Exceptions = GRIT_EXCEPTIONS, class F, class... Args>
        requires(!Stage<Self const>)
    GRIT_INLINE constexpr decltype(auto) operator()(F&& f, Args&&... args) {
        return detail::call_inside<Exceptions>(Outermost{}, static_cast<Self&>(*this), f, args...);
    }

    /// Returns: a callable that calls f inside this stage. It holds f, and a copy of the stage if that can be copied,
    /// else it refers to it.
    template <int Exceptions = GRIT_EXCEPTIONS, class F>
    constexpr auto wrap(F f) const {
        if constexpr (std::is_copy_constructible_v<Self>)
            return [self = static_cast<Self const&>(*this),
                    f = static_cast<F&&>(f)]<class... Args>(Args&&... args) -> decltype(auto) {
                return self.template operator()<Exceptions>(f, static_cast<Args&&>(args)...);
            };
        else
            return [self = static_cast<Self const*>(this),
                    f = static_cast<F&&>(f)]<class... Args>(Args&&... args) -> decltype(auto) {
                return self->template operator()<Exceptions>(f, static_cast<Args&&>(args)...);
            };
    }
    template <int Exceptions = GRIT_EXCEPTIONS, class F>
        requires(!Stage<Self const>)
    constexpr auto wrap(F f) {
        return [self = static_cast<Self*>(this),
                f = static_cast<F&&>(f)]<class... Args>(Args&&... args) mutable -> decltype(auto) {
            return self->template operator()<Exceptions>(f, static_cast<Args&&>(args)...);
        };
    }
};

} // namespace grit
