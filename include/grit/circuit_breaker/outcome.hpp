// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the end of a call says about the service: success, failure, or nothing.

#include <grit/version.hpp>

namespace grit::inline GRIT_ABI {

/// How a circuit counts the end of a call. A neutral one changes no window and no state; it gives back its place.
enum class Outcome : unsigned char { success, failure, neutral };

} // namespace grit::inline GRIT_ABI
