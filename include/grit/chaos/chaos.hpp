// SPDX-License-Identifier: BSL-1.0
#pragma once
// Chaos: faults, latency and wrong results on purpose, for tests and game days.

#include <atomic>

#include <grit/chaos/inject.hpp>
#include <grit/core/hana.hpp>
#include <grit/core/operation.hpp>
#include <grit/core/rejected.hpp>
#include <grit/core/within.hpp>
#include <grit/time/steady.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {

/// One call with chaos around it. What happens to it is drawn at its start.
template <class Stage>
class ChaosCall {
    using Latencies = typename Stage::template Where<ChaosFamily::latency>;
    using Faults = typename Stage::template Where<ChaosFamily::fault>;
    using Results = typename Stage::template Where<ChaosFamily::result>;
    static constexpr bool waits = Latencies::size() != 0;
    static constexpr std::size_t none = std::size_t(-1);

    template <std::size_t I>
    using PolicyAt = typename Stage::template PolicyAt<I>;
    template <std::size_t... Is>
    static auto errors_at(std::index_sequence<Is...>) -> Union<Types<Injected<typename PolicyAt<Is>::Error>>...>;
    template <class R, std::size_t... Is>
    static consteval bool is_result(std::index_sequence<Is...>) {
        return (std::is_same_v<typename PolicyAt<Is>::Result, R> || ...);
    }

    template <class R>
    static consteval bool wrong_result() {
        constexpr bool fits = Results::size() == 0 || is_result<R>(Results{});
        static_assert(fits,
                      "grit: a 'ChaosResult' is never used, because the operation returns another type; give it a "
                      "value of the type that the operation returns");
        return Results::size() != 0 && fits;
    }

public:
    using Rejections =
        Union<decltype(errors_at(Faults{})), Conditional<waits, Types<DeadlinePassed, StopRequested>, Types<>>>;
    template <class R>
    static constexpr bool judges = wrong_result<R>();

    explicit constexpr ChaosCall(Stage const& stage) noexcept : stage_(stage) {}
    ChaosCall(ChaosCall const&) = delete;
    ChaosCall& operator=(ChaosCall const&) = delete;

    Answer start([[maybe_unused]] Attempt const& at) {
        if (!stage_.enabled()) return Answer::again;
        draw(Latencies{}, [&](auto const& latency, std::size_t) { wait_ = saturating_add(wait_, latency.latency()); });
        draw(Faults{}, [&](auto const&, std::size_t i) { fault_ = fault_ == none ? i : fault_; });
        draw(Results{}, [&](auto const&, std::size_t i) { result_ = result_ == none ? i : result_; });
        if (wait_ > Duration::zero()) return Answer::sleep;
        return fault_ == none ? Answer::again : Answer::reject;
    }
    Answer wake(Attempt const& at)
        requires waits
    {
        stopped_ = at.stop_requested();
        late_ = !stopped_ && at.has_deadline() && at.remaining() <= Duration::zero();
        return fault_ == none && !stopped_ && !late_ ? Answer::again : Answer::reject;
    }
    Duration wait() const noexcept
        requires waits
    {
        return wait_;
    }
    decltype(auto) time() const
        requires waits
    {
        return stage_.time();
    }

    template <class F>
    decltype(auto) with_rejection(F const& f) const
        requires(Rejections::size != 0)
    {
        if constexpr (waits) {
            if (stopped_) return f(StopRequested{"chaos"});
            if (late_) return f(DeadlinePassed{"chaos"});
        }
        if constexpr (Faults::size() != 0) return with_fault(f, Faults{});
        else std::terminate(); // nothing was drawn
    }

    template <class R>
        requires judges<R>
    Answer returned(Attempt const&, R const&) const {
        return result_ == none ? Answer::done : Answer::replace;
    }
    template <class R, class Outcome>
        requires std::is_same_v<R, Outcome>
    R replacement(Attempt const&, Outcome const&) const {
        Late<R> other;
        for_each(Results{}, [&]<class P>(P const& result, std::size_t i) {
            auto const make = [&]() -> R { return result.make(); };
            if constexpr (std::is_same_v<typename P::Result, R>)
                if (i == result_) other.emplace(make);
        });
        return other->give();
    }

private:
    /// Calls f(policy, where) for those that stand there.
    template <std::size_t... Is, class F>
    void for_each(std::index_sequence<Is...>, F const& f) const {
        (f(stage_.template policy<Is>(), Is), ...);
    }
    /// Calls use(policy, where) for each that hits.
    template <class Where, class F>
    void draw(Where where, F const& use) const {
        for_each(where, [&](auto const& policy, std::size_t i) {
            if (policy.hits(stage_.draw())) use(policy, i);
        });
    }
    template <class F, std::size_t I, std::size_t... Rest>
    decltype(auto) with_fault(F const& f, std::index_sequence<I, Rest...>) const {
        if constexpr (sizeof...(Rest) != 0)
            if (I != fault_) return with_fault(f, std::index_sequence<Rest...>{});
        return f(Injected<typename PolicyAt<I>::Error>{stage_.template policy<I>().make()});
    }

