// SPDX-License-Identifier: BSL-1.0
#include <grit/core/invoke.hpp>

#include <functional>
#include <memory>

#include "support/catch.hpp"

using grit::detail::invoke;

namespace {

struct Client {
    int base = 40;
    constexpr int add(int n) const { return base + n; }
    constexpr int& refer() { return base; }
    constexpr int rvalue_only() && { return base; }
};

constexpr int twice(int n) { return 2 * n; }

} // namespace

TEST_CASE("invoke calls functions and function objects") {
    STATIC_REQUIRE(invoke(twice, 21) == 42);
    STATIC_REQUIRE(invoke([] { return 42; }) == 42);
    STATIC_REQUIRE(invoke([](int a, int b) { return a + b; }, 40, 2) == 42);
    REQUIRE(invoke(&twice, 21) == 42);
}

TEST_CASE("invoke calls members as std::invoke does") {
    STATIC_REQUIRE(invoke(&Client::add, Client{}, 2) == 42);
    STATIC_REQUIRE(invoke(&Client::base, Client{}) == 40);
    STATIC_REQUIRE(invoke(&Client::rvalue_only, Client{}) == 40);

    Client client;
    auto const pointer = std::make_unique<Client>();
    REQUIRE(invoke(&Client::add, client, 2) == 42);
    REQUIRE(invoke(&Client::add, &client, 2) == 42);
    REQUIRE(invoke(&Client::add, pointer, 2) == 42);
    REQUIRE(invoke(&Client::add, std::ref(client), 2) == 42);
    REQUIRE(invoke(&Client::base, &client) == 40);
    REQUIRE(invoke(&Client::base, std::ref(client)) == 40);
}

TEST_CASE("invoke keeps the type and category of the result") {
    Client client;
    STATIC_REQUIRE(std::is_same_v<decltype(invoke(&Client::refer, client)), int&>);
    STATIC_REQUIRE(std::is_same_v<decltype(invoke(&Client::base, client)), int&>);
    STATIC_REQUIRE(std::is_same_v<decltype(invoke(&Client::base, static_cast<Client const&>(client))), int const&>);
    STATIC_REQUIRE(std::is_same_v<decltype(invoke(&Client::base, Client{})), int&&>);
    invoke(&Client::refer, client) = 1;
    REQUIRE(invoke(&Client::base, client) == 1);
}

TEST_CASE("invoke takes move-only arguments") {
    auto const value_of = [](std::unique_ptr<int> p) { return *p; };
    REQUIRE(invoke(value_of, std::make_unique<int>(42)) == 42);
}
