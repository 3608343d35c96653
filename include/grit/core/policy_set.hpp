// SPDX-License-Identifier: BSL-1.0
#pragma once
// The set of policies of one Retrying: grouped by family, checked, stored. The only header that includes Boost.Hana.

#include <array>
#include <cstddef>

#include <boost/hana/bool.hpp>
#include <boost/hana/filter.hpp>
#include <boost/hana/integral_constant.hpp>
#include <boost/hana/tuple.hpp>

#include <grit/core/concepts.hpp>
#include <grit/core/types.hpp>

namespace grit::detail {

/// The positions at which a family stands, for one sequence of families. Hana computes it on types, once for each
/// sequence of families, so that all policy sets of the same shape share the work.
template <Family Wanted, class Shape>
struct Positions;
template <Family... Families>
struct Shape {};

template <class Indices>
struct AsSequence;
template <class... Is>
struct AsSequence<boost::hana::tuple<Is...>> {
    using type = std::index_sequence<std::size_t{Is::value}...>;
};

template <Family Wanted, Family... Families, std::size_t... Is>
constexpr auto find_positions(std::index_sequence<Is...>) {
    constexpr std::array<Family, sizeof...(Families)> families{Families...};
    return boost::hana::filter(boost::hana::tuple_c<std::size_t, Is...>,
                               [=](auto i) { return boost::hana::bool_c < families[decltype(i)::value] == Wanted > ; });
}

template <Family Wanted, Family... Families>
struct Positions<Wanted, Shape<Families...>> {
    using type = typename AsSequence<decltype(find_positions<Wanted, Families...>(
        std::make_index_sequence<sizeof...(Families)>{}))>::type;
};
template <Family Wanted>
struct Positions<Wanted, Shape<>> {
    using type = std::index_sequence<>;
};

template <class All, class Where>
struct Pick;
template <class All, std::size_t... Is>
struct Pick<All, std::index_sequence<Is...>> {
    using type = Types<At<All, Is>...>;
};

template <class P>
struct KindOf {
    using type = P;
};
template <class P>
    requires requires { typename P::Kind; }
struct KindOf<P> {
    // There is one wait, whatever its template.
    using type =
        std::conditional_t<P::family == Family::wait, std::integral_constant<Family, Family::wait>, typename P::Kind>;
};

/// Where a policy that has state lives. One without state is built when it is asked for, so that it costs no byte.
template <class P>
inline constexpr bool is_stored = !(std::is_empty_v<P> && std::is_default_constructible_v<P>);

template <class Owner, class P, bool = is_stored<P>>
struct Slot {
    constexpr Slot() = default;
    template <class Given>
    explicit constexpr Slot(Given const&) {}
    GRIT_INLINE static constexpr P get() { return P{}; }
};
template <class Owner, class P>
struct Slot<Owner, P, true> {
    template <class Given>
    explicit constexpr Slot(Given const& given) : policy_(given.template take<P>()) {}
    GRIT_INLINE constexpr P const& get() const { return policy_; }

private:
    P policy_;
};

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
        static_assert(contains<P, Types<Qs...>>,
                      "grit: a 'Retrying' or 'CircuitBreaker' was constructed without one of its policies, because that "
                      "policy has a value that is only known at run time; pass it to the constructor, as in "
                      "R{StopAfterAttempt{n}}");
        return static_cast<GivenOne<P> const&>(*this).value;
    }
};

/// A set of policies: found by family, held by value.
template <class... Ps>
class PolicySet : Slot<PolicySet<Ps...>, Ps>... {
public:
    template <Family F>
    using Of = typename Pick<Types<Ps...>, typename Positions<F, Shape<Family{Ps::family}...>>::type>::type;

    template <class... Qs>
    explicit constexpr PolicySet(Given<Qs...> const& given) : Slot<PolicySet, Ps>(given)... {}

    /// Returns: the policy P, a reference if it has state and a new one if it has none.
    template <class P>
    GRIT_INLINE constexpr decltype(auto) get() const noexcept {
        return static_cast<Slot<PolicySet, P> const&>(*this).get();
    }
};

/// True if no two policies have the same kind; hooks and policies that say `repeatable` may stand more than once.
template <class P>
consteval bool may_repeat() {
    if constexpr (P::family == Family::hook || P::family == Family::wait_if) return true;
    else if constexpr (requires { P::repeatable; }) return P::repeatable;
    else return false;
}
template <class P, class... Ps>
inline constexpr bool stands_once =
    (0 + ... + int(std::is_same_v<typename KindOf<P>::type, typename KindOf<Ps>::type>)) == 1 || may_repeat<P>();

} // namespace grit::detail
