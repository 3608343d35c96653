// SPDX-License-Identifier: BSL-1.0
#pragma once
// How a stage is called: within(attempt, stage)(f, args...), and StageInterface, which gives a stage its call operator.

#include <grit/core/flat.hpp>
#include <grit/core/nested.hpp>
#include <grit/core/operation.hpp>
#include <grit/core/order.hpp>
#include <grit/core/try_result.hpp>
#include <grit/core/wrapped.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {

template <class S, class Operation>
consteval bool check_deadline_is_heard() {
    static_assert(
        detail::is_met<(!narrows_deadline<S> || Operation::wants != Wants::nothing)>,
        "grit: an operation under a deadline knows nothing of it, because it takes no grit::Attempt const& and nothing "
        "can end it from outside; take one and ask remaining(), or use AttemptTimeout<D> in a coroutine, "
        "AttemptTimeoutOnThread<D> in a thread");
    return true;
}

/// What types say of a call of an operation inside a stage.
template <int Exceptions, class S, class F, class... Args>
struct CallInside {
    static_assert(is_in_order<S, F>);
    using Operation = BoundOperation<F, Args...> const;
    using Result = typename Operation::Result;
    static_assert(check_deadline_is_heard<S, Operation>());
    /// Without exceptions a rejection passes the stages around as a value, for which there is one call.
    static constexpr bool is_one_call = Exceptions == 0 && Composite<S>;
};

// Calls f(args...), or f(attempt, args...) if only that is possible, inside STAGE, inside AROUND. A macro, so that a
// backtrace shows one function here, and not two.
#define GRIT_CALL_INSIDE(AROUND, STAGE)                                                                                \
    auto& stage = STAGE;                                                                                               \
    using Call = detail::CallInside<Exceptions, std::remove_reference_t<decltype(stage)>, std::remove_reference_t<F>,  \
                                    std::remove_reference_t<Args>...>;                                                 \
    using R = typename Call::Result;                                                                                   \
    typename Call::Operation const operation{f, args...};                                                              \
    auto const& at = AROUND;                                                                                           \
    if constexpr (Call::is_one_call) {                                                                                 \
        auto call = stage.call(at);                                                                                    \
        return detail::drive<Exceptions, detail::LeaveAsResult<Exceptions, R>>(at, operation, call);                   \
    } else if constexpr (detail::Composite<decltype(stage)>)                                                           \
        return stage.template nest_before<Exceptions, R>(at, operation);                                               \
    else return detail::nest<Exceptions, R>(at, operation, stage);

/// What a call can be refused with, as one type.
template <class List>
struct OneRejection;
template <class J>
struct OneRejection<Types<J>> {
    using type = J;
};
template <class... Js>
struct OneRejection<Types<Js...>> {
    using type = std::variant<Js...>;
};
template <class R, class J>
struct LeaveAsTryResult {
    using type = TryResult<R, J>;
    struct Refused {
        constexpr type operator()(auto const& rejection) const { return type{J{rejection}}; }
    };
    static constexpr type with(auto& give) { return type{std::in_place, give}; }
};

template <int Exceptions, class S, class F, class... Args>
constexpr auto try_inside(S& stage, F& f, Args&... args) {
    static_assert(is_in_order<S, F>);
    BoundOperation<F, Args...> const operation{f, args...};
    if constexpr (check_stage<S>() && check_deadline_is_heard<S, BoundOperation<F, Args...>>()) {
        Outermost const at{};
        auto call = stage.call(at);
        using Call = decltype(call);
        static_assert(detail::is_met<(Ask::refuses<Call>)>,
                      "grit: try_call was written for a stage that never refuses, because none of "
                      "its calls has a rejection; call the stage itself instead");
        if constexpr (Ask::refuses<Call>) {
            using J = typename OneRejection<decltype(Ask::rejections<Call>())>::type;
            return drive<Exceptions, LeaveAsTryResult<typename BoundOperation<F, Args...>::Result, J>>(at, operation,
                                                                                                       call);
        }
    }
}

template <class S>
class Within {
public:
    GRIT_INLINE constexpr Within(Attempt const& attempt, S& stage) noexcept : attempt_(attempt), stage_(stage) {}

    template <int Exceptions = GRIT_EXCEPTIONS, class F, class... Args>
    GRIT_INLINE constexpr decltype(auto) operator()(F&& f, Args&&... args) const {
        GRIT_CALL_INSIDE(attempt_, stage_)
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
        GRIT_CALL_INSIDE(Outermost{}, static_cast<Self const&>(*this))
    }
    template <int Exceptions = GRIT_EXCEPTIONS, class F, class... Args>
        requires(!Stage<Self const>)
    GRIT_INLINE constexpr decltype(auto) operator()(F&& f, Args&&... args) {
        GRIT_CALL_INSIDE(Outermost{}, static_cast<Self&>(*this))
    }

    /// The same, but a rejection is returned and not thrown. Returns: a TryResult with what f returned, or with the
    /// rejection. Throws: what f threw.
    template <int Exceptions = GRIT_EXCEPTIONS, class F, class... Args>
    constexpr auto try_call(F&& f, Args&&... args) const {
        return detail::try_inside<Exceptions>(static_cast<Self const&>(*this), f, args...);
    }
    template <int Exceptions = GRIT_EXCEPTIONS, class F, class... Args>
        requires(!Stage<Self const>)
    constexpr auto try_call(F&& f, Args&&... args) {
        return detail::try_inside<Exceptions>(static_cast<Self&>(*this), f, args...);
    }

    /// Returns: a callable that calls f inside this stage. It holds f, and a copy of the stage if that can be copied,
    /// else it refers to it.
    template <int Exceptions = GRIT_EXCEPTIONS, class F>
    constexpr auto wrap(F f) const {
        if constexpr (std::is_copy_constructible_v<Self>)
            return detail::wrapped<Exceptions>(static_cast<Self const&>(*this), static_cast<F&&>(f));
        else return detail::wrapped<Exceptions>(static_cast<Self const*>(this), static_cast<F&&>(f));
    }
    template <int Exceptions = GRIT_EXCEPTIONS, class F>
        requires(!Stage<Self const>)
    constexpr auto wrap(F f) {
        return detail::wrapped<Exceptions>(static_cast<Self*>(this), static_cast<F&&>(f));
    }
};

#undef GRIT_CALL_INSIDE

} // namespace grit::inline GRIT_ABI
