// SPDX-License-Identifier: BSL-1.0
#pragma once
// How an agent refills the permits that its process holds, and gives back what nobody uses.

#include <grit/fleet/held_permits.hpp>
#include <grit/fleet/limit.hpp>

namespace grit::inline GRIT_ABI::fleet::detail {

/// The permits of a process and its agent: as many as their use asks for.
///
/// A lease has two halves. What was granted in one half and is left at the end of the next one goes back, so none is
/// older than a lease. Thread safety: exchange() and leave() in the thread of the agent, everything else in any.
template <std::size_t N>
class Permits final : public HeldPermits<N> {
    using Held = HeldPermits<N>;
    using Held::agent_, Held::asked_, Held::drain, Held::drained_, Held::left_, Held::line_, Held::nothing_observed,
        Held::observed_, Held::pause_asked_, Held::ready_, Held::settled_, Held::take_back, Held::unlimited,
        Held::was_asked;
    using typename Held::Permit;

public:
    using Held::take;
    using typename Held::Costs;

    struct Terms {
        std::array<Pace, N> paces;
        std::array<std::string_view, N> names;
        Permit held; ///< of each limit, at most
        Duration lease;
        WhenDown when_down;
        int cold_start; ///< in percent
    };

    Permits(Agent& agent, Terms const& terms) : Held(agent), terms_(terms) {
        for (std::size_t i = 0; i != N; ++i) keys_[i] = agent.key("l:" + std::string{terms.names[i]});
        agent.add(*this);
    }
    ~Permits() { agent_.remove(*this); }

    Pace const& pace(std::size_t i) const noexcept { return terms_.paces[i]; }

    TimePoint exchange(Agent& agent, TimePoint now) override {
        if (std::int64_t const forks = grit::detail::forks(); forks != forks_) { // the permits are the parent's
            if (forks_ != -1) forget();
            forks_ = forks;
        }
        line_.call_while([this](Costs const& costs) { return take(costs); });
        Costs need{};
        Costs all{};
        bool const may_ask = now >= not_before_;
        bool const waits = line_.look(need, all);
        if (may_ask && was_asked(waits ? nullptr : &need) && !waits) all = need;
        bool const needs = may_ask && all != Costs{};
        bool const half_over = now >= half_ends_ || (idle_ && needs);
        LimitArgs args[N];
        bool tells = half_over || needs;
        bool used = waits || needs;
        TimePoint const pause_asked{Duration{pause_asked_.load(std::memory_order_relaxed)}};
        Permit const pause = pause_asked > pause_told_ ? span_until(pause_asked, now) : 0;
        if (pause > 0) paused_until_ = std::max(paused_until_, pause_asked);
        for (std::size_t i = 0; i != N; ++i) {
            args[i] = plan(i, now, half_over);
            args[i].pause = pause;
            if (may_ask && needs) args[i].least = need[i];
            Permit const lacks = counts_[i].hold - counts_[i].in_hand;
            if (may_ask && now >= paused_until_)
                args[i].want = std::min(terms_.paces[i].burst, std::max(Permit{0}, lacks) + all[i]);
            else args[i].least = 0;
            used = used || counts_[i].used != 0;
            tells = tells || pause > 0 || args[i].settle != 0 || args[i].observed >= 0;
            if (half_over) counts_[i].used = counts_[i].fresh = 0;
        }
        if (half_over) {
            idle_ = !used;
            half_began_ = now;
            half_ends_ = saturating_add(now, idle_ ? std::max(idle_beat, half()) : half());
        }
        if (tells) ask_for(agent, args, pause_asked);
        bool const is_awaited = !line_.empty() || asked_.load(std::memory_order_relaxed);
        return is_awaited ? std::min(std::max(not_before_, now), half_ends_) : half_ends_;
    }
    void leave(Agent& agent) override {
        LimitArgs args[N];
        for (std::size_t i = 0; i != N; ++i) {
            drain(i);
            args[i] = plan(i, half_began_, false);
        }
        std::array<std::int64_t, 3 + N> reply{};
        eval([&agent](auto const&... all) { return agent.eval(limit_script, all...); }, args, reply);
    }

private:
    static constexpr Duration idle_beat = std::chrono::seconds{1};
    /// What the agent knows of a limit.
    struct Counts {
        Permit in_hand = 0; ///< left_ as the agent left it
        Permit fresh = 0;   ///< granted in this half
        Permit used = 0;    ///< in this half
        Permit hold = 1;    ///< how many to hold
        Permit owed = 0;    ///< to be settled with the store when it is back
    };

