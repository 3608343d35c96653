// SPDX-License-Identifier: BSL-1.0
#pragma once
// StopOverBudget: stop where a budget that is shared has nothing left for another attempt.

#include <grit/budget/retry_budget.hpp>
#include <grit/core/result.hpp>
#include <grit/core/types.hpp>
#include <grit/stop/traits.hpp>

namespace grit::inline GRIT_ABI {

/// A retry after the error E costs `N` tokens: `StopOverBudget{budget, CostIf<TimeoutError, 10>{}}`.
template <class E, ConstantInt N>
struct CostIf {
    static_assert(detail::is_met<(detail::are_plain<E>)>,
                  "grit: 'CostIf' names a reference or const type, because errors are named by their own type; write "
                  "CostIf<E, 10> instead of CostIf<E const&, 10>");
    static_assert(detail::is_met<(!N.is_dynamic() && N.value() >= 0)>,
                  "grit: 'CostIf' was given a cost below zero, because a retry would then fill the budget; write a "
                  "number of tokens, zero or more, instead");
    static constexpr char const* name = "CostIf";
    static consteval auto arguments() { return Types<E, Constant<N>>{}; }
    using Error = E;
    static constexpr int cost = N.value();
};

/// Stops if the budget cannot pay for a retry: `StopOverBudget{budget}`. The reason is `budget`.
///
/// It takes the cost from the budget, so it is asked last, and gives it back if no attempt follows all the same: where
/// a hook or the sleep throws, and where the sleep ends the call. A success is a deposit. The first CostIf whose error
/// the failure is sets the cost; without one the cost is that of the budget.
///
/// Requires: the budget outlives every Retrying that has this. At most one in a Retrying, and in no other stop.
/// Thread safety: that of the budget.
template <class Budget = RetryBudget<>, class... Costs>
class StopOverBudget {
    static_assert(detail::is_met<(requires(Budget& budget) {
                      { budget.cost() } -> std::convertible_to<int>;
                      { budget.try_withdraw(1) } -> std::convertible_to<bool>;
                      budget.give_back(1);
                      budget.deposit();
                  })>, "grit: 'StopOverBudget' was given something that is no budget, because it lacks cost(), "
                       "try_withdraw(cost), give_back(cost) or deposit(); write a grit::RetryBudget instead");

    static_assert(detail::is_met<(detail::all_reached<Types<typename Costs::Error...>>)>,
                  "grit: a 'CostIf' names an error that is never reached, because it comes after one for the same "
                  "error or its base and the first that matches counts; write the derived error first instead");

public:
    static constexpr Family family = Family::stop;
    static constexpr char const* name = "StopOverBudget";
    static consteval auto arguments() { return Types<Budget, Costs...>{}; }
    static constexpr StopReason reason = StopReason::budget;
    using Kind = StopOverBudget<>;
    using Interests = Types<typename Costs::Error...>;
    static constexpr bool needs_failure = sizeof...(Costs) != 0;

    /// Requires: budget outlives this.
    explicit constexpr StopOverBudget(Budget& budget, Costs const&...) noexcept : budget_(&budget) {}
    explicit constexpr StopOverBudget(Budget const&&, Costs const&...) noexcept {
        static_assert(detail::is_met<(always_false<Budget>)>,
                      "grit: 'StopOverBudget' was given a temporary, because it would refer to a budget that is gone; "
                      "give the budget a name, as in RetryBudget<100> budget; StopOverBudget{budget}, instead");
    }

    /// Takes what a further attempt costs. Returns: how much that is, or -1 if it cannot be paid.
    template <class Q>
    constexpr int take([[maybe_unused]] Q const& q) const {
        int cost = budget_->cost();
        (void)((q.template matches<typename Costs::Error>() && ((cost = Costs::cost), true)) || ...);
        return budget_->try_withdraw(cost) ? cost : -1;
    }
    constexpr void give_back(int cost) const noexcept { budget_->give_back(cost); }
    /// Takes the cost that the budget itself says. Returns: whether it could be paid.
    constexpr bool try_pay() const { return budget_->try_withdraw(budget_->cost()); }
    GRIT_INLINE constexpr void succeeded() const noexcept { budget_->deposit(); }

private:
    Budget* budget_;
};
template <class Budget, class... Costs>
StopOverBudget(Budget&, Costs...) -> StopOverBudget<Budget, Costs...>;

} // namespace grit::inline GRIT_ABI
