// SPDX-License-Identifier: BSL-1.0
#pragma once
// fleet::RetryBudget: what all processes of a fleet may spend on retries, filled by their successes.

#include <atomic>

#include <grit/fleet/agent.hpp>
#include <grit/fleet/budget_script.hpp>

namespace grit::inline GRIT_ABI::fleet {

namespace detail {
// The families of the policies of a fleet's budget.
inline constexpr Family ratio_family{20};
inline constexpr Family most_family{21};
inline constexpr Family hold_family{22};
inline constexpr int most_tokens = 1'000'000;
} // namespace detail

/// A success brings `Percent` of a token: `BudgetRatio<10>`, the default, or `BudgetRatio{n}`: the retries for each
/// success, at a lasting rate of failures. Requires: 1 to 1000. Throws: std::invalid_argument if that does not hold.
template <ConstantInt Percent = dynamic>
class BudgetRatio : grit::detail::IntValue<Percent> {
    static constexpr bool is_ratio(int n) noexcept { return n >= 1 && n <= 1000; }
    static_assert(grit::detail::is_met<(Percent.is_dynamic() || is_ratio(Percent.value()))>,
                  "grit: a 'BudgetRatio' was given no share of a token, because it is below 1 or above 1000 percent; "
                  "write BudgetRatio<10> instead");

public:
    static constexpr Family family = detail::ratio_family;
    using Kind = BudgetRatio<>;
    static constexpr char const* name = "BudgetRatio";
    static consteval auto arguments() { return Types<Constant<Percent>>{}; }
    constexpr BudgetRatio() = default;
    template <class Count, bool Exceptions = GRIT_EXCEPTIONS>
        requires(Percent.is_dynamic())
    explicit constexpr BudgetRatio(Count n) : grit::detail::IntValue<Percent>(grit::detail::as_count(n)) {
        if (!is_ratio(percent()))
            reject<Exceptions>("grit: a 'BudgetRatio' was given no share of a token, because it is below 1 or above "
                               "1000 percent; write BudgetRatio{10} instead");
    }
    constexpr int percent() const noexcept { return this->get(); }
};
template <class Count>
BudgetRatio(Count) -> BudgetRatio<>;

/// The budget holds `Tokens` at most: `BudgetMost<1000>`, the default, or `BudgetMost{n}`. Half of them can be spent
/// without a success. Requires: 2 to a million. Throws: std::invalid_argument if that does not hold.
template <ConstantInt Tokens = dynamic>
class BudgetMost : grit::detail::IntValue<Tokens> {
    static constexpr bool is_most(int n) noexcept { return n >= 2 && n <= detail::most_tokens; }
    static_assert(grit::detail::is_met<(Tokens.is_dynamic() || is_most(Tokens.value()))>,
                  "grit: a 'BudgetMost' cannot pay for one retry, because only the upper half of at least two tokens, "
                  "and of a million at most, is spent; write BudgetMost<1000> instead");

public:
    static constexpr Family family = detail::most_family;
    using Kind = BudgetMost<>;
    static constexpr char const* name = "BudgetMost";
    static consteval auto arguments() { return Types<Constant<Tokens>>{}; }
    constexpr BudgetMost() = default;
    template <class Count, bool Exceptions = GRIT_EXCEPTIONS>
        requires(Tokens.is_dynamic())
    explicit constexpr BudgetMost(Count n) : grit::detail::IntValue<Tokens>(grit::detail::as_count(n)) {
        if (!is_most(tokens()))
            reject<Exceptions>("grit: a 'BudgetMost' cannot pay for one retry, because only the upper half of at least "
                               "two tokens, and of a million at most, is spent; write BudgetMost{1000} instead");
    }
    constexpr int tokens() const noexcept { return this->get(); }
};
template <class Count>
BudgetMost(Count) -> BudgetMost<>;

/// A process holds `Tokens` for its next retries: `BudgetHold<5>`, the default, or `BudgetHold{n}`. Requires: one or
/// more, a million at most; the cost of a dearer retry, once one has been asked for. Throws: std::invalid_argument if
/// that does not hold.
template <ConstantInt Tokens = dynamic>
class BudgetHold : grit::detail::IntValue<Tokens> {
    static constexpr bool is_hold(int n) noexcept { return n >= 1 && n <= detail::most_tokens; }
    static_assert(grit::detail::is_met<(Tokens.is_dynamic() || is_hold(Tokens.value()))>,
                  "grit: a 'BudgetHold' was given a number that it cannot hold, because it is below one token or above "
                  "a million; write BudgetHold<5> instead");

public:
    static constexpr Family family = detail::hold_family;
    using Kind = BudgetHold<>;
    static constexpr char const* name = "BudgetHold";
    static consteval auto arguments() { return Types<Constant<Tokens>>{}; }
    constexpr BudgetHold() = default;
    template <class Count, bool Exceptions = GRIT_EXCEPTIONS>
        requires(Tokens.is_dynamic())
    explicit constexpr BudgetHold(Count n) : grit::detail::IntValue<Tokens>(grit::detail::as_count(n)) {
        if (!is_hold(tokens()))
            reject<Exceptions>("grit: a 'BudgetHold' was given a number that it cannot hold, because it is below one "
                               "token or above a million; write BudgetHold{5} instead");
    }
    constexpr int tokens() const noexcept { return this->get(); }
};
template <class Count>
BudgetHold(Count) -> BudgetHold<>;

/// Tokens that every retry of a fleet takes and every success brings back: `RetryBudget budget{agent,
/// BudgetRatio<10>{}, BudgetMost<1000>{}}`, and `StopOverBudget{budget}` in any number of Retrying.
///
/// Retries are paid from the upper half alone, and it starts with the lower one: a fleet that has not seen a success
/// retries nothing. Each process holds a few tokens, so that no call waits for the store. All processes together retry
/// Most / 2 + N * Hold + Ratio * successes at most. Without a store each goes on with Most / N of its own, half full.
/// Further policies: BudgetHold; Name, where a fleet has several.
///
/// Requires: the agent outlives it. Thread safety: safe from any thread, without a lock but where nothing is left; a
/// success while the budget is full writes nothing. A process that has seen it full asks once a second whether it still
/// is. Source: gRPC's retry throttling (proposal A6).
class RetryBudget final : Part {
    using Thousandths = std::int64_t;
    static constexpr Thousandths per_token = 1000;

public:
    template <class... Ps>
        requires(Policy<Ps> && ...)
    explicit RetryBudget(Agent& agent, Ps const&... policies) : agent_(agent), key_(agent.key("t")) {
        static_assert(grit::detail::is_met<(grit::detail::PolicySet<Ps...>::clash == grit::detail::Clash::none)>,
                      "grit: a 'fleet::RetryBudget' was given two policies of one kind, because only one of them can "
                      "count; keep one of them");
        (take(policies), ...);
        agent.add(*this);
    }
    RetryBudget(RetryBudget const&) = delete;
    RetryBudget& operator=(RetryBudget const&) = delete;
    ~RetryBudget() { agent_.remove(*this); }

