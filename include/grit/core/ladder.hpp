// SPDX-License-Identifier: BSL-1.0
#pragma once
// The ladder: one try block with as many typed catch clauses as a policy needs, without a rethrow to classify.

// Flat, one clause for each type: nested blocks cost instructions on success and let a hook that throws in one clause
// be caught by another; a rethrow to classify doubles the cost of a failure. A macro, because no function can return
// its result in place through the try block of another.

#define GRIT_CLAUSES_1(CLAUSE) CLAUSE(0)
#define GRIT_CLAUSES_2(CLAUSE) GRIT_CLAUSES_1(CLAUSE) CLAUSE(1)
#define GRIT_CLAUSES_3(CLAUSE) GRIT_CLAUSES_2(CLAUSE) CLAUSE(2)
#define GRIT_CLAUSES_4(CLAUSE) GRIT_CLAUSES_3(CLAUSE) CLAUSE(3)
#define GRIT_CLAUSES_5(CLAUSE) GRIT_CLAUSES_4(CLAUSE) CLAUSE(4)
#define GRIT_CLAUSES_6(CLAUSE) GRIT_CLAUSES_5(CLAUSE) CLAUSE(5)
#define GRIT_CLAUSES_7(CLAUSE) GRIT_CLAUSES_6(CLAUSE) CLAUSE(6)
#define GRIT_CLAUSES_8(CLAUSE) GRIT_CLAUSES_7(CLAUSE) CLAUSE(7)
#define GRIT_CLAUSES_9(CLAUSE) GRIT_CLAUSES_8(CLAUSE) CLAUSE(8)
#define GRIT_CLAUSES_10(CLAUSE) GRIT_CLAUSES_9(CLAUSE) CLAUSE(9)
#define GRIT_CLAUSES_11(CLAUSE) GRIT_CLAUSES_10(CLAUSE) CLAUSE(10)
#define GRIT_CLAUSES_12(CLAUSE) GRIT_CLAUSES_11(CLAUSE) CLAUSE(11)
#define GRIT_CLAUSES_13(CLAUSE) GRIT_CLAUSES_12(CLAUSE) CLAUSE(12)
#define GRIT_CLAUSES_14(CLAUSE) GRIT_CLAUSES_13(CLAUSE) CLAUSE(13)
#define GRIT_CLAUSES_15(CLAUSE) GRIT_CLAUSES_14(CLAUSE) CLAUSE(14)
#define GRIT_CLAUSES_16(CLAUSE) GRIT_CLAUSES_15(CLAUSE) CLAUSE(15)
#define GRIT_CLAUSES_17(CLAUSE) GRIT_CLAUSES_16(CLAUSE) CLAUSE(16)
#define GRIT_CLAUSES_18(CLAUSE) GRIT_CLAUSES_17(CLAUSE) CLAUSE(17)
#define GRIT_CLAUSES_19(CLAUSE) GRIT_CLAUSES_18(CLAUSE) CLAUSE(18)
#define GRIT_CLAUSES_20(CLAUSE) GRIT_CLAUSES_19(CLAUSE) CLAUSE(19)

/// The most clauses that a ladder has: 16 named types in one list, others of a second list, signals, rejections.
#define GRIT_MOST_CLAUSES 20

/// Expands to BODY in a try block with clauses CLAUSE(0) to CLAUSE(COUNT - 1). COUNT is a constant expression.
#define GRIT_LADDER(COUNT, BODY, CLAUSE)                                                                               \
    if constexpr ((COUNT) == 1) try {                                                                                  \
            BODY                                                                                                       \
        }                                                                                                              \
    GRIT_CLAUSES_1(CLAUSE)                                                                                             \
    else if constexpr ((COUNT) == 2) try {                                                                             \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_CLAUSES_2(CLAUSE)                                                                                             \
    else if constexpr ((COUNT) == 3) try {                                                                             \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_CLAUSES_3(CLAUSE)                                                                                             \
    else if constexpr ((COUNT) == 4) try {                                                                             \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_CLAUSES_4(CLAUSE)                                                                                             \
    else if constexpr ((COUNT) == 5) try {                                                                             \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_CLAUSES_5(CLAUSE)                                                                                             \
    else if constexpr ((COUNT) == 6) try {                                                                             \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_CLAUSES_6(CLAUSE)                                                                                             \
    else if constexpr ((COUNT) == 7) try {                                                                             \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_CLAUSES_7(CLAUSE)                                                                                             \
    else if constexpr ((COUNT) == 8) try {                                                                             \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_CLAUSES_8(CLAUSE)                                                                                             \
    else if constexpr ((COUNT) == 9) try {                                                                             \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_CLAUSES_9(CLAUSE)                                                                                             \
    else if constexpr ((COUNT) == 10) try {                                                                            \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_CLAUSES_10(CLAUSE)                                                                                            \
    else if constexpr ((COUNT) == 11) try {                                                                            \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_CLAUSES_11(CLAUSE)                                                                                            \
    else if constexpr ((COUNT) == 12) try {                                                                            \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_CLAUSES_12(CLAUSE)                                                                                            \
    else if constexpr ((COUNT) == 13) try {                                                                            \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_CLAUSES_13(CLAUSE)                                                                                            \
    else if constexpr ((COUNT) == 14) try {                                                                            \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_CLAUSES_14(CLAUSE)                                                                                            \
    else if constexpr ((COUNT) == 15) try {                                                                            \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_CLAUSES_15(CLAUSE)                                                                                            \
    else if constexpr ((COUNT) == 16) try {                                                                            \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_CLAUSES_16(CLAUSE)                                                                                            \
    else if constexpr ((COUNT) == 17) try {                                                                            \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_CLAUSES_17(CLAUSE)                                                                                            \
    else if constexpr ((COUNT) == 18) try {                                                                            \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_CLAUSES_18(CLAUSE)                                                                                            \
    else if constexpr ((COUNT) == 19) try {                                                                            \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_CLAUSES_19(CLAUSE)                                                                                            \
    else if constexpr ((COUNT) == 20) try {                                                                            \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_CLAUSES_20(CLAUSE)
