// SPDX-License-Identifier: BSL-1.0
#pragma once
// fleet::RateLimiter: the limits that all processes of a fleet keep together.

#include <grit/core/within.hpp>
#include <grit/fleet/permits.hpp>
#include <grit/rate_limiter/rate_limited.hpp>
#include <grit/time/in_line.hpp>

namespace grit::inline GRIT_ABI::fleet {
namespace detail {

/// One call through a limiter. Surrounded: whether the attempt around it may have a deadline or a stop.
///
/// Abandoned while it waits, it leaves the line, and gives back what it was granted.
template <class Limiter, bool Surrounded>
class LimitedCall {
    static constexpr bool may_wait = Limiter::hears_deadline;
    static constexpr bool hears = Surrounded && may_wait;
    using Permits = typename Limiter::Permits;
    using Costs = typename Permits::Costs;
    enum class Refusal : unsigned char { limit, deadline, stop };

public:
    using Rejections =
        grit::detail::Conditional<hears, Types<RateLimited, DeadlinePassed, StopRequested>, Types<RateLimited>>;

    GRIT_INLINE LimitedCall(Limiter& limiter, Costs const& costs) noexcept : limiter_(limiter), waiter_(costs) {}
    LimitedCall(LimitedCall const&) = delete;
    LimitedCall& operator=(LimitedCall const&) = delete;
    GRIT_INLINE ~LimitedCall() {
        if constexpr (may_wait)
            if (waits_) leave_line();
    }

    GRIT_INLINE grit::detail::Answer start([[maybe_unused]] Attempt const& at) {
        if constexpr (hears)
            if (is_over(at)) return refused();
        if (permits().take(waiter_.cost())) [[likely]]
            return grit::detail::Answer::again;
        if constexpr (may_wait) return stand_in_line(at);
        else return refuse();
    }
    Duration wait() const noexcept
        requires may_wait
    {
        return wait_;
    }
    decltype(auto) time()
        requires may_wait
    {
        if constexpr (grit::detail::is_real_time<decltype(limiter_.time())>)
            return grit::detail::SleepInLine{permits().line(), waiter_};
        else return limiter_.time();
    }
    void park(Waker waker)
        requires may_wait
    {
        permits().line().park(waiter_, waker);
    }
    grit::detail::Answer wake([[maybe_unused]] Attempt const& at)
        requires may_wait
    {
        if constexpr (hears)
            if (is_over(at)) return refused(); // the destructor gives back
        waits_ = false;
        return permits().line().settle(waiter_) ? grit::detail::Answer::again : refuse();
    }

    template <class F>
    decltype(auto) with_rejection(F const& f) const {
        if constexpr (hears) {
            if (refusal_ == Refusal::stop) return f(StopRequested{limiter_.stage()});
            if (refusal_ == Refusal::deadline) return f(DeadlinePassed{limiter_.stage()});
        }
        return f(RateLimited{wait_, limiter_.stage()});
    }

private:
    GRIT_INLINE Permits& permits() const noexcept { return limiter_.permits_; }

    /// Nothing starts after a deadline or a requested stop.
    bool is_over(Attempt const& at) {
        if (at.stop_requested()) refusal_ = Refusal::stop;
        else if (at.has_deadline() && at.remaining() <= Duration::zero()) refusal_ = Refusal::deadline;
        else return false;
        return true;
    }
    GRIT_COLD grit::detail::Answer refuse() {
        wait_ = permits().ask(waiter_.cost());
        return refused();
    }
    GRIT_INLINE grit::detail::Answer refused() const { return grit::detail::refuse(limiter_.set(), *this); }
    GRIT_COLD grit::detail::Answer stand_in_line([[maybe_unused]] Attempt const& at) {
        Duration longest = limiter_.max_wait();
        if constexpr (hears)
            if (at.has_deadline()) longest = std::min(longest, at.remaining() - Duration{1});
        bool taken = false;
        if (permits().enter(waiter_, longest, taken)) {
            wait_ = longest;
            waits_ = true;
            return grit::detail::Answer::sleep;
        }
        return taken ? grit::detail::Answer::again : refuse();
    }
    GRIT_COLD void leave_line() noexcept {
        if (permits().line().settle(waiter_)) permits().give_back(waiter_.cost());
    }