    /// Returns: what a retry costs where no CostIf says otherwise.
    static constexpr int cost() noexcept { return 1; }
    /// Takes what a retry costs, if this process holds that much. Returns: whether it did. Requires: zero or more.
    bool try_withdraw(int cost = 1) {
        Thousandths const price = cost * per_token;
        Thousandths left = left_.load(std::memory_order_relaxed);
        while (left >= price)
            if (left_.compare_exchange_weak(left, left - price, std::memory_order_relaxed)) return true;
        ask(price);
        return false;
    }
    /// Gives back what was taken for a retry that does not follow.
    void give_back(int cost) noexcept { left_.fetch_add(cost * per_token, std::memory_order_relaxed); }
    /// Tells of a success.
    GRIT_INLINE void deposit() noexcept {
        if (full_.load(std::memory_order_relaxed)) return;
        deposits_.fetch_add(ratio_, std::memory_order_relaxed);
    }

    /// Returns: the tokens that this process holds, rounded down.
    int held() const noexcept { return static_cast<int>(left_.load(std::memory_order_relaxed) / per_token); }
    /// Returns: the tokens of the fleet beside those that are held, as last told; half of the most at first.
    int tokens() const noexcept { return static_cast<int>(tokens_.load(std::memory_order_relaxed) / per_token); }

private:
    static constexpr Duration every = std::chrono::milliseconds{50};
    static constexpr Duration idle_beat = std::chrono::seconds{1};

    template <ConstantInt N>
    void take(BudgetRatio<N> const& ratio) {
        ratio_ = ratio.percent() * (per_token / 100);
    }
    template <ConstantInt N>
    void take(BudgetMost<N> const& most) {
        most_ = most.tokens() * per_token;
        tokens_.store(most_ / 2, std::memory_order_relaxed);
    }
    template <ConstantInt N>
    void take(BudgetHold<N> const& hold) {
        hold_ = hold.tokens() * per_token;
    }
    template <ConstantText Text>
    void take(Name<Text> const& name) {
        key_ = agent_.key("t:" + std::string{name.get()});
    }
    template <class P>
    void take(P const&) {
        static_assert(always_false<P>,
                      "grit: a 'fleet::RetryBudget' was given a policy that it has no use for, because it takes "
                      "BudgetRatio, BudgetMost, BudgetHold and Name; give it to the agent or to the Retrying instead");
    }

