// SPDX-License-Identifier: BSL-1.0
#pragma once
// The permits that a process holds of the limits of its fleet: what callers take, and what they tell the agent.

#include <grit/fleet/agent.hpp>
#include <grit/fleet/permit_line.hpp>

namespace grit::inline GRIT_ABI::fleet::detail {

/// Permits of N limits, which callers take from atomics; who finds none stands in line, or tells the agent.
///
/// Thread safety: callers from any thread, and the agent at the same time.
template <std::size_t N>
class HeldPermits : public Part {
public:
    using Permit = std::int64_t;
    using Costs = Amounts<N>;
    using Waiter = PermitWaiter<N>;

    /// Takes what a call costs from what is held. Returns: whether that was there.
    GRIT_INLINE bool take(Costs const& costs) noexcept {
        for (std::size_t i = 0; i != N; ++i)
            if (!take(i, costs[i])) [[unlikely]] {
                while (i-- != 0) left_[i].fetch_add(costs[i], std::memory_order_relaxed);
                return false;
            }
        return true;
    }
    void give_back(Costs const& costs) noexcept {
        for (std::size_t i = 0; i != N; ++i) left_[i].fetch_add(costs[i], std::memory_order_relaxed);
    }
    /// Tells the agent that a call found nothing. Returns: when it may find something.
    GRIT_COLD Duration ask(Costs const& costs) {
        TimePoint const now = agent_.now();
        Duration const wait = until_ready(now);
        if (!asked_.load(std::memory_order_relaxed)) {
            std::unique_lock lock{asked_mutex_};
            if (!asked_.exchange(true, std::memory_order_relaxed)) {
                asked_costs_ = costs;
                lock.unlock();
                agent_.wake(*this, saturating_add(now, wait));
            }
        }
        return wait > soon ? wait : soon;
    }
    /// Stands in line for `longest` at most, if that may help. Returns: whether it does; else it has its permits where
    /// `taken` says so.
    GRIT_COLD bool enter(Waiter& waiter, Duration longest, bool& taken) {
        TimePoint const now = agent_.now();
        Duration const wait = until_ready(now);
        if (wait >= longest) return false;
        taken = !line_.enter(waiter, [this](Costs const& costs) { return take(costs); });
        if (!taken) agent_.wake(*this, saturating_add(now, wait));
        return !taken;
    }
    PermitLine<N>& line() noexcept { return line_; }

    void settle(Costs const& more) noexcept {
        for (std::size_t i = 0; i != N; ++i)
            if (more[i] != 0) settled_[i].fetch_add(more[i], std::memory_order_relaxed);
    }
    void observe(Costs const& left) {
        bool lowers = false;
        for (std::size_t i = 0; i != N; ++i) {
            if (left[i] < 0) continue;
            Permit seen = observed_[i].load(std::memory_order_relaxed);
            while (left[i] < seen && !observed_[i].compare_exchange_weak(seen, left[i], std::memory_order_relaxed)) {
            }
            lowers = lowers || left[i] < left_[i].load(std::memory_order_relaxed);
        }
        if (lowers) agent_.wake(*this, agent_.now());
    }
    void pause(Duration span) {
        TimePoint const now = agent_.now();
        std::int64_t const until = saturating_add(now, span).time_since_epoch().count();
        std::int64_t seen = pause_asked_.load(std::memory_order_relaxed);
        while (seen < until && !pause_asked_.compare_exchange_weak(seen, until, std::memory_order_relaxed)) {
        }
        for (std::size_t i = 0; i != N; ++i) drain(i);
        agent_.wake(*this, now);
    }
    Permit left(std::size_t i) const noexcept {
        Permit const left = left_[i].load(std::memory_order_relaxed);
        return left > 0 ? left : 0;
    }

    /// What a call is told to wait for that finds nothing although the agent need not wait: about a round trip.
    static constexpr Duration soon = std::chrono::milliseconds{1};

protected:
    explicit HeldPermits(Agent& agent) noexcept : agent_(agent) {}
    ~HeldPermits() = default;

    static constexpr Permit unlimited = Permit{1} << 61;
    static constexpr Permit nothing_observed = std::numeric_limits<Permit>::max();

    GRIT_INLINE bool take(std::size_t i, Permit cost) noexcept {
        // Looked at first, so that a call that is refused takes nothing from one that is not.
        if (left_[i].load(std::memory_order_relaxed) < cost) [[unlikely]]
            return cost == 0;
        if (left_[i].fetch_sub(cost, std::memory_order_relaxed) >= cost) [[likely]]
            return true;
        left_[i].fetch_add(cost, std::memory_order_relaxed);
        return false;
    }
    /// Takes up to so many back from the callers. Returns: how many.
    Permit take_back(std::size_t i, Permit most) noexcept {
        Permit left = left_[i].load(std::memory_order_relaxed);
        Permit taken = 0;
        do taken = std::max(Permit{0}, std::min(left, most));
        while (!left_[i].compare_exchange_weak(left, left - taken, std::memory_order_relaxed));
        return taken;
    }
    void drain(std::size_t i) noexcept {
        drained_[i].fetch_add(take_back(i, 2 * unlimited), std::memory_order_relaxed);
    }
    /// Returns: whether a call found nothing since the last exchange; need: what that one costs, if it is to be known.
    bool was_asked(Costs* need) {
        std::lock_guard const lock{asked_mutex_};
        bool const asked = asked_.exchange(false, std::memory_order_relaxed);
        if (asked && need != nullptr) *need = asked_costs_;
        return asked;
    }

    Agent& agent_;
    alignas(64) std::array<std::atomic<Permit>, N> left_{};
    alignas(64) std::atomic<std::int64_t> ready_{std::numeric_limits<std::int64_t>::min()};
    std::atomic<bool> asked_{false};
    std::mutex asked_mutex_;
    Costs asked_costs_{};
    std::array<std::atomic<Permit>, N> drained_{}; // taken away by a pause
    std::array<std::atomic<Permit>, N> settled_{};
    std::array<std::atomic<Permit>, N> observed_ = none_observed(std::make_index_sequence<N>{});
    std::atomic<std::int64_t> pause_asked_{std::numeric_limits<std::int64_t>::min()};
    PermitLine<N> line_;

private:
    Duration until_ready(TimePoint now) const noexcept {
        Duration const wait = saturating_subtract(TimePoint{Duration{ready_.load(std::memory_order_relaxed)}}, now);
        return wait > Duration::zero() ? wait : Duration::zero();
    }
    template <std::size_t... I>
    static std::array<std::atomic<Permit>, N> none_observed(std::index_sequence<I...>) {
        return {((void)I, nothing_observed)...};
    }
};

} // namespace grit::inline GRIT_ABI::fleet::detail
