// SPDX-License-Identifier: BSL-1.0
#include <grit/fleet/retry_budget.hpp>

#include <list>
#include <random>
#include <thread>

#include <grit/budget.hpp>
#include <grit/retry.hpp>
#include <grit/time/manual.hpp>

#include "support/catch.hpp"
#include "support/cut_store.hpp"

using namespace grit;
using namespace std::chrono_literals;
using fleet::StoreStatus;

namespace {

struct Fleet {
    ManualTime time{1h};
    fleet::MemoryFleet<ManualTime> memory{Time{time}};
    support::CutStore store{memory, &fleet::detail::budget_script};
    std::list<fleet::Agent> agents;
    std::list<fleet::RetryBudget> budgets;

    template <class... Ps>
    fleet::RetryBudget& join(Ps const&... policies) {
        return budgets.emplace_back(agents.emplace_back(store, Name<"chat">{}, Time{time}), policies...);
    }
    template <class F>
    void run(Duration d, F const& each) {
        for (TimePoint const end = time.now() + d; time.now() < end; time.advance(1ms)) {
            for (fleet::Agent& agent : agents)
                if (agent.next_due() <= time.now()) agent.tick();
            each();
        }
    }
    void run(Duration d) {
        run(d, [] {});
    }
};

} // namespace

TEST_CASE("a fleet that has seen no success retries nothing, and what one process earns another may spend", "[R-862]") {
    Fleet fleet;
    fleet::RetryBudget& earns = fleet.join(fleet::BudgetRatio<50>{}, fleet::BudgetMost<100>{});
    fleet::RetryBudget& spends = fleet.join(fleet::BudgetRatio{50}, fleet::BudgetMost{100}, fleet::BudgetHold{5});
    fleet.run(1s, [&] { CHECK_FALSE(spends.try_withdraw()); });
    CHECK(spends.tokens() == 50);
    for (int i = 0; i != 40; ++i) earns.deposit(); // 20 tokens
    fleet.run(1s);
    CHECK(earns.held() == 5);
    int retries = 0;
    fleet.run(1s, [&] { retries += spends.try_withdraw(); });
    CHECK(retries == 15);
    CHECK(earns.held() == 5);
    fleet.agents.front().leave();
    fleet.time.advance(1ms);
    fleet.run(1s, [&] { retries += spends.try_withdraw(); });
    CHECK(retries == 20);
}

TEST_CASE("retries stay below half of the budget, what is held, and the ratio of the successes", "[R-863]") {
    int const percent = GENERATE(5, 50, 100); // of the calls fail
    int const processes = GENERATE(1, 4, 16);
    Fleet fleet;
    for (int i = 0; i != processes; ++i) fleet.join(fleet::BudgetRatio<10>{}, fleet::BudgetMost<200>{});
    std::minstd_rand random{3};
    int successes = 0;
    int failures = 0;
    int retries = 0;
    bool const began_well = GENERATE(false, true);
    if (began_well) { // full
        fleet.run(1s, [&] {
            for (fleet::RetryBudget& budget : fleet.budgets) budget.deposit();
        });
        for (int i = 0; i != 2000; ++i) fleet.budgets.front().deposit();
        fleet.run(2s);
        CHECK(fleet.budgets.front().tokens() == 200);
        CHECK(fleet.budgets.front().held() == 5);
    }
    fleet.run(4s, [&] {
        for (fleet::RetryBudget& budget : fleet.budgets) {
            if (static_cast<int>(random() % 100) >= percent) {
                budget.deposit();
                ++successes;
            } else {
                ++failures;
                retries += budget.try_withdraw();
            }
        }
    });
    CHECK(retries <= 100 + processes * 5 + successes / 10);
    if (percent == 100 && !began_well) CHECK(retries == 0);
    if (percent == 100 && began_well) CHECK(retries == 100 + processes * 5);
    if (percent == 5) CHECK(retries >= failures * 9 / 10 - (began_well ? 0 : 50));
}

TEST_CASE("without a store each process has its part of the budget, which starts half full", "[R-864]") {
    Fleet fleet;
    for (int i = 0; i != 4; ++i) fleet.join(fleet::BudgetMost<80>{}, fleet::BudgetRatio<100>{});
    fleet.run(2s);
    auto const status = GENERATE(StoreStatus::down, StoreStatus::timeout);
    fleet.store.status = status;
    int retries = 0;
    auto const retry = [&] {
        for (fleet::RetryBudget& budget : fleet.budgets) retries += budget.try_withdraw();
    };
    fleet.run(3s, retry);
    CHECK(retries == 0);
    for (int i = 0; i != 100; ++i)
        for (fleet::RetryBudget& budget : fleet.budgets) budget.deposit();
    fleet.run(3s, retry);
    CHECK(retries == 4 * 10); // half of a fourth each
    fleet.store.status = StoreStatus::ok;
    fleet.run(3s, retry);
    CHECK(retries == 4 * 10);
    CHECK(fleet.budgets.front().tokens() == 40);
}

