// SPDX-License-Identifier: BSL-1.0
#pragma once
// The order of the catch clauses: derived before base, vetoes first, signals and rejections after what is named.

#include <cstddef>

#include <grit/core/rejected.hpp>
#include <grit/core/signal.hpp>
#include <grit/core/types.hpp>

namespace grit::detail {

/// True if some named type would also catch a rejection, which must then be caught before it.
template <class List>
inline constexpr bool reaches_rejections = false;
template <class... Es>
inline constexpr bool reaches_rejections<Types<Es...>> =
    ((is_base_of<Es, Rejected> && !std::is_same_v<Es, Rejected>) || ...);

/// Sorts the types: again and again the first of the lowest rank that has no derived type left in the list.
template <class List, class Vetoes>
struct SortedClauses;
template <class... Es, class Vetoes>
struct SortedClauses<Types<Es...>, Vetoes> {
    static constexpr std::size_t size = sizeof...(Es);

    using Row = Array<bool, size>;
    template <class E>
    static constexpr Row bases_of() {
        return {{(is_base_of<Es, E> && !std::is_same_v<Es, E>)...}};
    }
    template <class E>
    static constexpr bool has_base = ((is_base_of<Es, E> && !std::is_same_v<Es, E>) || ...);
    template <class E>
    static constexpr int rank = contains<E, Vetoes>                                          ? 0
                                : !std::is_same_v<E, Signal> && !std::is_same_v<E, Rejected> ? 1
                                : has_base<E>                                                ? 2
                                                                                             : 3;

    static constexpr Array<std::size_t, size> order() {
        Row const is_base[] = {bases_of<Es>()...};
        int const ranks[] = {rank<Es>...};
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

template <class Named, class Vetoes>
struct Clauses
    : SortedClauses<Union<Named, Types<Signal>, Conditional<reaches_rejections<Named>, Types<Rejected>, Types<>>>,
                    Vetoes> {};
/// Most lists stand in their order already, as RetryIf demands, with nothing in them that Signal derives from.
template <class... Es>
    requires(are_derived_first<Es..., Signal> && !reaches_rejections<Types<Es...>>)
struct Clauses<Types<Es...>, Types<>> {
    using type = Types<Es..., Signal>;
};

/// The types to catch, in the order of their clauses: what is named, signals, and rejections where a named base would
/// take them. Memoised on the named types, so that policies with the same errors share it.
template <class Named, class Vetoes>
using CatchList = typename Clauses<Named, Vetoes>::type;

} // namespace grit::detail