    /// Stands in no line.
    struct Passer {
        explicit Passer(Costs const& costs) noexcept : costs_(costs) {}
        Costs const& cost() const noexcept { return costs_; }
        Costs costs_;
    };

    Limiter& limiter_;
    grit::detail::Conditional<may_wait, typename Permits::Waiter, Passer> waiter_;
    Duration wait_ = Duration::zero();
    bool waits_ = false;
    Refusal refusal_ = Refusal::limit;
};

template <class P>
inline constexpr bool is_limiter_policy =
    P::family == limit_family || P::family == lease_family || P::family == when_down_family ||
    P::family == cold_start_family || grit::detail::is_turn_policy<P>;

/// The policies of some families, in order.
template <bool Limits, class... Ps>
using LimitsOf = grit::detail::Chosen<Limits, grit::detail::ValueList<(Ps::family == limit_family)...>, Ps...>;

template <class List>
struct SetOf;
template <class... Ps>
struct SetOf<Types<Ps...>> {
    using type = grit::detail::PolicySet<Ps...>;
};

} // namespace detail

/// The calls through a fleet's limiter that cost so much of each limit: `limits.with_cost(1, tokens)`. A stage that
/// refers to the limiter. Thread safety: a const value.
template <class Limiter>
class LimiterWithCosts : public StageInterface<LimiterWithCosts<Limiter>> {
    using Costs = typename Limiter::Permits::Costs;

public:
    static constexpr char const* name = "LimiterWithCosts";
    static consteval auto arguments() { return Types<Limiter>{}; }
    static constexpr bool hears_deadline = Limiter::hears_deadline;

