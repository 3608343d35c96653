// SPDX-License-Identifier: BSL-1.0
#pragma once
// PolicySet: policies grouped by family and held by value, and which of them stand in each other's way.

#include <grit/core/concepts.hpp>
#include <grit/core/hana.hpp>
#include <grit/core/types.hpp>
#include <grit/core/value.hpp>

namespace grit::inline GRIT_ABI::detail {

/// True if no value stands twice in a list.
template <class List>
inline constexpr bool are_different = true;
template <auto... Values>
inline constexpr bool are_different<ValueList<Values...>> =
    __builtin_popcount((0u | ... | (1u << static_cast<unsigned>(Values)))) == int{sizeof...(Values)};

// Overloads that are never called: the Kind that a policy names, or itself if it names none.
template <class P>
typename P::Kind kind_of(int);
template <class P>
P kind_of(...);

template <class P>
using NamedKind = decltype(kind_of<P>(0));

/// What only one policy of a set can be: there is one wait, whatever its template; else the Kind that a policy names.
template <class P>
using KindOf = Conditional<WaitPolicy<P>, std::integral_constant<Family, Family::wait>, NamedKind<P>>;

/// Hooks, and policies that say `repeatable`, may stand more than once.
template <class P>
inline constexpr bool may_repeat =
    P::family == Family::hook || P::family == Family::wait_if || requires { requires P::repeatable; };

/// How two policies of a set stand in each other's way, if they do.
enum class Clash { none, kind, type };

/// Whether T is each of Ts. Not by addresses: with -fsanitize=undefined GCC does not compare those of two templates.
template <class T, class... Ts>
consteval Array<bool, sizeof...(Ts) + 1> is_each() {
    return {{__is_same(T, Ts)..., false}}; // no array is empty
}

/// What may stand once in a set: the kind of a policy, or a policy that may be repeated itself.
template <class P>
using StandsOnce = Conditional<may_repeat<P>, P, KindOf<P>>;

/// The first two policies that stand in each other's way: two of one kind, else one that is there twice. Requires:
/// there are such.
template <class... Ps>
consteval Array<std::size_t, 2> clashing_pair() {
    Array<bool, sizeof...(Ps) + 1> const is_same[] = {is_each<StandsOnce<Ps>, StandsOnce<Ps>...>()..., {}};
    bool const repeats[] = {may_repeat<Ps>..., true};
    for (int repeated = 0; repeated != 2; ++repeated)
        for (std::size_t i = 0; i < sizeof...(Ps); ++i)
            for (std::size_t j = i + 1; j < sizeof...(Ps); ++j)
                if (is_same[i].at[j] && int{repeats[i]} == repeated) return {{i, j}};
    return {{0, 1}};
}

/// Most sets have no clash, and need not look at every pair.
template <class... Ps>
consteval Clash find_clash() {
    if constexpr (are_distinct<StandsOnce<Ps>...>) return Clash::none;
    else {
        bool const repeats[] = {may_repeat<Ps>...};
        return repeats[clashing_pair<Ps...>().at[0]] ? Clash::type : Clash::kind;
    }
}

// The same for a list, without a search where all families or all kinds differ, which is cheaper to ask.
template <class Set, bool AllDiffer>
inline constexpr Clash clash_between = Clash::none;
template <class... Ps>
inline constexpr Clash clash_between<Types<Ps...>, false> = find_clash<Ps...>();

/// The policies that a constructor was given, each to be found by its type.
template <class... Qs>
struct Given {
    hana::basic_tuple<Qs const&...> given;
    explicit constexpr Given(Qs const&... qs) : given{qs...} {}

    template <class P>
    constexpr P const& take() const {
        constexpr bool is_given = contains<P, Types<Qs...>>;
        static_assert(
            is_given,
            "grit: a 'Retrying' or 'CircuitBreaker' was constructed without one of its policies, because that "
            "policy has a value that is only known at run time; pass it to the constructor, as in "
            "R{StopAfterAttempt{n}}");
        return hana::at_c<index_of<P, Qs...>()>(given);
    }
};

/// Holds policies, each found by its type. All sets of constants have the same base, which holds nothing, so that what
/// needs no more is shared by them.
template <class... Ps>
class StoredPolicies : Hold<Ps...> {
public:
    constexpr StoredPolicies() = default;
    template <class... Qs>
    explicit constexpr StoredPolicies([[maybe_unused]] Given<Qs...> const& given)
        : Hold<Ps...>(given.template take<Ps>()...) {}

    template <class P>
    GRIT_INLINE constexpr P const& stored() const noexcept {
        return this->template part<index_of<P, Ps...>()>();
    }
};

template <class List>
struct StoredIn;
template <class... Ps>
struct StoredIn<Types<Ps...>> {
    using type = StoredPolicies<Ps...>;
};
template <class... Ps>
using StoredOf = typename StoredIn<Chosen<true, ValueList<is_stored<Ps>...>, Ps...>>::type;

/// A set of policies: found by family, held by value unless they have no state; policy_of<P>(set) is one of them.
template <class... Ps>
class PolicySet : public StoredOf<Ps...> {
public:
    using Families = ValueList<Ps::family...>;
    /// The part of a set that calls pass on.
    using Stored = StoredOf<Ps...>;

    template <Family F>
    using Of = Chosen<F, Families, Ps...>;

    static constexpr Clash clash =
        clash_between<Types<Ps...>, (are_different<Families> || are_distinct<NamedKind<Ps>...>)>;

    PolicySet() = default;
    template <class... Qs>
    explicit constexpr PolicySet(Given<Qs...> const& given) : Stored(given) {}
};

} // namespace grit::inline GRIT_ABI::detail
