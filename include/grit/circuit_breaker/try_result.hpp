// SPDX-License-Identifier: BSL-1.0
#pragma once
// TryResult: what try_call returns: the result of the operation, or why it was not run.

#include <optional>

#include <grit/circuit_breaker/circuit_open.hpp>
#include <grit/core/contract.hpp>

namespace grit {

namespace detail {

/// Converts to the result of a call, so that it can be built where it is to live.
template <class Make>
struct InPlace {
    Make& make;
    using Result = decltype(std::declval<Make&>()());
    GRIT_INLINE operator Result() const { return make(); }
};

} // namespace detail

/// The result of an operation that was run, or the rejection of the circuit. Expected-like: has_value() and error().
///
/// Thread safety: that of R.
template <class R>
class [[nodiscard]] TryResult {
public:
    template <class Make>
    GRIT_INLINE TryResult(std::in_place_t, Make&& make) {
        // Only what cannot be copied for nothing is built in place: Clang would not inline it.
        if constexpr (std::is_scalar_v<R>) value_ = make();
        else value_.emplace(detail::InPlace<std::remove_reference_t<Make>>{make});
    }
    TryResult(CircuitOpen rejection) noexcept : rejection_(rejection) {}

    bool has_value() const noexcept { return value_.has_value(); }
    explicit operator bool() const noexcept { return has_value(); }

    /// Requires: has_value().
    R& operator*() & noexcept { return *value_; }
    R const& operator*() const& noexcept { return *value_; }
    R&& operator*() && noexcept { return *std::move(value_); }
    R* operator->() noexcept { return &*value_; }
    R const* operator->() const noexcept { return &*value_; }

    /// Requires: !has_value().
    CircuitOpen const& error() const noexcept { return rejection_; }

private:
    std::optional<R> value_;
    CircuitOpen rejection_;
};

template <class R>
class [[nodiscard]] TryResult<R&> {
public:
    template <class Make>
    GRIT_INLINE TryResult(std::in_place_t, Make&& make) : value_(__builtin_addressof(make())) {}
    TryResult(CircuitOpen rejection) noexcept : rejection_(rejection) {}

    bool has_value() const noexcept { return value_ != nullptr; }
    explicit operator bool() const noexcept { return has_value(); }
    R& operator*() const noexcept { return *value_; }
    R* operator->() const noexcept { return value_; }
    CircuitOpen const& error() const noexcept { return rejection_; }

private:
    R* value_ = nullptr;
    CircuitOpen rejection_;
};

template <>
class [[nodiscard]] TryResult<void> {
public:
    template <class Make>
    GRIT_INLINE TryResult(std::in_place_t, Make&& make) : ran_(true) {
        make();
    }
    TryResult(CircuitOpen rejection) noexcept : rejection_(rejection) {}

    bool has_value() const noexcept { return ran_; }
    explicit operator bool() const noexcept { return has_value(); }
    void operator*() const noexcept {}
    CircuitOpen const& error() const noexcept { return rejection_; }

private:
    bool ran_ = false;
    CircuitOpen rejection_;
};

} // namespace grit
