// SPDX-License-Identifier: BSL-1.0
#include <grit/core/ladder.hpp>

#include <cstddef>
#include <utility>

#include "retrying/samples.hpp"

using namespace grit;
using namespace samples;

namespace {

template <std::size_t I>
struct Numbered : std::exception {};

template <class Indices>
struct Naming;
template <std::size_t... Is>
struct Naming<std::index_sequence<Is...>> {
    using type = RetryIf<Numbered<Is>...>;
};

/// Requires that a policy that names N errors retries each of them, and neither one more nor a success.
template <std::size_t N>
void retries_each_of() {
    constexpr Retrying<StopAfterAttempt<2>, typename Naming<std::make_index_sequence<N>>::type> retrying;
    [&]<std::size_t... Is>(std::index_sequence<Is...>) {
        auto const one = [&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
            AlwaysFails<Numbered<I>> operation;
            REQUIRE_THROWS_AS(retrying(operation), Numbered<I>);
            REQUIRE(operation.calls == (I < N ? 2 : 1));
        };
        (one(std::integral_constant<std::size_t, Is>{}), ...);
    }(std::make_index_sequence<N + 1>{});
    REQUIRE(retrying([] { return 1; }) == 1);
}

} // namespace

TEST_CASE("a ladder has a clause for each of up to sixteen errors") {
    // With the clause for signals: ladders of 2, 6, 7 of 8, 9 of 12, 12, 13 and 17 of 20 clauses.
    retries_each_of<1>();
    retries_each_of<5>();
    retries_each_of<6>();
    retries_each_of<8>();
    retries_each_of<11>();
    retries_each_of<12>();
    retries_each_of<16>();
}

TEST_CASE("the clauses that are left over are for what nobody can throw") {
    using Two = Types<NetworkError, FatalError>;
    STATIC_REQUIRE(std::is_same_v<detail::Rung<Two, 1>, FatalError>);
    STATIC_REQUIRE(std::is_same_v<detail::Rung<Two, 2>, detail::Unthrown<2>>);
    STATIC_REQUIRE_FALSE(std::is_default_constructible_v<detail::Unthrown<2>>);
}

TEST_CASE("an exception from a clause is not caught by another") {
    // After runs in the handler of the first error and throws the second.
    Retrying const retrying{StopAfterAttempt<3>{}, RetryIf<NetworkError, FatalError>{},
                            After{[] { throw FatalError{}; }}};
    AlwaysFails<NetworkError> operation;
    REQUIRE_THROWS_AS(retrying(operation), FatalError);
    REQUIRE(operation.calls == 1);
}
