// SPDX-License-Identifier: BSL-1.0
#pragma once
// The ladder: one try block with as many typed catch clauses as a policy needs, without a rethrow to classify.

#include <grit/core/types.hpp>

// Flat, one clause for each type: nested blocks cost instructions on success and let a hook that throws in one clause
// be caught by another; a rethrow to classify doubles the cost of a failure. A macro, because no function can return
// its result in place through the try block of another. Every user pays for reading it, so that long ladders come in
// few lengths: the clauses left over catch what nobody can throw.

namespace grit::detail {

/// What the clauses that are left over catch.
template <std::size_t I>
struct Unthrown {
    Unthrown() = delete;
    using type = Unthrown;
    using Error = Unthrown;
};

/// What the I-th clause of a ladder is for: the I-th of the list, or nothing that is thrown where the list has ended.
template <class List, std::size_t I>
using Rung = typename Conditional<(I < List::size), Nth<List, I>, Unthrown<I>>::type;

} // namespace grit::detail

#define GRIT_RUNG(COUNT, CAUGHT, HANDLER, I)                                                                           \
    catch (CAUGHT(I) const& error) {                                                                                   \
        if constexpr (I < (COUNT)) {                                                                                   \
            HANDLER(I)                                                                                                 \
        } else throw;                                                                                                  \
    }
#define GRIT_RUNGS_1(COUNT, CAUGHT, HANDLER) GRIT_RUNG(COUNT, CAUGHT, HANDLER, 0)
#define GRIT_RUNGS_2(COUNT, CAUGHT, HANDLER)                                                                           \
    GRIT_RUNGS_1(COUNT, CAUGHT, HANDLER)                                                                               \
    GRIT_RUNG(COUNT, CAUGHT, HANDLER, 1)
#define GRIT_RUNGS_3(COUNT, CAUGHT, HANDLER)                                                                           \
    GRIT_RUNGS_2(COUNT, CAUGHT, HANDLER)                                                                               \
    GRIT_RUNG(COUNT, CAUGHT, HANDLER, 2)
#define GRIT_RUNGS_4(COUNT, CAUGHT, HANDLER)                                                                           \
    GRIT_RUNGS_3(COUNT, CAUGHT, HANDLER)                                                                               \
    GRIT_RUNG(COUNT, CAUGHT, HANDLER, 3)
#define GRIT_RUNGS_5(COUNT, CAUGHT, HANDLER)                                                                           \
    GRIT_RUNGS_4(COUNT, CAUGHT, HANDLER)                                                                               \
    GRIT_RUNG(COUNT, CAUGHT, HANDLER, 4)
#define GRIT_RUNGS_6(COUNT, CAUGHT, HANDLER)                                                                           \
    GRIT_RUNGS_5(COUNT, CAUGHT, HANDLER)                                                                               \
    GRIT_RUNG(COUNT, CAUGHT, HANDLER, 5)
#define GRIT_RUNGS_8(COUNT, CAUGHT, HANDLER)                                                                           \
    GRIT_RUNGS_6(COUNT, CAUGHT, HANDLER)                                                                               \
    GRIT_RUNG(COUNT, CAUGHT, HANDLER, 6)                                                                               \
    GRIT_RUNG(COUNT, CAUGHT, HANDLER, 7)
#define GRIT_RUNGS_12(COUNT, CAUGHT, HANDLER)                                                                          \
    GRIT_RUNGS_8(COUNT, CAUGHT, HANDLER)                                                                               \
    GRIT_RUNG(COUNT, CAUGHT, HANDLER, 8)                                                                               \
    GRIT_RUNG(COUNT, CAUGHT, HANDLER, 9)                                                                               \
    GRIT_RUNG(COUNT, CAUGHT, HANDLER, 10)                                                                              \
    GRIT_RUNG(COUNT, CAUGHT, HANDLER, 11)
#define GRIT_RUNGS_20(COUNT, CAUGHT, HANDLER)                                                                          \
    GRIT_RUNGS_12(COUNT, CAUGHT, HANDLER)                                                                              \
    GRIT_RUNG(COUNT, CAUGHT, HANDLER, 12)                                                                              \
    GRIT_RUNG(COUNT, CAUGHT, HANDLER, 13)                                                                              \
    GRIT_RUNG(COUNT, CAUGHT, HANDLER, 14)                                                                              \
    GRIT_RUNG(COUNT, CAUGHT, HANDLER, 15)                                                                              \
    GRIT_RUNG(COUNT, CAUGHT, HANDLER, 16)                                                                              \
    GRIT_RUNG(COUNT, CAUGHT, HANDLER, 17)                                                                              \
    GRIT_RUNG(COUNT, CAUGHT, HANDLER, 18)                                                                              \
    GRIT_RUNG(COUNT, CAUGHT, HANDLER, 19)

/// The most clauses that a ladder has: 16 named types in one list, others of a second list, signals, rejections.
#define GRIT_MOST_CLAUSES 20

/// Expands to BODY in a try block with COUNT clauses `catch (CAUGHT(I) const& error) { HANDLER(I) }`.
/// Requires: COUNT is a constant expression from 1 to GRIT_MOST_CLAUSES; CAUGHT(I) names a Rung.
#define GRIT_LADDER(COUNT, BODY, CAUGHT, HANDLER)                                                                      \
    if constexpr ((COUNT) <= 1) try {                                                                                  \
            BODY                                                                                                       \
        }                                                                                                              \
    GRIT_RUNGS_1(COUNT, CAUGHT, HANDLER)                                                                               \
    else if constexpr ((COUNT) <= 2) try {                                                                             \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_RUNGS_2(COUNT, CAUGHT, HANDLER)                                                                               \
    else if constexpr ((COUNT) <= 3) try {                                                                             \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_RUNGS_3(COUNT, CAUGHT, HANDLER)                                                                               \
    else if constexpr ((COUNT) <= 4) try {                                                                             \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_RUNGS_4(COUNT, CAUGHT, HANDLER)                                                                               \
    else if constexpr ((COUNT) <= 5) try {                                                                             \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_RUNGS_5(COUNT, CAUGHT, HANDLER)                                                                               \
    else if constexpr ((COUNT) <= 6) try {                                                                             \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_RUNGS_6(COUNT, CAUGHT, HANDLER)                                                                               \
    else if constexpr ((COUNT) <= 8) try {                                                                             \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_RUNGS_8(COUNT, CAUGHT, HANDLER)                                                                               \
    else if constexpr ((COUNT) <= 12) try {                                                                            \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_RUNGS_12(COUNT, CAUGHT, HANDLER)                                                                              \
    else if constexpr ((COUNT) <= 20) try {                                                                            \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_RUNGS_20(COUNT, CAUGHT, HANDLER)
