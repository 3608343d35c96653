// SPDX-License-Identifier: BSL-1.0
#include <grit/budget/retry_budget.hpp>

#include <algorithm>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace grit;

namespace {

constinit RetryBudget<100> global_budget;

} // namespace

TEST_CASE("a budget starts full, pays for retries, and is filled by successes", "[R-410]") {
    RetryBudget<2> budget;
    REQUIRE(budget.left() == 2);
    REQUIRE(budget.try_withdraw());
    REQUIRE(budget.try_withdraw());
    REQUIRE(!budget.try_withdraw());
    for (int i = 0; i < 9; ++i) budget.deposit();
    REQUIRE(budget.left() == 0);
    REQUIRE(!budget.try_withdraw());
    budget.deposit();
    REQUIRE(budget.left() == 1);
    REQUIRE(budget.try_withdraw());
    budget.give_back(1);
    for (int i = 0; i < 100; ++i) budget.deposit();
    REQUIRE(budget.left() == 2); // never above
    REQUIRE(budget.idle());
}

TEST_CASE("a retry may cost more, and a success may bring more", "[R-410]") {
    RetryBudget<500, 1, 5> quota;
    for (int i = 0; i < 100; ++i) REQUIRE(quota.try_withdraw());
    REQUIRE(!quota.try_withdraw());
    for (int i = 0; i < 5; ++i) quota.deposit();
    REQUIRE(quota.try_withdraw());
    REQUIRE(!quota.try_withdraw(1));
    REQUIRE(quota.try_withdraw(0));
    RetryBudget<10, std::ratio<3, 2>{}> large;
    REQUIRE(large.try_withdraw(10));
    large.deposit();
    large.deposit();
    REQUIRE(large.left() == 3);
}

TEST_CASE("a budget at run time is checked when it is made", "[R-416]") {
    RetryBudget tuned{100, Factor{1, 4}, 2};
    STATIC_REQUIRE(std::is_same_v<decltype(tuned), RetryBudget<>>);
    REQUIRE(tuned.tokens() == 100);
    REQUIRE(tuned.cost() == 2);
    REQUIRE(RetryBudget{7}.cost() == 1);
    REQUIRE_THROWS_AS(RetryBudget{0}, std::invalid_argument);
    REQUIRE_THROWS_AS((RetryBudget{4, 1, 5}), std::invalid_argument);
    REQUIRE_THROWS_AS((RetryBudget{4, 1, 0}), std::invalid_argument);
    REQUIRE_THROWS_AS((RetryBudget{4, Factor{1, 1001}}), std::invalid_argument);
    REQUIRE_THROWS_AS((RetryBudget{4, Factor{-1, 2}}), std::invalid_argument);
    REQUIRE_THROWS_AS((RetryBudget{4, Factor{1, 0}}), std::invalid_argument);
    REQUIRE_THROWS_AS((RetryBudget{4, 1'000'001}), std::invalid_argument);
    REQUIRE_THROWS_AS((RetryBudget{4, Factor{(std::int64_t{1} << 50) + 1, std::int64_t{1} << 50}}),
                      std::invalid_argument);
    REQUIRE(RetryBudget{4, 1'000'000, 4}.cost() == 4);
    REQUIRE(RetryBudget{4, Factor{std::int64_t{1} << 50, std::int64_t{1} << 50}}.left() == 4);
    RetryBudget slow{1, Factor{1, 1000}};
    REQUIRE(slow.try_withdraw());
    for (int i = 0; i < 999; ++i) slow.deposit();
    REQUIRE(!slow.try_withdraw());
    slow.deposit();
    REQUIRE(slow.try_withdraw());
}

TEST_CASE("a budget of constants is one word", "[R-415]") {
    STATIC_REQUIRE(sizeof(RetryBudget<100>) == 8);
    STATIC_REQUIRE(!std::is_copy_constructible_v<RetryBudget<100>>);
    REQUIRE(global_budget.left() == 100);
    REQUIRE(describe<RetryBudget<100>>() == "RetryBudget<100>");
    REQUIRE(describe<RetryBudget<500, 1, 5>>() == "RetryBudget<500, 1, 5>");
    REQUIRE(describe<RetryBudget<>>() == "RetryBudget<>");
}

TEST_CASE("a budget does what a count of tokens does, on random calls", "[R-410]") {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        std::mt19937_64 draw{seed};
        auto const below = [&](int n) { return static_cast<int>(draw() % static_cast<std::uint64_t>(n)); };
        int const tokens = 1 + below(20);
        int const deposit = 1 + below(3000); // thousandths
        int const cost = 1 + below(tokens);
        RetryBudget budget{tokens, Factor{deposit, 1000}, cost};
        int balance = tokens * 1000;
        for (int i = 0; i < 300; ++i) {
            int const amount = below(2) == 0 ? cost : below(6);
            switch (below(4)) {
            case 0: budget.give_back(amount), balance = std::min(tokens * 1000, balance + amount * 1000); break;
            case 1: budget.deposit(), balance = std::min(tokens * 1000, balance + deposit); break;
            default:
                bool const pays = balance >= amount * 1000;
                REQUIRE(budget.try_withdraw(amount) == pays);
                if (pays) balance -= amount * 1000;
            }
            REQUIRE(budget.left() == balance / 1000);
            REQUIRE(budget.idle() == (balance == tokens * 1000));
        }
    }
}

TEST_CASE("threads spend what there is and no more", "[R-415]") {
    RetryBudget<1000, 1, 1> budget;
    std::atomic<int> taken{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 1000; ++i) {
                if (budget.try_withdraw()) ++taken;
                if (i % 10 == 0 && budget.try_withdraw()) budget.give_back(1);
            }
        });
    for (std::thread& one : threads) one.join();
    REQUIRE(taken == 1000);
    REQUIRE(budget.left() == 0);
}
