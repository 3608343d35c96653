// SPDX-License-Identifier: BSL-1.0
// Budgets: their numbers, and the stop that asks them.
#include <grit/budget.hpp>
#include <grit/retry.hpp>

using namespace std::chrono_literals;
using namespace grit;

// expect-error: grit: a 'RetryBudget' cannot pay for one retry, because
namespace of_no_tokens {
RetryBudget<0> budget;
}

// expect-error: grit: a 'RetryBudget' cannot pay for one retry, because
namespace cost_above_all {
RetryBudget<4, 1, 5> budget;
}

// expect-error: grit: a 'RetryBudget' was given a deposit that it cannot keep, because
namespace deposit_too_small {
RetryBudget<4, std::ratio<1, 1001>{}> budget;
}

// expect-error: grit: a factor was given as a floating-point number, because
namespace deposit_of_floating_point {
RetryBudget<4, 0.1> budget;
}

// expect-error: grit: 'CostIf' was given a cost below zero, because
namespace negative_cost {
RetryBudget<4> budget;
StopOverBudget stop{budget, CostIf<int, -1>{}};
} // namespace negative_cost

// expect-error: grit: 'CostIf' names a reference or const type, because
namespace cost_of_a_reference {
RetryBudget<4> budget;
StopOverBudget stop{budget, CostIf<std::runtime_error const&, 1>{}};
} // namespace cost_of_a_reference

// expect-error: grit: 'StopOverBudget' was given something that is no budget, because
namespace of_no_budget {
int budget = 4;
StopOverBudget stop{budget};
} // namespace of_no_budget

// expect-error: grit: 'StopOverBudget' was given something that is no budget, because it lacks cost\(\),
namespace of_a_budget_without_a_price {
struct Free {
    bool try_withdraw(int);
    void give_back(int);
    void deposit();
} budget;
StopOverBudget stop{budget};
} // namespace of_a_budget_without_a_price

// expect-error: grit: a stop that takes something was combined with another, because
namespace combined {
RetryBudget<4> budget;
auto stop = StopAfterAttempt<5>{} | StopOverBudget{budget};
} // namespace combined

// expect-error: grit: a 'Retrying' was given two stops of one template, because
namespace two_budgets {
RetryBudget<4> a;
RetryBudget<5> b;
Retrying retrying{StopAfterAttempt<5>{}, StopOverBudget{a}, StopOverBudget{b}};
} // namespace two_budgets

// expect-error: grit: a 'Retrying' was given two stops that take something, because
namespace two_that_take {
struct Takes {
    static constexpr Family family = Family::stop;
    static constexpr bool needs_failure = false;
    template <class Q>
    int take(Q const&) const {
        return 1;
    }
    void give_back(int) const {}
};
RetryBudget<4> budget;
Retrying retrying{StopAfterAttempt<5>{}, StopOverBudget{budget}, Takes{}};
} // namespace two_that_take

// expect-error: grit: a 'Retrying' without a limit was given a wait that may be zero, because
namespace no_other_limit {
RetryBudget<4> budget;
Retrying<StopOverBudget<RetryBudget<4>>> retrying{StopOverBudget{budget}};
} // namespace no_other_limit

// expect-error: grit: 'StopOverBudget' was given a temporary, because it would refer to a budget that is gone; give
namespace of_a_temporary {
Retrying retrying{StopAfterAttempt<5>{}, StopOverBudget{RetryBudget<4>{}}};
}