    void forget() noexcept {
        for (std::size_t i = 0; i != N; ++i) {
            take_back(i, 2 * unlimited);
            drained_[i].store(0, std::memory_order_relaxed);
            counts_[i] = {};
        }
    }
    Duration half() const noexcept { return terms_.lease / 2; }
    Duration gap() const noexcept { return terms_.lease / 4; }
    static Permit span_until(TimePoint until, TimePoint now) noexcept {
        constexpr Duration longest = std::chrono::hours{24 * 30};
        return std::max(Permit{0}, to_micros(std::min(saturating_subtract(until, now), longest)));
    }
    /// Counts what was used, takes back what is to be given back, and says how many to hold.
    LimitArgs plan(std::size_t i, TimePoint now, bool half_over) noexcept {
        Counts& c = counts_[i];
        Pace const& pace = terms_.paces[i];
        Permit drained = drained_[i].exchange(0, std::memory_order_relaxed);
        if (drained >= unlimited / 2) drained = 0; // nobody had granted them
        Permit const left = left_[i].load(std::memory_order_relaxed);
        c.used += std::max(Permit{0}, c.in_hand - left - drained);
        Permit const observed = observed_[i].exchange(nothing_observed, std::memory_order_relaxed);
        Permit given = 0;
        if (!is_open()) {
            double const spent = std::max(static_cast<double>((now - half_began_).count()), 1e3);
            double const halves = std::min(static_cast<double>(half().count()) / spent, 1e6);
            double const expected = std::min(1.5 * static_cast<double>(c.used) * halves, 1e15);
            Permit const grows = std::min(2 * c.hold + 1, static_cast<Permit>(expected) + 1);
            c.hold =
                std::clamp(half_over ? grows : std::max(grows, c.hold), Permit{1}, std::min(terms_.held, pace.burst));
            given = take_back(i, left - std::min(half_over ? std::min(c.fresh, c.hold) : left, observed));
        }
        c.in_hand = left - given;
        Permit const back = is_open() ? 0 : given + drained;
        Permit const settled = settled_[i].exchange(0, std::memory_order_relaxed);
        // What a share that this process had alone has left is not the store's.
        Permit const most_owed = 2 * pace.burst;
        if (alone_) {
            shared_[i] = std::max(settled, Permit{0}) - back;
            c.owed = std::clamp(c.owed + settled, -most_owed, most_owed);
        } else {
            shared_[i] = std::max(settled, Permit{0});
            c.owed = std::clamp(c.owed + settled - back, -most_owed, most_owed);
        }
        LimitArgs args{pace.rate, pace.period, pace.burst, pace.burst - pace.burst * terms_.cold_start / 100};
        args.settle = c.owed;
        args.observed = observed == nothing_observed ? -1 : observed;
        return args;
    }
    bool is_open() const noexcept { return alone_ && terms_.when_down == WhenDown::open; }

