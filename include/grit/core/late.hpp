// SPDX-License-Identifier: BSL-1.0
#pragma once
// Late: room for a result that is made later, in place, or never.

#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <variant>

#include <grit/core/config.hpp>

namespace grit::detail {

/// Holds what a call returns: a value, a reference or nothing. Neither copied nor moved itself.
template <class R>
class Late {
    static constexpr bool is_reference = std::is_reference_v<R>;
    using Held = std::conditional_t<is_reference, std::remove_reference_t<R>*, std::remove_const_t<R>>;

public:
    constexpr Late() noexcept : nothing_{} {}
    Late(Late const&) = delete;
    Late& operator=(Late const&) = delete;
    constexpr ~Late() {
        if constexpr (!std::is_trivially_destructible_v<Held>)
            if (made_) std::destroy_at(&held_);
    }

    /// Requires: nothing was made yet. The value is made in place, except in a constant expression.
    template <class Make>
    GRIT_INLINE constexpr void make(Make const& make) {
        if constexpr (is_reference) std::construct_at(&held_, std::addressof(make()));
        else if (std::is_constant_evaluated()) std::construct_at(&held_, make());
        else ::new (static_cast<void*>(std::addressof(held_))) Held(make());
        made_ = true;
    }
    GRIT_INLINE constexpr bool is_made() const noexcept { return made_; }

    /// Requires: is_made().
    GRIT_INLINE constexpr std::remove_reference_t<R> const& get() const noexcept {
        if constexpr (is_reference) return *held_;
        else return held_;
    }
    /// Returns: the result, moved out if it is a value. Requires: is_made().
    GRIT_INLINE constexpr R take() {
        if constexpr (is_reference) return static_cast<R>(*held_);
        else return static_cast<Held&&>(held_);
    }

private:
    union {
        char nothing_;
        Held held_;
    };
    bool made_ = false;
};

template <>
class Late<void> {
public:
    template <class Make>
    GRIT_INLINE constexpr void make(Make const& make) {
        make();
        made_ = true;
    }
    GRIT_INLINE constexpr bool is_made() const noexcept { return made_; }
    static constexpr std::monostate get() noexcept { return {}; }
    static constexpr void take() noexcept {}

private:
    bool made_ = false;
};

} // namespace grit::detail
