// SPDX-License-Identifier: BSL-1.0
#pragma once
// Place: the two-step form of a call through a bulkhead: a place now, given up later.

#include <utility>

#include <grit/bulkhead/bulkhead_full.hpp>

namespace grit::inline GRIT_ABI {

/// A place in a bulkhead, or the reason why there is none. Move-only; it is given up when it is destroyed.
///
/// Requires: the bulkhead outlives it. Thread safety: one thread at a time; it may be passed to another.
template <class Bulkhead>
class [[nodiscard]] Place {
public:
    explicit Place(Bulkhead& bulkhead) noexcept : bulkhead_(&bulkhead) {}
    explicit Place(BulkheadFull rejection) noexcept : rejection_(rejection) {}
    Place(Place&& other) noexcept : bulkhead_(std::exchange(other.bulkhead_, nullptr)), rejection_(other.rejection_) {}
    Place& operator=(Place&& other) noexcept {
        Place moved{std::move(other)};
        std::swap(bulkhead_, moved.bulkhead_);
        std::swap(rejection_, moved.rejection_);
        return *this;
    }
    ~Place() { release(); }

    /// Returns: true if there is a place and it has not been given up.
    explicit operator bool() const noexcept { return bulkhead_ != nullptr; }
    /// Returns: why there is none. Requires: there was none.
    BulkheadFull const& rejection() const noexcept { return rejection_; }
    /// Gives it up; the second time changes nothing.
    void release() noexcept {
        if (Bulkhead* const bulkhead = std::exchange(bulkhead_, nullptr)) bulkhead->leave();
    }

private:
    Bulkhead* bulkhead_ = nullptr;
    BulkheadFull rejection_{};
};

} // namespace grit::inline GRIT_ABI
