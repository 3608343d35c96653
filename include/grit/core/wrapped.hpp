// SPDX-License-Identifier: BSL-1.0
#pragma once
// Wrapped: what wrap() of every stage returns.

#include <type_traits>

#include <grit/core/concepts.hpp>

namespace grit::inline GRIT_ABI {

/// Calls f inside a stage: `auto get = retrying.wrap(fetch); get(url);`. It holds f, and the stage or a pointer to it.
///
/// It is as f is: called through const it calls f through const; else f may change its own state, as a mutable lambda
/// does. Thread safety: that of the stage and of f.
template <class Held, class F, int Exceptions>
class Wrapped {
public:
    /// A stage around it is told what its own stage does, and the stages that f was wrapped in before.
    static constexpr bool repeats_calls =
        grit::repeats_calls<std::remove_cv_t<std::remove_pointer_t<Held>>> || grit::repeats_calls<F>;

    constexpr Wrapped(Held const& stage, F f) : stage_(stage), f_(static_cast<F&&>(f)) {}

    template <class... Args>
    GRIT_INLINE constexpr decltype(auto) operator()(Args&&... args) {
        return stage().template operator()<Exceptions>(f_, static_cast<Args&&>(args)...);
    }
    template <class... Args>
    GRIT_INLINE constexpr decltype(auto) operator()(Args&&... args) const {
        return stage().template operator()<Exceptions>(f_, static_cast<Args&&>(args)...);
    }

private:
    GRIT_INLINE constexpr auto& stage() const noexcept {
        if constexpr (std::is_pointer_v<Held>) return *stage_;
        else return stage_;
    }

    [[no_unique_address]] Held stage_;
    [[no_unique_address]] F f_;
};

namespace detail {
/// Returns: f wrapped in the stage that is held, or that is pointed to.
template <int Exceptions, class Held, class F>
constexpr auto wrapped(Held const& stage, F f) {
    return Wrapped<Held, F, Exceptions>{stage, static_cast<F&&>(f)};
}
} // namespace detail

} // namespace grit::inline GRIT_ABI
