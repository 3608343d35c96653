// SPDX-License-Identifier: BSL-1.0
#pragma once
// Why a call stopped: one word for each cause.

#include <grit/version.hpp>

namespace grit::inline GRIT_ABI {

/// Why no further attempt was made; `none` while attempts go on and after a success.
enum class StopReason : unsigned char {
    none,
    attempts,      ///< StopAfterAttempt
    delay,         ///< StopAfterDelay, StopBeforeDelay
    deadline,      ///< StopBefore, or a deadline handed in from outside
    cancelled,     ///< StopWhenRequested, a stop requested from outside, a call abandoned, its thread cancelled
    permanent,     ///< the operation said Permanent
    not_retryable, ///< no predicate wanted another attempt
    hint,          ///< the failure asked for a wait beyond what WaitHint or a deadline allows
    budget,        ///< a shared budget was exhausted
    custom         ///< StopIf, a stop policy of the user's, or another policy or a sleep that threw
};

/// Returns: the enumerator's name, a string literal.
constexpr char const* to_string(StopReason reason) noexcept {
    switch (reason) {
    case StopReason::none: return "none";
    case StopReason::attempts: return "attempts";
    case StopReason::delay: return "delay";
    case StopReason::deadline: return "deadline";
    case StopReason::cancelled: return "cancelled";
    case StopReason::permanent: return "permanent";
    case StopReason::not_retryable: return "not_retryable";
    case StopReason::hint: return "hint";
    case StopReason::budget: return "budget";
    case StopReason::custom: return "custom";
    }
    return "unknown";
}

} // namespace grit::inline GRIT_ABI