    template <class Eval>
    StoreStatus eval(Eval const& run, LimitArgs const (&args)[N], std::array<std::int64_t, 3 + N>& reply) {
        std::array<std::string_view, N> names;
        std::array<std::int64_t, 1 + N * LimitArgs::size> numbers{};
        for (std::size_t i = 0; i != N; ++i) {
            names[i] = keys_[i];
            args[i].put(numbers.data() + 1 + i * LimitArgs::size);
        }
        return run(std::span<std::string_view const>{names}, std::span<std::int64_t const>{numbers},
                   std::span<std::int64_t>{reply});
    }
    /// Asks the store, or else itself.
    void ask_for(Agent& agent, LimitArgs (&args)[N], TimePoint pause_asked) {
        std::array<std::int64_t, 3 + N> reply{};
        StoreStatus const status =
            eval([&](auto const&... all) { return agent.eval(limit_script, all...); }, args, reply);
        TimePoint const now = agent.now();
        if (status == StoreStatus::ok) {
            if (std::exchange(alone_, false))
                for (std::size_t i = 0; i != N; ++i) {
                    take_back(i, 2 * unlimited);
                    counts_[i].in_hand = counts_[i].fresh = 0;
                }
            for (Counts& c : counts_) c.owed = 0;
            pause_told_ = std::max(pause_told_, pause_asked);
        } else {
            if (status == StoreStatus::timeout) // it may have been done
                for (Counts& c : counts_) c.owed = std::max(c.owed, Permit{0});
            if (!std::exchange(alone_, true)) own_.clear();
            if (terms_.when_down == WhenDown::open) return let_all_in(now);
            if (terms_.when_down == WhenDown::closed) return not_before(saturating_add(now, gap()));
            Permit const n = std::max(1, agent.members());
            for (std::size_t i = 0; i != N; ++i) {
                args[i].period *= n;
                args[i].used_at_first = args[i].burst = std::max(Permit{1}, args[i].burst / n);
                args[i].settle = shared_[i];
            }
            own_.set_time(to_micros(now.time_since_epoch()));
            eval(
                [&](auto const&... all) {
                    limit_script.model()(own_, all...);
                    return StoreStatus::ok;
                },
                args, reply);
        }
        hand_out(args, reply, now);
    }
    void let_all_in(TimePoint now) {
        if (now < paused_until_) return not_before(paused_until_);
        for (std::size_t i = 0; i != N; ++i) {
            left_[i].store(unlimited, std::memory_order_relaxed);
            counts_[i].in_hand = unlimited;
        }
        not_before(now);
        line_.call_while([this](Costs const& costs) { return take(costs); });
    }
    void hand_out(LimitArgs const (&args)[N], std::array<std::int64_t, 3 + N> const& reply, TimePoint now) {
        Duration const wait = from_micros(reply[1]);
        Costs granted;
        std::copy(reply.begin() + 3, reply.end(), granted.begin());
        bool wanted = false;
        bool lacks = false;
        for (std::size_t i = 0; i != N; ++i) {
            wanted = wanted || args[i].want > 0;
            lacks = lacks || granted[i] < args[i].want;
        }
        if (reply[2] > 0) {
            paused_until_ = std::max(paused_until_, saturating_add(now, from_micros(reply[2])));
            for (std::size_t i = 0; i != N; ++i) drain(i);
        }
        if (now < paused_until_) {
            for (std::size_t i = 0; i != N; ++i) drained_[i].fetch_add(granted[i], std::memory_order_relaxed);
            return not_before(paused_until_);
        }
        if (wanted) not_before(lacks ? saturating_add(now, std::max(wait, gap())) : now);
        Costs const before = granted;
        line_.call_while([&](Costs const& costs) {
            for (std::size_t i = 0; i != N; ++i)
                if (granted[i] < costs[i]) return false;
            for (std::size_t i = 0; i != N; ++i) granted[i] -= costs[i];
            return true;
        });
        for (std::size_t i = 0; i != N; ++i) {
            counts_[i].used += before[i] - granted[i];
            counts_[i].fresh += granted[i];
            counts_[i].in_hand += granted[i];
            if (granted[i] != 0) left_[i].fetch_add(granted[i], std::memory_order_relaxed);
        }
        line_.call_while([this](Costs const& costs) { return take(costs); });
    }
    void not_before(TimePoint at) noexcept {
        not_before_ = at;
        ready_.store(at.time_since_epoch().count(), std::memory_order_relaxed);
    }

    Terms terms_;
    std::array<std::string, N> keys_;
    std::array<Counts, N> counts_{};
    Costs shared_{}; // to be settled with the share that this process has alone
    Keyspace own_;   // its state
    bool alone_ = false;
    bool idle_ = true;
    TimePoint half_began_ = TimePoint{};
    TimePoint half_ends_ = TimePoint::min();
    TimePoint not_before_ = TimePoint::min();
    TimePoint paused_until_ = TimePoint::min();
    TimePoint pause_told_ = TimePoint::min();
    std::int64_t forks_ = -1;
};

} // namespace grit::inline GRIT_ABI::fleet::detail
