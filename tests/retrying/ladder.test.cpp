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
    retries_each_of<1>();
    retries_each_of<2>();
    retries_each_of<5>();
    retries_each_of<11>();
    retries_each_of<16>();
}

TEST_CASE("an exception from a clause is not caught by another") {
    // After runs in the handler of the first error and throws the second.
    Retrying const retrying{StopAfterAttempt<3>{}, RetryIf<NetworkError, FatalError>{},
                            After{[] { throw FatalError{}; }}};
    AlwaysFails<NetworkError> operation;
    REQUIRE_THROWS_AS(retrying(operation), FatalError);
    REQUIRE(operation.calls == 1);
}