    constexpr LimiterWithCosts(Limiter& limiter, Costs const& costs) noexcept : limiter_(&limiter), costs_(costs) {}
    GRIT_INLINE auto call(Attempt const&) const noexcept {
        return detail::LimitedCall<Limiter, true>{*limiter_, costs_};
    }
    GRIT_INLINE auto call(Outermost const&) const noexcept {
        return detail::LimitedCall<Limiter, false>{*limiter_, costs_};
    }

private:
    Limiter* limiter_;
    Costs costs_;
};

/// Limits that all processes of a fleet keep together: `RateLimiter limits{agent, PerMinute<500, "rpm">{},
/// PerMinute<200'000, "tpm">{}, Lease<100, 200ms>{}, WhenDown::share}`.
///
/// A call takes one permit of each limit from those that this process holds, and the agent refills them: no call waits
/// for the store. A call that finds nothing is refused with a time and the agent is told; with MaxWait<D> it waits in
/// line, D at most and never up to the deadline of its attempt. Further policies: Lease, WhenDown, ColdStart, Time,
/// Name, OnReject. It can be neither copied nor moved.
///
/// In any time T all processes together let in Burst + R * T + min(N * K, R * L + N) at most, with the rate R, N
/// processes and Lease<K, L>; and what is said of WhenDown and ColdStart. Requires: one to four limits; the agent
/// outlives it. Thread safety: safe from any thread; a call is one subtraction a limit, without a lock or a clock.
template <class... Ps>
class RateLimiter : public StageInterface<RateLimiter<Ps...>>,
                    public detail::SetOf<detail::LimitsOf<false, Ps...>>::type {
    using Limits = detail::LimitsOf<true, Ps...>;
    using Set = typename detail::SetOf<detail::LimitsOf<false, Ps...>>::type;
    using Settings = grit::detail::TurnSettings<Set>;
    static constexpr std::size_t count = Limits::size;

    static_assert(grit::detail::is_met<(count >= 1 && count <= 4)>,
                  "grit: a 'fleet::RateLimiter' was given no limit, or more than four of them, because all of them are "
                  "taken in one step; write PerMinute<500, \"rpm\"> instead");
    static_assert(
        grit::detail::is_met<((detail::is_limiter_policy<Ps> && ...))>,
        "grit: a 'fleet::RateLimiter' was given a policy of another stage, because it has no use for it; give it "
        "limits, Lease, WhenDown, ColdStart, MaxWait, Time, Name or OnReject instead");
    static_assert(grit::detail::check_listeners<RateLimited, DeadlinePassed, StopRequested>(
        grit::detail::RejectListeners<Set>{}));
    static_assert(
        grit::detail::is_met<(Set::clash == grit::detail::Clash::none)>,
        "grit: a 'fleet::RateLimiter' was given two policies of one kind, because only one of them can count; "
        "keep one of them");

public:
    static constexpr char const* name = "fleet::RateLimiter";
    static consteval auto arguments() { return Types<Ps...>{}; }
    /// Calls may wait for their turn, and then they end before the deadline.
    static constexpr bool hears_deadline = Settings::limits_wait;
    using Permits = detail::Permits<(count > 0 ? count : 1)>; // of none the sentence above tells
    static constexpr std::size_t limits = count;

    template <bool Exceptions = GRIT_EXCEPTIONS>
    explicit RateLimiter(Agent& agent, Ps const&... policies)
        : Set(grit::detail::Given<Ps...>(policies...)), permits_(agent, terms<Exceptions>(policies...)) {}
    RateLimiter(RateLimiter const&) = delete;
    RateLimiter& operator=(RateLimiter const&) = delete;

    /// The stage contract: one call, which whoever drives it asks step by step. It costs one of each limit.
    GRIT_INLINE auto call(Attempt const&) noexcept { return detail::LimitedCall<RateLimiter, true>{*this, ones()}; }
    GRIT_INLINE auto call(Outermost const&) noexcept { return detail::LimitedCall<RateLimiter, false>{*this, ones()}; }

    /// Returns: a stage whose calls each cost so much of each limit, in their order, such as one request and its
    /// tokens. It refers to this. Throws: std::invalid_argument if no call could ever go in: a cost is below zero or
    /// above the burst, or all are zero.
    template <std::integral... Counts, bool Exceptions = GRIT_EXCEPTIONS>
        requires(sizeof...(Counts) == count)
    auto with_cost(Counts... costs) {
        return LimiterWithCosts<RateLimiter>{*this, checked<Exceptions>(costs...)};
    }
    /// The same with constants, which are checked by the compiler where the limit is one.
    template <ConstantInt... Costs, bool Exceptions = GRIT_EXCEPTIONS>
        requires(sizeof...(Costs) == count)
    auto with_cost() {
        static_assert(
            grit::detail::is_met<(fits(Limits{}, Costs.value()...))>,
            "grit: a 'fleet::RateLimiter' was given a call that can never go in, because a cost is below zero "
            "or above the burst; give the limit a larger burst, or split the call");
        return with_cost(Costs.value()...);
    }

    /// Asks for permits now and never waits. Returns: nothing, or why there are none.
    TryResult<void, RateLimited> try_acquire() { return acquire(ones()); }
    template <std::integral... Counts, bool Exceptions = GRIT_EXCEPTIONS>
        requires(sizeof...(Counts) == count)
    TryResult<void, RateLimited> try_acquire(Counts... costs) {
        return acquire(checked<Exceptions>(costs...));
    }

    /// So much more of each limit was used than was taken; if it is negative, less: what a call really cost, minus what
    /// was estimated. The debt of a limit is its burst at most.
    template <std::integral... Counts>
        requires(sizeof...(Counts) == count)
    void settle(Counts... more) noexcept {
        permits_.settle({static_cast<std::int64_t>(more)...});
    }
    /// What the other side says is left of each limit, such as a server in its x-ratelimit-remaining; below zero:
    /// nothing is said. It only lowers what is left.
    template <std::integral... Counts>
        requires(sizeof...(Counts) == count)
    void observe(Counts... left) {
        permits_.observe({static_cast<std::int64_t>(left)...});
    }
    /// Stops the whole fleet for so long, as a server asks for by Retry-After. This process stops at once, the others
    /// within half a lease, or a second where they are idle.
    template <class D>
    void pause(D span) {
        permits_.pause(duration_argument(span));
    }

    /// Returns: the most that a call may cost of a limit.
    std::int64_t burst(std::size_t limit = 0) const noexcept { return permits_.pace(limit).burst; }
    /// Returns: the permits of a limit that this process holds.
    std::int64_t held(std::size_t limit = 0) const noexcept { return permits_.left(limit); }

private:
    friend class detail::LimitedCall<RateLimiter, true>;
    friend class detail::LimitedCall<RateLimiter, false>;
    using Costs = typename Permits::Costs;

    constexpr Set const& set() const noexcept { return *this; }
    constexpr Duration max_wait() const noexcept { return Settings::max_wait(set(), Duration::zero()); }
    constexpr decltype(auto) time() const { return Settings::time(set()); }
    constexpr std::string_view stage() const noexcept { return Settings::name(set(), "rate_limiter"); }

    static constexpr Costs ones() noexcept {
        Costs all{};
        all.fill(1);
        return all;
    }
    template <class... Ls>
    static consteval bool fits(Types<Ls...>, grit::detail::Conditional<true, int, Ls>... costs) {
        auto const fit = []<class L>(Types<L>, int cost) {
            if constexpr (L::is_constant) return cost >= 0 && cost <= L::pace().burst;
            else return cost >= 0;
        };
        return (fit(Types<Ls>{}, costs) && ...);
    }
    template <bool Exceptions, class... Counts>
    Costs checked(Counts... counts) const {
        Costs const costs{std::int64_t{grit::detail::as_count(counts)}...};
        bool fits = costs != Costs{};
        for (std::size_t i = 0; i != count; ++i) fits = fits && costs[i] >= 0 && costs[i] <= permits_.pace(i).burst;
        if (!fits)
            reject<Exceptions>(
                "grit: a 'fleet::RateLimiter' was given a call that can never go in, because a cost is "
                "below zero or above the burst, or all are zero; give the limit a larger burst, or split "
                "the call");
        return costs;
    }
    TryResult<void, RateLimited> acquire(Costs const& costs) {
        if (permits_.take(costs)) [[likely]]
            return {std::in_place, [] {}};
        RateLimited const rejection{permits_.ask(costs), stage()};
        if constexpr (grit::detail::RejectListeners<Set>::size != 0) grit::detail::tell_rejection(set(), rejection);
        return rejection;
    }

    template <bool Exceptions>
    static typename Permits::Terms terms(Ps const&... policies) {
        typename Permits::Terms terms{{}, {}, 100, std::chrono::milliseconds{200}, WhenDown::share, 0};
        std::size_t i = 0;
        auto const take = [&]<class P>(P const& policy) {
            if constexpr (P::family == detail::limit_family) {
                terms.names[i] = policy.limit_name();
                for (std::size_t before = 0; before != i; ++before)
                    if (terms.names[before] == terms.names[i])
                        reject<Exceptions>("grit: a 'fleet::RateLimiter' was given two limits of one name, because the "
                                           "name is their key; give each a name of its own");
                terms.paces[i++] = policy.pace();
            } else if constexpr (P::family == detail::lease_family) {
                terms.held = policy.permits();
                terms.lease = policy.span();
            } else if constexpr (P::family == detail::when_down_family) terms.when_down = policy;
            else if constexpr (P::family == detail::cold_start_family) terms.cold_start = policy.percent();
        };
        (take(policies), ...);
        return terms;
    }

    Permits permits_;
};
template <class... Ps>
RateLimiter(Agent&, Ps const&...) -> RateLimiter<Ps...>;

} // namespace grit::inline GRIT_ABI::fleet
