// SPDX-License-Identifier: BSL-1.0
#pragma once
// A list of error codes, constant or held, and whether an error equals one of them.

#include <cstddef>
#include <system_error>
#include <utility>

#include <grit/core/value.hpp>
#include <grit/retry_if/default.hpp>

namespace grit::inline GRIT_ABI::detail {

/// What is compared with the codes: the code of a std::system_error, any other error itself.
template <class E>
GRIT_INLINE constexpr decltype(auto) code_of(E const& e) noexcept {
    if constexpr (std::is_base_of_v<std::exception, E> && requires { e.code(); }) return e.code();
    else return (e);
}

template <class Code, class E>
concept ComparableCode = requires(Code const& code, E const& e) {
    { detail::code_of(e) == code } -> std::convertible_to<bool>;
};

template <class Code, class E>
GRIT_INLINE constexpr bool equals_code([[maybe_unused]] Code const& code, [[maybe_unused]] E const& e) {
    if constexpr (ComparableCode<Code, E>) return bool(detail::code_of(e) == code);
    else return false;
}

/// The exceptions that hold a code which can be compared with one of the Cs.
template <class Code, class E>
using HolderOf = std::conditional_t<ComparableCode<Code, E>, Types<E>, Types<>>;
template <class Code, class... Es>
Union<HolderOf<Code, Es>...> holders_in(Types<Es...>);
template <class... Cs>
using HoldersOf = Union<decltype(holders_in<Cs>(typename CodeHolders<Cs>::type{}))...>;

/// Codes that are template arguments.
template <auto... Codes>
struct ConstantCodes {
    using Holders = HoldersOf<std::remove_const_t<decltype(Codes)>...>;

    template <class E>
    static constexpr bool compares = (ComparableCode<decltype(Codes), E> || ...);

    template <class E>
    GRIT_INLINE constexpr bool contains([[maybe_unused]] E const& e) const {
        return (detail::equals_code(Codes, e) || ...);
    }
};

template <std::size_t I, class Code>
struct HeldCode {
    Code code;
};
template <class Indices, class... Cs>
struct NumberedCodes;
template <std::size_t... Is, class... Cs>
struct NumberedCodes<std::index_sequence<Is...>, Cs...> : HeldCode<Is, Cs>... {
    explicit constexpr NumberedCodes(Cs const&... given) : HeldCode<Is, Cs>{given}... {}

    template <class E>
    GRIT_INLINE constexpr bool contains([[maybe_unused]] E const& e) const {
        return (detail::equals_code(HeldCode<Is, Cs>::code, e) || ...);
    }
};

/// Codes that are held.
template <class... Cs>
struct HeldCodes : NumberedCodes<std::index_sequence_for<Cs...>, Cs...> {
    using Holders = HoldersOf<Cs...>;
    using HeldCodes::NumberedCodes::NumberedCodes;

    template <class E>
    static constexpr bool compares = (ComparableCode<Cs, E> || ...);
};

/// ConstantCodes, or HeldCodes if the one argument is a list of types.
template <class List>
struct HeldCodesOf;
template <class... Cs>
struct HeldCodesOf<Types<Cs...>> {
    using type = HeldCodes<Cs...>;
};
template <auto... Codes>
struct CodeListOf {
    using type = ConstantCodes<Codes...>;
};
template <auto Code>
    requires requires { typename HeldCodesOf<std::remove_const_t<decltype(Code)>>::type; }
struct CodeListOf<Code> : HeldCodesOf<std::remove_const_t<decltype(Code)>> {};

/// True if a result of type R can hold an error that can be compared with a code of the list.
template <class List, class Errors>
inline constexpr bool compares_any = false;
template <class List, class... Es>
inline constexpr bool compares_any<List, Types<Es...>> = (List::template compares<Es> || ...);
template <class List, class R>
inline constexpr bool compares_with = compares_any<List, typename ErrorChannel<R>::Errors>;

/// True if the result holds an error that equals a code of the list.
template <class List, class R>
GRIT_INLINE constexpr bool holds_code([[maybe_unused]] List const& list, [[maybe_unused]] R const& r) {
    if constexpr (compares_with<List, R>)
        return ErrorChannel<R>::failed(r) &&
               ErrorChannel<R>::template visit<bool>(r, [&](auto const& e) { return list.contains(e); });
    else return false;
}

} // namespace grit::inline GRIT_ABI::detail