TEST_CASE("a success while the budget is full is not told, and an idle process asks seldom", "[R-863]") {
    Fleet fleet;
    fleet::RetryBudget& budget = fleet.join(fleet::BudgetMost<10>{});
    for (int n = 0; n != 2; ++n) { // the first time what is held comes off
        for (int i = 0; i != 1000; ++i) budget.deposit();
        fleet.run(2s);
    }
    CHECK(budget.tokens() == 10);
    CHECK(budget.held() == 5);
    int const steps = fleet.store.asked;
    fleet.run(10s, [&] { budget.deposit(); });
    CHECK(fleet.store.asked - steps >= 9); // whether it is full still
    CHECK(fleet.store.asked - steps <= 11);
    CHECK(budget.try_withdraw(5));
    budget.give_back(5);
    CHECK(budget.held() == 5);
}

TEST_CASE("successes count again once another process has spent what was full", "[R-863]") {
    Fleet fleet;
    for (int i = 0; i != 2; ++i) fleet.join(fleet::BudgetMost<100>{}, fleet::BudgetRatio<10>{});
    fleet::RetryBudget& succeeds = fleet.budgets.front();
    fleet::RetryBudget& spends = fleet.budgets.back();
    for (int i = 0; i != 2; ++i) { // the first time what is held comes off
        for (int n = 0; n != 2000; ++n) succeeds.deposit();
        fleet.run(3s);
    }
    CHECK(succeeds.tokens() == 100);
    int retries = 0;
    fleet.run(10s, [&] { retries += spends.try_withdraw(); });
    CHECK(retries >= 50); // the upper half; from here on what successes bring
    int const before = retries;
    int successes = 0;
    fleet.run(10s, [&] {
        succeeds.deposit();
        ++successes;
        retries += spends.try_withdraw();
    });
    CHECK(retries - before >= successes / 10 - 10);
}

TEST_CASE("a retry that costs more than is held can be paid from the second one on", "[R-863]") {
    Fleet fleet;
    fleet::RetryBudget& budget = fleet.join(fleet::BudgetMost<100>{}, Name<"other">{});
    for (int i = 0; i != 1000; ++i) budget.deposit();
    fleet.run(1s);
    CHECK_FALSE(budget.try_withdraw(20));
    fleet.run(2s);
    CHECK(budget.try_withdraw(20));
    fleet.run(2s);
    CHECK(budget.try_withdraw(20));
    CHECK_FALSE(budget.try_withdraw(80));
    fleet.run(2s);
    CHECK_FALSE(budget.try_withdraw(80));
    CHECK(budget.held() <= 50);
}

TEST_CASE("a Retrying stops where the budget of the fleet is spent", "[R-862]") {
    Fleet fleet;
    fleet::RetryBudget& budget = fleet.join(fleet::BudgetRatio<100>{}, fleet::BudgetMost<4>{});
    Retrying const retrying{StopAfterAttempt<10>{}, RetryIfResult{[](int n) { return n < 0; }}, StopOverBudget{budget}};
    int calls = 0;
    auto const fails = [&] { return --calls; };
    CHECK(retrying.report(fails).reason() == StopReason::budget);
    CHECK(calls == -1);
    for (int i = 0; i != 10; ++i) CHECK(retrying([] { return 1; }) == 1);
    fleet.run(200ms);
    calls = 0;
    CHECK(retrying.report(fails).reason() == StopReason::budget);
    CHECK(calls == -3); // two tokens
}

TEST_CASE("a budget is used from many threads beside its agent", "[R-863]") {
    fleet::MemoryFleet<> memory;
    fleet::Agent agent{memory, Name<"chat">{}};
    fleet::RetryBudget budget{agent, fleet::BudgetMost<1000>{}, fleet::BudgetRatio<100>{}};
    std::jthread runs{[&](std::stop_token const& stop) { agent.run(stop); }};
    std::atomic<int> retries = 0;
    {
        std::vector<std::jthread> callers;
        for (int i = 0; i != 4; ++i)
            callers.emplace_back([&] {
                for (int n = 0; n != 2000; ++n) {
                    budget.deposit();
                    retries += budget.try_withdraw();
                }
            });
    }
    CHECK(retries <= 500 + 5 + 8000);
}

TEST_CASE("numbers of a budget that make no sense are refused", "[R-862]") {
    CHECK_THROWS_AS(fleet::BudgetRatio{0}, std::invalid_argument);
    CHECK_THROWS_AS(fleet::BudgetRatio{1001}, std::invalid_argument);
    CHECK_THROWS_AS(fleet::BudgetMost{1}, std::invalid_argument);
    CHECK_THROWS_AS(fleet::BudgetHold{0}, std::invalid_argument);
}
