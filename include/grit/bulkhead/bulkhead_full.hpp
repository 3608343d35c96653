// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a caller gets from a bulkhead that does not let the call through: an error value, and an exception.

#include <grit/core/rejected.hpp>
#include <grit/core/stage_name.hpp>

namespace grit::inline GRIT_ABI {

/// Thrown by the call operator of a Bulkhead that did not run the operation. retry_after() is zero: nobody knows when a
/// place will be free.
class BulkheadFullError : public Rejected {
public:
    /// Holds a copy of the name.
    explicit BulkheadFullError(char const* name = "bulkhead", bool closed = false) : Rejected(name), closed_(closed) {}

    /// Returns: whether the bulkhead lets nothing through any more.
    bool closed() const noexcept { return closed_; }
    char const* what() const noexcept override { return closed_ ? "the bulkhead is closed" : "the bulkhead is full"; }

private:
    bool closed_;
};

/// The same as a value, made without an allocation.
///
/// In a result it is what BulkheadFullError is as an exception: a predicate that names BulkheadFullError or Rejected
/// names it.
class BulkheadFull {
public:
    using Thrown = BulkheadFullError;
    static constexpr errc code = errc::bulkhead_full;

    /// Holds the name as a StageName does.
    explicit constexpr BulkheadFull(std::string_view name = "bulkhead", bool closed = false) noexcept
        : name_(name), closed_(closed) {}

    static constexpr Duration retry_after() noexcept { return Duration::zero(); }
    /// Returns: the name of the bulkhead that refused.
    constexpr char const* stage() const noexcept { return name_.c_str(); }
    /// Returns: whether the bulkhead lets nothing through any more.
    constexpr bool closed() const noexcept { return closed_; }
    explicit operator BulkheadFullError() const { return BulkheadFullError{name_.c_str(), closed_}; }

    /// Whoever refused.
    friend constexpr bool operator==(BulkheadFull const& a, BulkheadFull const& b) noexcept {
        return a.closed_ == b.closed_;
    }

private:
    StageName name_;
    bool closed_;
};

} // namespace grit::inline GRIT_ABI
