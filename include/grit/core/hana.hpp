// SPDX-License-Identifier: BSL-1.0
#pragma once
// Grouping and storage, by Boost.Hana and nowhere else: which of several types have a property, and one object of each.

#include <cstddef>
#include <utility>

#include <grit/core/config.hpp>
#if defined(__has_include)
#if !__has_include(<boost/hana/basic_tuple.hpp>)
#error                                                                                                                 \
    "grit: needs Boost.Hana, headers only; install Boost 1.74 or newer (Debian: libboost-dev), or name its directory with -I"
#endif
#endif
#include <boost/hana/basic_tuple.hpp> // where it is missing, the compiler stops here

#include <grit/core/types.hpp>
#include <grit/core/value.hpp>

namespace grit::inline GRIT_ABI::detail {

namespace hana = boost::hana;

// Grouping. A property is a value for each type, such as the family of a policy. Where a value stands is found once for
// each list of values, so that all policy sets of one shape share the work.

template <auto... Values>
struct ValueList {};

/// The positions at which a value stands in a list of such.
template <auto Wanted, class Values>
struct Positions;
template <auto Wanted, auto... Values>
struct Positions<Wanted, ValueList<Values...>> {
    static constexpr std::size_t count = (0 + ... + std::size_t{Values == Wanted});

    template <std::size_t... Is>
    static consteval auto find(std::index_sequence<Is...>) {
        constexpr hana::basic_tuple<std::integral_constant<decltype(Values), Values>...> values{};
        Array<std::size_t, count + 1> found; // one more, since no array is empty
        [[maybe_unused]] std::size_t next = 0;
        ((hana::at_c<Is>(values).value == Wanted ? void(found.at[next++] = Is) : void()), ...);
        return found;
    }
    template <std::size_t... Is>
    static auto list(std::index_sequence<Is...>)
        -> std::index_sequence<find(std::make_index_sequence<sizeof...(Values)>{}).at[Is]...>;
    using type = decltype(list(std::make_index_sequence<count>{}));
};

template <class Where>
struct Pick;
template <std::size_t... Is>
struct Pick<std::index_sequence<Is...>> {
    template <class... Ts>
    using of = Types<At<Types<Ts...>, Is>...>;
};
template <>
struct Pick<std::index_sequence<>> {
    template <class...>
    using of = Types<>;
};

/// Those of Ts whose value is the wanted one, in their order.
template <auto Wanted, class Values, class... Ts>
using Chosen = typename Pick<typename Positions<Wanted, Values>::type>::template of<Ts...>;

// Storage.

/// False for an object without state: it is built when it is asked for, so that any number of equal ones takes no room.
template <class T>
inline constexpr bool is_stored = !BuiltOnDemand<T>;

/// The place of the I-th of Ts among those that are stored.
template <std::size_t I, bool... Stored>
consteval std::size_t stored_before() {
    bool const stored[] = {Stored..., false};
    std::size_t place = 0;
    for (std::size_t i = 0; i != I; ++i) place += std::size_t{stored[i]};
    return place;
}

template <class Stored>
struct TupleOf;
template <class... Ts>
struct TupleOf<Types<Ts...>> {
    using type = hana::basic_tuple<Ts...>;
};

/// Holds one of each: part<I>() is the I-th. What has no state takes no room. References are held as such.
template <class... Ts>
class Hold {
    using Where = Positions<true, ValueList<is_stored<Ts>...>>;
    using Tuple = typename TupleOf<typename Pick<typename Where::type>::template of<Ts...>>::type;

    template <class... Refs, std::size_t... Is>
    static constexpr Tuple store([[maybe_unused]] hana::basic_tuple<Refs...> const& given, std::index_sequence<Is...>) {
        return Tuple{static_cast<At<Types<Ts...>, Is>>(hana::at_c<Is>(given))...};
    }

public:
    constexpr Hold()
        requires(std::is_default_constructible_v<Ts> && ...)
    = default;
    explicit constexpr Hold(Ts const&... parts)
        requires(sizeof...(Ts) > 0)
        : tuple_{store(hana::basic_tuple<Ts const&...>{parts...}, typename Where::type{})} {}

    template <std::size_t I>
    GRIT_INLINE constexpr decltype(auto) part() const noexcept {
        using T = At<Types<Ts...>, I>;
        if constexpr (BuiltOnDemand<T>) return T{};
        else return hana::at_c<stored_before<I, is_stored<Ts>...>()>(tuple_);
    }

    /// Returns: f(parts...). Not for the path of a call: it is a function more.
    template <class F>
    constexpr auto unpack(F const& f) const {
        return [&]<std::size_t... Is>(std::index_sequence<Is...>) {
            return f(this->template part<Is>()...);
        }(std::index_sequence_for<Ts...>{});
    }

private:
    [[no_unique_address]] Tuple tuple_{};
};

/// Of nothing that has a state there is no tuple, not even an empty one: GCC 12 lets that of a base wipe out what
/// stands at the same place in another base, where the whole is a constant.
template <class... Ts>
    requires(!(is_stored<Ts> || ...))
class Hold<Ts...> {
public:
    constexpr Hold() = default;
    explicit constexpr Hold(Ts const&...)
        requires(sizeof...(Ts) > 0)
    {}
    template <std::size_t I>
    GRIT_INLINE constexpr auto part() const noexcept {
        return At<Types<Ts...>, I>{};
    }
    template <class F>
    constexpr auto unpack(F const& f) const {
        return f(Ts{}...);
    }
};

template <template <class...> class Combined, class P>
inline constexpr bool is_combined = false;
template <template <class...> class Combined, class... Ps>
inline constexpr bool is_combined<Combined, Combined<Ps...>> = true;

template <template <class...> class Combined, class P>
constexpr auto as_combined(P const& p) {
    if constexpr (is_combined<Combined, P>) return p;
    else return Combined<P>{p};
}

/// Returns: a flat Combined<...> of a and b, each of which may be a Combined already. Requires: Combined is a Hold.
template <template <class...> class Combined, class A, class B>
constexpr auto combine(A const& a, B const& b) {
    return detail::as_combined<Combined>(a).unpack([&]<class... As>(As const&... as) {
        return detail::as_combined<Combined>(b).unpack(
            [&]<class... Bs>(Bs const&... bs) { return Combined<As..., Bs...>{as..., bs...}; });
    });
}

} // namespace grit::inline GRIT_ABI::detail
