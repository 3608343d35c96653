// SPDX-License-Identifier: BSL-1.0
#pragma once
// The set of policies of one Retrying: grouped by family, checked, stored. The only header that includes Boost.Hana.

#include <cstddef>
#include <utility>

#include <boost/hana/basic_tuple.hpp>

#include <grit/core/concepts.hpp>
#include <grit/core/types.hpp>
#include <grit/core/value.hpp>

namespace grit::detail {

/// A sequence of families (or events) as a type, for Hana to look into.
template <auto... Values>
using Sequence = boost::hana::basic_tuple<std::integral_constant<decltype(Values), Values>...>;

template <auto Wanted, auto... Values, std::size_t... Is>
consteval auto find_positions(std::index_sequence<Is...>) {
    constexpr Sequence<Values...> sequence{};
    Array<std::size_t, (1 + ... + std::size_t{Values == Wanted})> found; // one more, since no array is empty
    [[maybe_unused]] std::size_t count = 0;
    ((boost::hana::at_c<Is>(sequence) == Wanted ? void(found.at[count++] = Is) : void()), ...);
    return found;
}

template <auto... Values>
struct ValueList {};

/// True if no value stands twice in a list. Asked once for each list, as Positions is.
template <class List>
inline constexpr bool are_different = true;
template <auto... Values>
inline constexpr bool are_different<ValueList<Values...>> =
    __builtin_popcount((0u | ... | (1u << static_cast<unsigned>(Values)))) == int{sizeof...(Values)};

/// The positions at which a family (or an event) stands in a sequence of such: computed once for each sequence, so that
/// all policy sets of the same shape share the work.
template <auto Wanted, class Values>
struct Positions;
template <auto Wanted, auto... Values>
struct Positions<Wanted, ValueList<Values...>> {
    template <std::size_t... Is>
    static auto list(std::index_sequence<Is...>) -> std::index_sequence<
        find_positions<Wanted, Values...>(std::make_index_sequence<sizeof...(Values)>{}).at[Is]...>;
    using type = decltype(list(std::make_index_sequence<(0 + ... + std::size_t{Values == Wanted})>{}));
};

template <class Where>
struct Pick;
template <>
struct Pick<std::index_sequence<>> {
    template <class... Ps>
    using of = Types<>;
};
template <std::size_t... Is>
struct Pick<std::index_sequence<Is...>> {
    template <class... Ps>
    using of = Types<At<Types<Ps...>, Is>...>;
};

/// Those of Ps whose value is the wanted one, in their order.
template <auto Wanted, class Values, class... Ps>
using Chosen = typename Pick<typename Positions<Wanted, Values>::type>::template of<Ps...>;

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

/// Where a policy that has state lives.
template <class Owner, class P>
class Slot {
public:
    template <class Given>
    explicit constexpr Slot(Given const& given) : policy_(given.template take<P>()) {}
    GRIT_INLINE constexpr P const& get() const noexcept { return policy_; }

private:
    P policy_;
};

template <class P>
inline constexpr bool is_stored = !BuiltOnDemand<P>;

/// The policies that a constructor was given, each to be found by its type.
template <class Q>
struct GivenOne {
    Q const& value;
};
template <class... Qs>
struct Given : GivenOne<Qs>... {
    explicit constexpr Given(Qs const&... qs) : GivenOne<Qs>{qs}... {}

    template <class P>
    constexpr P const& take() const {
        static_assert(
            contains<P, Types<Qs...>>,
            "grit: a 'Retrying' or 'CircuitBreaker' was constructed without one of its policies, because that "
            "policy has a value that is only known at run time; pass it to the constructor, as in "
            "R{StopAfterAttempt{n}}");
        return static_cast<GivenOne<P> const&>(*this).value;
    }
};

/// The slots of the policies in a list.
template <class Owner, class Stored>
class Slots;
template <class Owner, class... Ps>
class Slots<Owner, Types<Ps...>> : Slot<Owner, Ps>... {
public:
    template <class... Qs>
    explicit constexpr Slots(Given<Qs...> const& given) : Slot<Owner, Ps>(given)... {}

    template <class P>
    GRIT_INLINE constexpr P const& stored() const noexcept {
        return static_cast<Slot<Owner, P> const&>(*this).get();
    }
};
/// Most policies are constants, and a set of such holds nothing.
struct NoSlots {
    NoSlots() = default;
    template <class... Qs>
    explicit constexpr NoSlots(Given<Qs...> const&) noexcept {}
};

template <class... Ps>
struct SlotsOf {
    using type = NoSlots;
};
template <class... Ps>
    requires(is_stored<Ps> || ...)
struct SlotsOf<Ps...> {
    using type = Slots<Types<Ps...>, Union<Conditional<is_stored<Ps>, Types<Ps>, Types<>>...>>;
};

/// Hooks, and policies that say `repeatable`, may stand more than once.
template <class P>
inline constexpr bool may_repeat =
    P::family == Family::hook || P::family == Family::wait_if || requires { requires P::repeatable; };

/// How two policies of a set stand in each other's way, if they do.
enum class Clash { none, kind, type };

template <class... Ps>
consteval Clash find_clash() {
    char const* const kinds[] = {&type_id<KindOf<Ps>>..., nullptr}; // one more, since no array is empty
    bool const repeats[] = {may_repeat<Ps>..., true};
    for (std::size_t i = 0; i < sizeof...(Ps); ++i)
        for (std::size_t j = i + 1; j < sizeof...(Ps); ++j)
            if (kinds[i] == kinds[j] && !(repeats[i] && repeats[j])) return Clash::kind;
    return are_distinct<Ps...> ? Clash::none : Clash::type;
}

// The same for a list, without a search where all families or all kinds differ, which is cheaper to ask.
template <class Set, bool AllDiffer>
inline constexpr Clash clash_between = Clash::none;
template <class... Ps>
inline constexpr Clash clash_between<Types<Ps...>, false> = find_clash<Ps...>();

/// A set of policies: found by family, held by value unless they have no state; policy_of<P>(set) is one of them.
template <class... Ps>
class PolicySet : public SlotsOf<Ps...>::type {
public:
    using Families = ValueList<Ps::family...>;
    /// The part of a set that calls pass on. All sets of constants have the same, so that they share what needs no
    /// more.
    using Stored = typename SlotsOf<Ps...>::type;

    template <Family F>
    using Of = Chosen<F, Families, Ps...>;

    static constexpr Clash clash =
        clash_between<Types<Ps...>, (are_different<Families> || are_distinct<NamedKind<Ps>...>)>;

    PolicySet() = default;
    template <class... Qs>
    explicit constexpr PolicySet(Given<Qs...> const& given) : Stored(given) {}
};

} // namespace grit::detail
