// SPDX-License-Identifier: BSL-1.0
#pragma once
// AllowNested: this Retrying may stand around another one.

#include <grit/core/concepts.hpp>

namespace grit::inline GRIT_ABI {

/// Lets a Retrying stand around another one: `Retrying<StopAfterAttempt<2>, AllowNested>`. Without it that does not
/// compile, because the attempts multiply.
///
/// The outer one names it, since it is the one that repeats what already repeats. It changes nothing else.
struct AllowNested {
    static constexpr Family family = Family::nesting;
    using Kind = AllowNested;
    static constexpr char const* name = "AllowNested";
};

} // namespace grit::inline GRIT_ABI
