// SPDX-License-Identifier: BSL-1.0
#pragma once
// TryResult: what try_call returns: the result of the operation, or why it was not called.

#include <optional>

#include <grit/core/operation.hpp>

namespace grit::inline GRIT_ABI {

/// The result of an operation that was called, or the rejection J of a stage. Expected-like: has_value() and error(). A
/// std::variant of rejections where several stages can refuse. It holds any R: void, a reference, what cannot be moved.
///
/// Thread safety: that of R.
template <class R, class J>
class [[nodiscard]] TryResult {
public:
    /// Holds what make() returns.
    template <class Make>
    GRIT_INLINE constexpr TryResult(std::in_place_t, Make&& make) {
        // Only what cannot be copied for nothing is built in place: Clang would not inline it.
        if constexpr (std::is_scalar_v<R>) {
            R const made = make();
            auto const give = [&] { return made; };
            value_.emplace(give);
        } else value_.emplace(make);
    }
    GRIT_INLINE constexpr TryResult(J const& rejection) noexcept : rejection_(rejection) {}

    constexpr bool has_value() const noexcept { return value_.has_value(); }
    explicit constexpr operator bool() const noexcept { return has_value(); }

    /// Requires: has_value().
    constexpr decltype(auto) operator*() & noexcept {
        if constexpr (!std::is_void_v<R>) return (value_->kept.value);
    }
    constexpr decltype(auto) operator*() const& noexcept {
        if constexpr (!std::is_void_v<R>) return (value_->kept.value);
    }
    constexpr decltype(auto) operator*() && noexcept {
        if constexpr (!std::is_void_v<R>) return static_cast<R&&>(value_->kept.value);
    }
    constexpr auto* operator->() noexcept { return __builtin_addressof(value_->kept.value); }
    constexpr auto* operator->() const noexcept { return __builtin_addressof(value_->kept.value); }

    /// Requires: !has_value().
    constexpr J const& error() const noexcept { return *rejection_; }

private:
    /// What std::optional can make in place.
    struct Made {
        detail::Kept<R> kept;

        template <class Make>
        GRIT_INLINE explicit constexpr Made(Make& make) : kept(detail::kept<R>(make)) {}
    };

    std::optional<Made> value_;
    std::optional<J> rejection_;
};

} // namespace grit::inline GRIT_ABI
