// SPDX-License-Identifier: BSL-1.0
#pragma once
// A list of types, and the few questions that are asked of it.

#include <cstddef>
#include <type_traits>
#include <utility>

namespace grit {

/// A list of types; it holds nothing.
template <class... Ts>
struct Types {
    static constexpr std::size_t size = sizeof...(Ts);
};

/// How a policy says what its template arguments are, beside types: `Types<Constant<N>>`. A trailing one that equals
/// its default is not written.
template <auto Value>
struct Constant {};
template <auto Value, auto Default>
struct ConstantOr {};
template <class T, class Default>
struct TypeOr {};

/// True if T is one of the list.
template <class T, class List>
inline constexpr bool contains = false;
template <class T, class... Ts>
inline constexpr bool contains<T, Types<Ts...>> = (std::is_same_v<T, Ts> || ...);

namespace detail {

/// True if no type comes after one of its bases.
template <class... Es>
inline constexpr bool are_derived_first = true;
template <class E, class... Rest>
inline constexpr bool are_derived_first<E, Rest...> =
    (!std::is_base_of_v<E, Rest> && ...) && are_derived_first<Rest...>;

/// What constant evaluation computes for many at once; std::array would bring its header to everybody.
template <class T, std::size_t N>
struct Array {
    T at[N]{};
};

/// One address for each type: an identity that needs no RTTI.
template <class T>
inline constexpr char type_id = 0;

template <class A, class B>
struct Append;
template <class... As, class... Bs>
struct Append<Types<As...>, Types<Bs...>> {
    using type = Types<As...>;
};
template <class... As, class B, class... Bs>
struct Append<Types<As...>, Types<B, Bs...>>
    : Append<std::conditional_t<contains<B, Types<As...>>, Types<As...>, Types<As..., B>>, Types<Bs...>> {};

template <class... Lists>
struct Joined {
    using type = Types<>;
};
template <class A>
struct Joined<A> {
    using type = A;
};
template <class A, class B, class... Rest>
struct Joined<A, B, Rest...> : Joined<typename Append<A, B>::type, Rest...> {};
// Most lists are empty: they cost no more than a look.
template <class A, class... Rest>
struct Joined<A, Types<>, Rest...> : Joined<A, Rest...> {};

template <std::size_t I, class T>
struct Leaf {
    using type = T;
};
template <class Indices, class... Ts>
struct Leaves;
template <std::size_t... Is, class... Ts>
struct Leaves<std::index_sequence<Is...>, Ts...> : Leaf<Is, Ts>... {};
template <class List>
struct Indexed;
template <class... Ts>
struct Indexed<Types<Ts...>> : Leaves<std::index_sequence_for<Ts...>, Ts...> {};
template <std::size_t I, class T>
Leaf<I, T> leaf_at(Leaf<I, T> const*);

} // namespace detail

/// All types of the lists in their order, each once.
template <class... Lists>
using Union = typename detail::Joined<Types<>, Lists...>::type;

/// The I-th type of a list. Complexity: a list is indexed once, each element then takes constant time.
template <class List, std::size_t I>
using At = typename decltype(detail::leaf_at<I>(static_cast<detail::Indexed<List> const*>(nullptr)))::type;

} // namespace grit