    /// The agent is to hear that a retry could not be paid. The first one tells it.
    GRIT_COLD void ask(Thousandths price) {
        if (asked_.load(std::memory_order_relaxed) != 0 || asked_.exchange(price, std::memory_order_relaxed) != 0)
            return;
        agent_.wake(*this, std::max(agent_.now(), TimePoint{Duration{not_before_.load(std::memory_order_relaxed)}}));
    }

    using Args = std::array<Thousandths, 5>;
    template <class Eval>
    auto eval(Eval const& run, Args const& args, std::array<Thousandths, 2>& reply) {
        std::string_view const keys[]{key_};
        return run(std::span<std::string_view const>{keys}, std::span<Thousandths const>{args},
                   std::span<Thousandths>{reply});
    }

    TimePoint exchange(Agent& agent, TimePoint now) override {
        if (std::int64_t const forks = grit::detail::forks(); forks != forks_) { // what is held is the parent's
            if (forks_ != -1) left_.store(0, std::memory_order_relaxed);
            forks_ = forks;
        }
        Thousandths const deposits = deposits_.exchange(0, std::memory_order_relaxed);
        Thousandths const asked = asked_.exchange(0, std::memory_order_relaxed);
        hold_ = std::max(hold_, std::min(asked, most_ / 2)); // a dear retry, once seen, can be paid from then on
        Thousandths const left = left_.load(std::memory_order_relaxed);
        Thousandths const back = take_back(left - hold_);
        Thousandths const want = std::max(hold_ - (left - back), Thousandths{0});
        bool const is_active = deposits != 0 || asked != 0;
        pause_ = is_active ? every : std::min(2 * pause_, idle_beat);
        // Where it was full, successes are not told: whether others have spent it since is to be asked.
        bool const was_full = full_.load(std::memory_order_relaxed);
        if (is_active || want != 0 || back != 0 || was_full) ask_for(agent, {0, most_, deposits, back, want}, now);
        return saturating_add(now, pause_);
    }
    void leave(Agent& agent) override {
        Args const args{0, most_, deposits_.exchange(0, std::memory_order_relaxed), take_back(most_), 0};
        std::array<Thousandths, 2> reply{};
        eval([&agent](auto const&... all) { return agent.eval(detail::budget_script, all...); }, args, reply);
    }

    void ask_for(Agent& agent, Args args, TimePoint now) {
        std::array<Thousandths, 2> reply{};
        StoreStatus const status =
            eval([&agent](auto const&... all) { return agent.eval(detail::budget_script, all...); }, args, reply);
        Thousandths most = most_;
        if (status == StoreStatus::ok) {
            if (std::exchange(alone_, false)) take_back(most_); // it was granted by nobody
        } else {
            if (!std::exchange(alone_, true)) own_.clear();
            most = args[1] = std::max(2 * per_token, most_ / std::max(1, agent.members()));
            own_.set_time(to_micros(now.time_since_epoch()));
            eval([this](auto const&... all) { detail::budget_script.model()(own_, all...); }, args, reply);
        }
        if (reply[0] != 0) left_.fetch_add(reply[0], std::memory_order_relaxed);
        tokens_.store(reply[1], std::memory_order_relaxed);
        full_.store(reply[1] >= most, std::memory_order_relaxed);
        TimePoint const next = reply[0] < args[4] ? saturating_add(now, every) : now;
        not_before_.store(next.time_since_epoch().count(), std::memory_order_relaxed);
    }
    /// Takes back up to so much of what is held. Returns: how much.
    Thousandths take_back(Thousandths most) noexcept {
        Thousandths left = left_.load(std::memory_order_relaxed);
        Thousandths taken = 0;
        do taken = std::max(Thousandths{0}, std::min(left, most));
        while (!left_.compare_exchange_weak(left, left - taken, std::memory_order_relaxed));
        return taken;
    }

    Agent& agent_;
    std::string key_;
    Thousandths ratio_ = 100;
    Thousandths most_ = 1000 * per_token;
    Thousandths hold_ = 5 * per_token;

    // What callers touch.
    alignas(64) std::atomic<Thousandths> left_{0};
    std::atomic<Thousandths> asked_{0};
    std::atomic<std::int64_t> not_before_{std::numeric_limits<std::int64_t>::min()};
    alignas(64) std::atomic<Thousandths> deposits_{0};
    std::atomic<bool> full_{false};
    std::atomic<Thousandths> tokens_{500 * per_token};

    // What only the agent touches.
    Keyspace own_; // without a store
    bool alone_ = false;
    Duration pause_ = every;
    std::int64_t forks_ = -1;
};

} // namespace grit::inline GRIT_ABI::fleet
