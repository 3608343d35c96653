// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a policy of a ConcurrencyLimit decides, and what it is told of a call.

#include <grit/core/concepts.hpp>

namespace grit::inline GRIT_ABI::detail {

struct LimitFamily {
    static constexpr Family adapt = Family{16};
    static constexpr Family between = Family{17};
    static constexpr Family line = Family{18};
    static constexpr Family overload = Family{19};
};

/// A call that ended: how long it took, whether by an overload, and how many were inside when it began.
struct LimitSample {
    TimePoint started;
    TimePoint now;
    int used;
    bool overload;

    constexpr Duration latency() const noexcept { return saturating_subtract(now, started); }
};

/// True if a call says nothing against a higher limit: the one there is did not hold calls back.
constexpr bool has_room(int used, int limit) noexcept { return 2 * used < limit; }

} // namespace grit::inline GRIT_ABI::detail
