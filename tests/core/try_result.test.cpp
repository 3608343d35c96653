// SPDX-License-Identifier: BSL-1.0
#include <grit/core/try_result.hpp>

#include <memory>

#include <grit/circuit_breaker.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("try_call returns the result or the rejection by value", "[circuit_breaker][R-231]") {
    struct Immovable {
        int value;
        explicit Immovable(int v) : value(v) {}
        Immovable(Immovable const&) = delete;
    };
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>> breaker;
    int x = 1;
    REQUIRE(*breaker.try_call([] { return 7; }) == 7);
    REQUIRE(&*breaker.try_call([&]() -> int& { return x; }) == &x);
    REQUIRE(breaker.try_call([] {}).has_value());
    REQUIRE(*breaker.try_call([](int a) { return std::make_unique<int>(a); }, 3).operator->()->get() == 3);
    REQUIRE(breaker.try_call([] { return Immovable{4}; })->value == 4);
    REQUIRE_THROWS_AS((void)breaker.try_call([]() -> int { throw ServerError{}; }), ServerError);
    auto const refused = breaker.try_call([] { return 7; });
    REQUIRE(!refused);
    REQUIRE(refused.error().state() == CircuitState::open);
    REQUIRE(refused.error().retry_after() > 0s);
    REQUIRE(!breaker.try_call([&]() -> int& { return x; }));
    REQUIRE(!breaker.try_call([] {}));
}

TEST_CASE("try_call returns a reference to what gives no address away") {
    struct Shy {
        Shy* operator&() = delete;
        Shy const* operator&() const = delete;
    };
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>> breaker;
    Shy shy;
    REQUIRE(std::addressof(*breaker.try_call([&]() -> Shy& { return shy; })) == std::addressof(shy));
}

TEST_CASE("A TryResult is a value or a rejection, and is made where it stays", "[circuit_breaker][R-231]") {
    CircuitOpen const rejection{CircuitState::open, 3s};
    auto const seven = [] { return 7; };
    TryResult<int, CircuitOpen> const value{std::in_place, seven};
    REQUIRE(value.has_value());
    REQUIRE(*value == 7);
    TryResult<int, CircuitOpen> const refused{rejection};
    REQUIRE(!refused.has_value());
    REQUIRE(refused.error() == rejection);
    TryResult<std::unique_ptr<int>, CircuitOpen> owner{std::in_place, [] { return std::make_unique<int>(5); }};
    std::unique_ptr<int> const moved = *std::move(owner);
    REQUIRE(*moved == 5);
    TryResult<void, CircuitOpen> const done{std::in_place, [] {}};
    REQUIRE(done);
    STATIC_REQUIRE(std::is_void_v<decltype(*done)>);
    REQUIRE((TryResult<void, CircuitOpen>{rejection}.error() == rejection));
    REQUIRE((TryResult<int&, CircuitOpen>{rejection}.error() == rejection));
}
