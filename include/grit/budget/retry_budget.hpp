// SPDX-License-Identifier: BSL-1.0
#pragma once
// RetryBudget: what all callers of a service may spend on retries, filled by their successes.

#include <atomic>

#include <grit/core/describe.hpp>
#include <grit/core/factor.hpp>
#include <grit/core/value.hpp>

namespace grit::inline GRIT_ABI {

/// Tokens that every retry takes and every success brings back: `RetryBudget<100>`, where a success brings a tenth of a
/// token and a retry costs one, `RetryBudget<500, 1, 5>`, or `RetryBudget{tokens, deposit, cost}` at run time. It
/// starts full.
///
/// StopOverBudget{budget} puts it into any number of Retrying: once it is spent, a failed attempt is the last one. At a
/// lasting rate of failures the retries are Deposit / Cost for each success, whatever the attempts of one call. It can
/// be neither copied nor moved; a budget of constants can be a constinit global.
///
/// Units: a deposit is rounded down to a thousandth of a token. Requires: a cost of one token or more that the budget
/// can pay, and a deposit of a thousandth or more and not above a million. Throws: std::invalid_argument if that does
/// not hold. Thread safety: safe from any thread, without a lock; a success while the budget is full writes nothing,
/// and everything else is one read-modify-write. Source: gRPC's retry throttling (proposal A6), the retry quota of the
/// AWS SDKs.
template <ConstantInt Tokens = dynamic, Factor Deposit = Tokens.is_dynamic() ? Factor{dynamic} : Factor{1, 10},
          ConstantInt Cost = Tokens.is_dynamic() ? ConstantInt{dynamic} : ConstantInt{1}>
class RetryBudget : detail::IntValue<Tokens, 0>, detail::FactorValue<Deposit>, detail::IntValue<Cost, 1> {
    using TokensValue = detail::IntValue<Tokens, 0>;
    using DepositValue = detail::FactorValue<Deposit>;
    using CostValue = detail::IntValue<Cost, 1>;
    using Thousandths = std::int64_t;
    static constexpr Thousandths per_token = 1000;

    static constexpr bool is_deposit(Factor f) noexcept {
        return f.den >= 1 && f.num >= 1 && f.num / f.den <= 1'000'000 && f.num <= std::int64_t{1} << 50 &&
               f.num * per_token / f.den >= 1;
    }
    static constexpr bool is_cost(int cost, int tokens) noexcept { return cost >= 1 && cost <= tokens; }

    static_assert(detail::is_met<(detail::one_form(Tokens, Deposit, Cost))>,
                  "grit: a 'RetryBudget' was given some of its numbers as constants, because the others come at run "
                  "time; write RetryBudget<100>, or RetryBudget{tokens} with all of them at run time");
    static_assert(detail::is_met<(Tokens.is_dynamic() || is_cost(Cost.value(), Tokens.value()))>,
                  "grit: a 'RetryBudget' cannot pay for one retry, because its cost is below one token or above all "
                  "of them; write RetryBudget<100> or more tokens instead");
    static_assert(detail::is_met<(Deposit.is_dynamic() || is_deposit(Deposit))>,
                  "grit: a 'RetryBudget' was given a deposit that it cannot keep, because it is below a thousandth of "
                  "a token or above a million; write std::ratio<1, 10>{} instead");

public:
    static constexpr char const* name = "RetryBudget";
    static consteval auto arguments() {
        if constexpr (Tokens.is_dynamic()) return Types<>{};
        else return Types<Constant<Tokens>, ConstantOr<Deposit, Factor{1, 10}>, ConstantOr<Cost, ConstantInt{1}>>{};
    }

    constexpr RetryBudget()
        requires(!Tokens.is_dynamic())
    = default;
    constexpr RetryBudget()
        requires(Tokens.is_dynamic())
        : RetryBudget(1) {
        static_assert(detail::is_met<(!Tokens.is_dynamic())>,
                      "grit: a 'RetryBudget' was constructed without its tokens, because they come at run time where "
                      "its brackets are empty; write RetryBudget<100>, or RetryBudget{tokens}, instead");
    }
    template <class Count, class Price = int, bool Exceptions = GRIT_EXCEPTIONS>
        requires(Tokens.is_dynamic())
    explicit constexpr RetryBudget(Count tokens, Factor deposit = Factor{1, 10}, Price cost = 1)
        : TokensValue(detail::as_count(tokens)), DepositValue(deposit), CostValue(detail::as_count(cost)) {
        if (!is_cost(this->cost(), this->tokens()))
            reject<Exceptions>("grit: a 'RetryBudget' cannot pay for one retry, because its cost is below one token or "
                               "above all of them; write RetryBudget{100} or more tokens instead");
        if (!is_deposit(deposit))
            reject<Exceptions>("grit: a 'RetryBudget' was given a deposit that it cannot keep, because it is below a "
                               "thousandth of a token or above a million; write grit::Factor{1, 10} instead");
    }
    RetryBudget(RetryBudget const&) = delete;
    RetryBudget& operator=(RetryBudget const&) = delete;

    constexpr int tokens() const noexcept { return TokensValue::get(); }
    constexpr int cost() const noexcept { return CostValue::get(); }
    /// Returns: the tokens that are left, rounded down.
    int left() const noexcept { return static_cast<int>((all() - spent_.load(std::memory_order_relaxed)) / per_token); }
    /// Returns: whether it is full, as a new one is.
    bool idle() const noexcept { return spent_.load(std::memory_order_relaxed) == 0; }

    /// Takes the cost of one retry, if that much is left. Returns: whether it was.
    bool try_withdraw() noexcept { return try_withdraw(cost()); }
    /// Requires: a cost of zero or more.
    bool try_withdraw(int cost) noexcept {
        Thousandths spent = spent_.load(std::memory_order_relaxed);
        Thousandths after = 0;
        do {
            after = spent + cost * per_token;
            if (after > all()) return false;
        } while (!spent_.compare_exchange_weak(spent, after, std::memory_order_relaxed));
        return true;
    }
    /// Gives back what was taken for a retry that does not follow.
    void give_back(int cost) noexcept { put(cost * per_token); }
    /// Tells of a success.
    GRIT_INLINE void deposit() noexcept {
        if (spent_.load(std::memory_order_relaxed) == 0) [[likely]]
            return;
        Factor const d = DepositValue::get();
        put(d.num * per_token / d.den);
    }

private:
    constexpr Thousandths all() const noexcept { return tokens() * per_token; }
    GRIT_COLD void put(Thousandths given) noexcept {
        Thousandths spent = spent_.load(std::memory_order_relaxed);
        while (!spent_.compare_exchange_weak(spent, spent > given ? spent - given : 0, std::memory_order_relaxed)) {
        }
    }

    std::atomic<Thousandths> spent_{0};
};
template <class Count>
RetryBudget(Count) -> RetryBudget<>;
template <class Count, class D>
RetryBudget(Count, D) -> RetryBudget<>;
template <class Count, class D, class Price>
RetryBudget(Count, D, Price) -> RetryBudget<>;

} // namespace grit::inline GRIT_ABI
