// SPDX-License-Identifier: BSL-1.0
#pragma once
// The ladder: one try block with as many typed catch clauses as a policy needs, without a rethrow to classify.

#include <grit/core/types.hpp>

// Flat, one clause for each type: nested blocks cost instructions on success and let a hook that throws in one clause
// be caught by another; a rethrow to classify doubles the cost of a failure. A macro, because no function can return
// its result in place through the try block of another. Every user pays for reading it, so that long ladders come in
// few lengths: the clauses left over catch what nobody can throw.

namespace grit::inline GRIT_ABI::detail {

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

/// True if the list has a base of E beside E itself.
template <class E, class List>
inline constexpr bool has_base = false;
template <class E, class... Es>
inline constexpr bool has_base<E, Types<Es...>> = ((is_base_of<Es, E> && !std::is_same_v<Es, E>) || ...);

/// Sorts types for a ladder, each before its bases: again and again the first of the lowest rank that has no derived
/// type left in the list. The rank of an E is Ranks::of<E, List>.
template <class List, class Ranks>
struct Sorted;
template <class... Es, class Ranks>
struct Sorted<Types<Es...>, Ranks> {
    static constexpr std::size_t size = sizeof...(Es);

    using Row = Array<bool, size>;
    template <class E>
    static constexpr Row bases_of() {
        return {{(is_base_of<Es, E> && !std::is_same_v<Es, E>)...}};
    }

    static constexpr Array<std::size_t, size> order() {
        Row const is_base[] = {bases_of<Es>()...};
        int const ranks[] = {Ranks::template of<Es, Types<Es...>>...};
        bool taken[size]{};
        Array<std::size_t, size> result;
        for (std::size_t place = 0; place < size; ++place) {
            std::size_t best = size;
            for (std::size_t i = 0; i < size; ++i) {
                bool available = !taken[i];
                for (std::size_t derived = 0; derived < size; ++derived)
                    available = available && (taken[derived] || !is_base[derived].at[i]);
                if (available && (best == size || ranks[i] < ranks[best])) best = i;
            }
            taken[best] = true;
            result.at[place] = best;
        }
        return result;
    }

    template <std::size_t... Is>
    static Types<At<Types<Es...>, order().at[Is]>...> sort(std::index_sequence<Is...>);
    using type = decltype(sort(std::make_index_sequence<size>{}));
};

} // namespace grit::inline GRIT_ABI::detail

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

/// Expands to BODY in a try block with COUNT clauses `catch (CAUGHT(I) const& error) { HANDLER(I) }`, and REST after
/// them; that may be empty. Requires: COUNT is a constant expression from 1 to GRIT_MOST_CLAUSES; CAUGHT(I) names a
/// Rung.
#define GRIT_LADDER(COUNT, BODY, CAUGHT, HANDLER, REST)                                                                \
    if constexpr ((COUNT) <= 1) try {                                                                                  \
            BODY                                                                                                       \
        }                                                                                                              \
    GRIT_RUNGS_1(COUNT, CAUGHT, HANDLER)                                                                               \
    REST else if constexpr ((COUNT) <= 2) try {                                                                        \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_RUNGS_2(COUNT, CAUGHT, HANDLER)                                                                               \
    REST else if constexpr ((COUNT) <= 3) try {                                                                        \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_RUNGS_3(COUNT, CAUGHT, HANDLER)                                                                               \
    REST else if constexpr ((COUNT) <= 4) try {                                                                        \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_RUNGS_4(COUNT, CAUGHT, HANDLER)                                                                               \
    REST else if constexpr ((COUNT) <= 5) try {                                                                        \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_RUNGS_5(COUNT, CAUGHT, HANDLER)                                                                               \
    REST else if constexpr ((COUNT) <= 6) try {                                                                        \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_RUNGS_6(COUNT, CAUGHT, HANDLER)                                                                               \
    REST else if constexpr ((COUNT) <= 8) try {                                                                        \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_RUNGS_8(COUNT, CAUGHT, HANDLER)                                                                               \
    REST else if constexpr ((COUNT) <= 12) try {                                                                       \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_RUNGS_12(COUNT, CAUGHT, HANDLER)                                                                              \
    REST else if constexpr ((COUNT) <= 20) try {                                                                       \
        BODY                                                                                                           \
    }                                                                                                                  \
    GRIT_RUNGS_20(COUNT, CAUGHT, HANDLER)                                                                              \
    REST
