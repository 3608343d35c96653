// SPDX-License-Identifier: BSL-1.0
#pragma once
// A list of types, and the few questions that are asked of it.

#include <cstddef>
#include <type_traits>
#include <utility>

#include <grit/core/config.hpp>

namespace grit::inline GRIT_ABI {

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
inline constexpr bool contains<T, Types<Ts...>> = (__is_same(T, Ts) || ...); // no variable for each pair

/// True if the lists have no type in common.
template <class A, class B>
inline constexpr bool are_disjoint = true;
template <class... As, class B>
inline constexpr bool are_disjoint<Types<As...>, B> = (!contains<As, B> && ...);

namespace detail {

/// What std::is_base_of_v and std::is_empty_v say, without a class for each question.
template <class Base, class Derived>
inline constexpr bool is_base_of = __is_base_of(Base, Derived);
template <class T>
inline constexpr bool is_empty = __is_empty(T);

/// True if no type occurs twice.
template <class... Ts>
inline constexpr bool are_distinct = true;
template <class T, class... Rest>
inline constexpr bool are_distinct<T, Rest...> = !contains<T, Types<Rest...>> && are_distinct<Rest...>;

/// True if no type comes after one of its bases.
template <class... Es>
inline constexpr bool are_derived_first = true;
template <class E, class... Rest>
inline constexpr bool are_derived_first<E, Rest...> = (!is_base_of<E, Rest> && ...) && are_derived_first<Rest...>;

/// What constant evaluation computes for many at once; std::array would bring its header to everybody.
template <class T, std::size_t N>
struct Array {
    T at[N]{};
};

/// One address for each type: an identity that needs no RTTI.
template <class T>
inline constexpr char type_id = 0;

/// What std::conditional_t says, without a class for each pair of types.
template <bool Condition>
struct Choice {
    template <class A, class>
    using of = A;
};
template <>
struct Choice<false> {
    template <class, class B>
    using of = B;
};
template <bool Condition, class A, class B>
using Conditional = typename Choice<Condition>::template of<A, B>;

template <class A, class B>
struct Append;
template <class... As, class... Bs>
struct Append<Types<As...>, Types<Bs...>> {
    using type = Types<As...>;
};
template <class B>
struct Append<Types<>, Types<B>> {
    using type = Types<B>;
};
template <class... As, class B, class... Bs>
struct Append<Types<As...>, Types<B, Bs...>>
    : Append<Conditional<contains<B, Types<As...>>, Types<As...>, Types<As..., B>>, Types<Bs...>> {};

/// A and what B has besides. Requires: A has each type once.
template <class A, class B>
using Merged = typename Append<A, B>::type;

template <class... Lists>
struct Joined {
    using type = Types<>;
};
template <class A>
struct Joined<A> {
    using type = A;
};
template <class A, class B, class... Rest>
struct Joined<A, B, Rest...> : Joined<Merged<A, B>, Rest...> {};
// Most lists are empty: they cost no more than a look.
template <class A, class... Rest>
struct Joined<A, Types<>, Rest...> : Joined<A, Rest...> {};

template <class List, std::size_t I>
struct Nth;
template <class A, class... Rest>
struct Nth<Types<A, Rest...>, 0> {
    using type = A;
};
template <class A, class B, class... Rest>
struct Nth<Types<A, B, Rest...>, 1> {
    using type = B;
};
template <class A, class B, class C, class... Rest>
struct Nth<Types<A, B, C, Rest...>, 2> {
    using type = C;
};
template <class A, class B, class C, class D, class... Rest>
struct Nth<Types<A, B, C, D, Rest...>, 3> {
    using type = D;
};
template <class A, class B, class C, class D, class... Rest, std::size_t I>
    requires(I > 3)
struct Nth<Types<A, B, C, D, Rest...>, I> : Nth<Types<Rest...>, I - 4> {};

/// The first place of T among Ts. Requires: it is one of them.
template <class T, class... Ts>
consteval std::size_t index_of() {
    bool const is_same[] = {__is_same(T, Ts)..., true};
    std::size_t i = 0;
    while (!is_same[i]) ++i;
    return i < sizeof...(Ts) ? i : 0;
}

} // namespace detail

/// All types of the lists in their order, each once.
template <class... Lists>
using Union = typename detail::Joined<Types<>, Lists...>::type;

/// The I-th type of a list. Complexity: one instantiation for each four types before it.
template <class List, std::size_t I>
using At = typename detail::Nth<List, I>::type;

namespace detail {
/// True if each is named by its own type: as no reference, and not const.
template <class... Es>
inline constexpr bool are_plain = (std::is_same_v<Es, std::remove_cvref_t<Es>> && ...);
} // namespace detail

} // namespace grit::inline GRIT_ABI