    Stage const& stage_;
    Duration wait_ = Duration::zero();
    std::size_t fault_ = none;
    std::size_t result_ = none;
    bool stopped_ = false;
    bool late_ = false;
};

} // namespace detail

/// Does harm to calls, at stated rates: `Chaos chaos{ChaosFault{0.1, HttpError{503}}, ChaosLatency{0.05, 2s}}`. It
/// stands innermost, so that every stage around it has to live with it; where it is not named, it costs nothing.
///
/// Each policy draws for itself, once a call: latencies add up and come first, then the first fault that hits stands in
/// the place of the call; else the first ChaosResult that hits replaces what the operation returned. With Seed the
/// draws can be repeated; Random{generator} is another source. Its policies: ChaosFault, ChaosLatency, ChaosResult, at
/// least one, any number of each; Seed or Random, Time.
///
/// Thread safety: safe from any thread. It can be neither copied nor moved.
template <class... Ps>
class Chaos : public StageInterface<Chaos<Ps...>>, detail::Hold<Ps...> {
    static constexpr bool is_known =
        ((Ps::family == ChaosFamily::fault || Ps::family == ChaosFamily::latency || Ps::family == ChaosFamily::result ||
          Ps::family == Family::random || Ps::family == Family::time) &&
         ...);
    static_assert(is_known, "grit: a 'Chaos' was given a policy of another stage, because it has no use for it; list "
                            "ChaosFault, ChaosLatency, ChaosResult, Seed, Random and Time only");
    static constexpr bool does_harm = ((Ps::family >= ChaosFamily::fault) || ...);
    static_assert(does_harm, "grit: a 'Chaos' does nothing, because none of its policies does harm; add a ChaosFault, "
                             "a ChaosLatency or a ChaosResult");

    template <Family F>
    using Where = typename detail::Positions<F, detail::ValueList<Ps::family...>>::type;
    static constexpr bool is_clear = Where<Family::random>::size() <= 1 && Where<Family::time>::size() <= 1;
    static_assert(is_clear, "grit: a 'Chaos' was given two times or two sources of randomness, because only one of "
                            "each can count; keep one Time, and one Seed or Random");

public:
    static constexpr char const* name = "Chaos";
    static consteval auto arguments() { return Types<Ps...>{}; }

    explicit(sizeof...(Ps) == 1) constexpr Chaos(Ps const&... policies) : detail::Hold<Ps...>(policies...) {}
    Chaos(Chaos const&) = delete;
    Chaos& operator=(Chaos const&) = delete;

    /// Switches the harm off and on. Calls that have begun are not changed.
    void enable(bool on) noexcept { enabled_.store(on, std::memory_order_relaxed); }
    bool enabled() const noexcept { return enabled_.load(std::memory_order_relaxed); }

    /// The stage contract: one call, which whoever drives it asks step by step.
    constexpr auto call(Attempt const&) const noexcept { return detail::ChaosCall<Chaos>{*this}; }

private:
    friend class detail::ChaosCall<Chaos>;

    template <std::size_t I>
    using PolicyAt = At<Types<Ps...>, I>;
    template <std::size_t I>
    decltype(auto) policy() const noexcept {
        return this->template part<I>();
    }

    std::uint64_t draw() const { return draw(Where<Family::random>{}); }
    template <std::size_t... Is>
    std::uint64_t draw(std::index_sequence<Is...>) const {
        if constexpr (sizeof...(Is) == 0) return ThreadRandom{}();
        else if constexpr ((std::is_same_v<PolicyAt<Is>, Seed> && ...))
            return (policy<Is>().draw(drawn_.fetch_add(1, std::memory_order_relaxed)), ...);
        else return (policy<Is>().get()(), ...);
    }
    decltype(auto) time() const { return time(Where<Family::time>{}); }
    template <std::size_t... Is>
    decltype(auto) time(std::index_sequence<Is...>) const {
        if constexpr (sizeof...(Is) == 0) return SteadyTime{};
        else return (policy<Is>().get(), ...);
    }

    mutable std::atomic<std::uint64_t> drawn_{0};
    std::atomic<bool> enabled_{true};
};
template <class... Ps>
Chaos(Ps...) -> Chaos<Ps...>;

} // namespace grit::inline GRIT_ABI
