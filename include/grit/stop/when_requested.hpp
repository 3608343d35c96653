// SPDX-License-Identifier: BSL-1.0
#pragma once
// StopWhenRequested: stop when someone else asks for it.

#include <grit/core/hana.hpp>
#include <grit/stop/traits.hpp>

namespace grit::inline GRIT_ABI {

/// Stops when a token says so: `StopWhenRequested{source.get_token()}`.
///
/// Asked when an attempt has failed and again after the sleep; a sleep that can watch the token ends early.
/// Requires: `bool stop_requested() const`, as std::stop_token has it; the token is held by value.
/// Thread safety: that of Token.
template <class Token = void>
class StopWhenRequested : detail::Hold<Token> {
    static_assert(detail::is_met<(requires(Token const& token) { static_cast<bool>(token.stop_requested()); })>,
                  "grit: 'StopWhenRequested' was given something that cannot be asked, because it has no "
                  "stop_requested() that is callable through const; write a std::stop_token or a type like it instead");

public:
    static constexpr Family family = Family::stop;
    static constexpr char const* name = "StopWhenRequested";
    static consteval auto arguments() { return Types<Token>{}; }
    static constexpr StopReason reason = StopReason::cancelled;
    using Kind = StopWhenRequested<>;
    static constexpr bool needs_failure = false;

    constexpr StopWhenRequested() = default;
    explicit constexpr StopWhenRequested(Token token) : detail::Hold<Token>(token) {}

    /// Returns: the token; lives as long as this policy, or for ever if it has no state.
    GRIT_INLINE constexpr Token const& token() const noexcept {
        if constexpr (detail::BuiltOnDemand<Token>) return detail::instance<Token>;
        else return this->template part<0>();
    }
    GRIT_INLINE constexpr bool cancelled() const { return static_cast<bool>(token().stop_requested()); }

    template <class Q>
    GRIT_INLINE constexpr bool stop(Q const&) const {
        return cancelled();
    }
};
template <class Token>
StopWhenRequested(Token) -> StopWhenRequested<Token>;

} // namespace grit::inline GRIT_ABI
