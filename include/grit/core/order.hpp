// SPDX-License-Identifier: BSL-1.0
#pragma once
// Orders of stages that are wrong whatever the stages are used for, a sentence for each.

#include <grit/core/concepts.hpp>
#include <grit/core/types.hpp>

namespace grit::inline GRIT_ABI::detail {

/// True if a stage that is `outer` stands before one that is `inner`.
template <std::size_t N>
consteval bool stands_outside(bool const (&outer)[N], bool const (&inner)[N]) {
    bool is_inside = false;
    for (std::size_t i = 0; i != N; ++i) {
        if (is_inside && inner[i]) return true;
        is_inside = is_inside || outer[i];
    }
    return false;
}

/// The requirements on the order of stages, the outermost first. The last may be an operation: one that was wrapped in
/// a stage says what that does.
template <class... Ss>
struct OrderChecks {
    static_assert(is_met<(!stands_outside({counts_calls<Ss>..., false}, {repeats_calls<Ss>..., false}))>,
                  "grit: a circuit breaker stands outside a retry, because it would see one outcome where the service "
                  "sees every attempt, and go on hammering it; write pipeline(retrying, breaker) instead");
    static_assert(is_met<(!stands_outside({races_attempts<Ss>..., false}, {repeats_calls<Ss>..., false}))>,
                  "grit: a hedge stands outside a retry, because every call that it races would make all attempts of "
                  "the retry, and the waits between them would start further ones; write pipeline(retrying, hedge) "
                  "instead");
    static_assert(
        is_met<(!stands_outside({(repeats_calls<Ss> || races_attempts<Ss>)..., false},
                                {measures_calls<Ss>..., false}))>,
        "grit: a stage that measures calls stands inside a retry or a hedge, because it would take every attempt for a "
        "call; give it EachAttempt{}, or write pipeline(measured, retrying), instead");
    static_assert(is_met<(!stands_outside({measures_attempts<Ss>..., false}, {repeats_calls<Ss>..., false}))>,
                  "grit: a stage that measures attempts stands outside a retry, because it would take a whole call for "
                  "an attempt; write pipeline(retrying, measured), or leave EachAttempt out, instead");
    static_assert(
        is_met<(!stands_outside({(repeats_calls<Ss> && !allows_nested<Ss>)..., false}, {repeats_calls<Ss>..., false}))>,
        "grit: a retry stands inside another retry, because their attempts multiply, and three times three "
        "are nine calls of a service that is down; keep one of them, or name AllowNested in the outer one if "
        "you mean that");
};

/// The same for the call of an operation F inside the stage S, which has met its own. Only an F that repeats calls can
/// be wrong there, and of any other nothing is compiled; a stage in the place of F has another sentence. True, so that
/// it can be asserted.
template <class S, class F>
inline constexpr bool is_in_order =
    sizeof(Conditional<repeats_calls<F> && !Stage<F>, OrderChecks<std::remove_cv_t<S>, F>, char>) != 0;

} // namespace grit::inline GRIT_ABI::detail
