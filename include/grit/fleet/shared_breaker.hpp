// SPDX-License-Identifier: BSL-1.0
#pragma once
// fleet::SharedBreaker: a circuit breaker that opens, probes and closes together with those of a fleet.

#include <array>
#include <atomic>

#include <grit/circuit_breaker/circuit_breaker.hpp>
#include <grit/fleet/agent.hpp>
#include <grit/fleet/circuit_follower.hpp>
#include <grit/fleet/circuit_script.hpp>
#include <grit/fleet/quorum.hpp>
#include <grit/fleet/voice.hpp>

namespace grit::inline GRIT_ABI::fleet {

namespace detail {

/// What the policies of a SharedBreaker say, and the sentences where they cannot.
struct SharingSettings {
    std::int64_t votes = 0;
    std::int64_t percent = 25;
    Duration refresh = std::chrono::milliseconds{100};
    Duration grace = std::chrono::seconds{1};
    std::string_view name{}; ///< of Name, which it refers to

    template <bool Exceptions, class... Ps>
    static constexpr SharingSettings of(Ps const&... policies) {
        constexpr auto count = []([[maybe_unused]] Family family) { return (0 + ... + int(Ps::family == family)); };
        static_assert(grit::detail::is_met<((is_sharing_policy<Ps>) && ...)>,
                      "grit: a 'SharedBreaker' was given a policy that it has no use for, because it takes Quorum or "
                      "QuorumShare, Refresh, Grace and Name; give it to the breaker or the agent instead");
        static_assert(grit::detail::is_met<(count(quorum_family) <= 1 && count(refresh_family) <= 1 &&
                                            count(grace_family) <= 1 && count(Family::name) <= 1)>,
                      "grit: a 'SharedBreaker' was given two policies of one kind, because only one of them can count; "
                      "keep one Quorum or QuorumShare, one Refresh, one Grace and one Name");
        SharingSettings all;
        (all.take(policies), ...);
        if (!outlasts(all.grace, all.refresh))
            reject<Exceptions>("grit: a 'SharedBreaker' was given too short a 'Grace', because a circuit would open "
                               "and probe alone before its process has asked the store again; write one and a half "
                               "Refresh and 100 ms, or more, instead");
        return all;
    }
    /// The same at compile time, where both are constants.
    template <class... Ps>
    static consteval bool is_constant_and_short() {
        if constexpr ((grit::detail::BuiltOnDemand<Ps> && ...)) {
            SharingSettings all;
            (all.take(Ps{}), ...);
            return !outlasts(all.grace, all.refresh);
        } else return false;
    }

private:
    template <class P>
    static constexpr bool is_sharing_policy = P::family == quorum_family || P::family == refresh_family ||
                                              P::family == grace_family || P::family == Family::name;
    template <class P>
    constexpr void take(P const& policy) {
        if constexpr (P::family == quorum_family) {
            votes = policy.count();
            percent = policy.percent();
        } else if constexpr (P::family == refresh_family) refresh = policy.span();
        else if constexpr (P::family == grace_family) grace = policy.span();
        else if constexpr (P::family == Family::name) name = policy.get();
    }
};

/// Whether a breaker has a Voice.
template <class Breaker>
concept Speaks = contains<Voice, decltype(Breaker::arguments())>;

/// A breaker of this process, as the fleet sees it.
template <class Breaker>
class SharedCircuit {
public:
    explicit SharedCircuit(Breaker& breaker) : breaker_(&breaker) {}

    /// Returns: whether there is nothing to say: it is closed, and so is the fleet's.
    bool rests() const {
        return follower.state == FleetState::closed && !follower.voted && !follower.probing &&
               breaker_->state() != CircuitState::open && breaker_->state() != CircuitState::half_open;
    }
    CircuitAsk ask(Duration lease) {
        TimePoint const now = breaker_->now(); // before what is left is read, so that nothing seems prolonged
        asked_with_ = look();
        asked_with_.refused = voice().take_refused();
        return asked_ = follower.ask(asked_with_, now, lease);
    }
    template <class Tell>
    void hear(CircuitReply const& reply, Duration jittered_grace, Tell const& tell) {
        CircuitOrder const order = follower.hear(reply, asked_, asked_with_, breaker_->now(), jittered_grace);
        bool const changed = carry_out(order);
        LocalCircuit const after = look();
        follower.done(order, changed, after, breaker_->now());
        if (order.of_fleet) tell(*order.of_fleet);
        if (order.of_this && changed) tell(*order.of_this);
    }
    template <class Tell>
    void missed(Tell const& tell) {
        asked_with_ = look();
        CircuitOrder const order = follower.missed(asked_with_);
        bool const changed = carry_out(order);
        LocalCircuit const after = look();
        follower.done_missing(order, changed, after, breaker_->now());
        if (order.of_this) tell(*order.of_this);
    }

    CircuitFollower follower;

private:
    Voice const& voice() const { return breaker_->template policy<Voice>(); }
    LocalCircuit look() const {
        std::uint32_t const epoch = breaker_->epoch();
        CircuitState const state = breaker_->state();
        CircuitSnapshot const more = breaker_->snapshot();
        LocalCircuit local{state, epoch, more.retry_after, more.openings, voice().reason_of(epoch), false};
        if (breaker_->epoch() != epoch) local.reason.reset(); // it changed meanwhile: nothing is made of it now
        return local;
    }
    bool carry_out(CircuitOrder const& order) {
        switch (order.kind) {
        case CircuitOrder::none: break;
        case CircuitOrder::open: return breaker_->open_shared(order.span);
        case CircuitOrder::close: return breaker_->close_shared(asked_with_.epoch);
        case CircuitOrder::probe: return breaker_->probe_shared(asked_with_.epoch, order.openings);
        case CircuitOrder::keep: return breaker_->keep_shared(asked_with_.epoch, order.span);
        }
        return false;
    }

    Breaker* breaker_;
    LocalCircuit asked_with_;
    CircuitAsk asked_;
};

} // namespace detail

/// A circuit breaker whose state is that of a fleet: `SharedBreaker shared{agent, breaker}` with `CircuitBreaker
/// breaker{OpenAfterFailures<5>{}, OpenFor<1s>{}, Voice{}}`. Calls go through the breaker, as without a fleet.
///
/// A circuit that trips is a vote, and a quorum opens that of all; so does one `open_for` of a breaker, a Retry-After.
/// Then one process sends the probes for all, by its own half-open policies; what they say opens or closes all.
/// A process that hears nothing of the store goes by the clock of its own circuit once its grace has passed, and joins
/// again when it hears. Circuits of one name in agents of one name are one circuit. Policies: Quorum or QuorumShare,
/// Refresh, Grace.
///
/// Requires: agent and breaker outlive it; the circuit is open for longer than two Refresh; a Name of the breaker
/// without braces. Throws: std::invalid_argument if Grace is too short, or for such a name. Thread safety: safe from
/// any thread. Source: docs/explanation/fleet_breaker.md.
template <class Breaker>
class SharedBreaker final : Part {
    static_assert(grit::detail::is_met<detail::Speaks<Breaker>>,
                  "grit: a 'SharedBreaker' was given a breaker that does not tell what happens to it, because it has "
                  "no 'Voice' in its list; write CircuitBreaker{OpenAfterFailures<5>{}, OpenFor<1s>{}, "
                  "grit::fleet::Voice{}} instead");

public:
    template <class... Ps, bool Exceptions = GRIT_EXCEPTIONS>
        requires(Policy<Ps> && ...)
    SharedBreaker(Agent& agent, Breaker& breaker, Ps const&... policies)
        : agent_(agent), circuit_(breaker), settings_(detail::SharingSettings::of<Exceptions>(policies...)),
          name_(settings_.name.empty() ? breaker.name() : settings_.name), words_(agent.key("w:" + name_)),
          changes_(agent.key("c:" + name_)), members_(agent.key("m")) {
        static_assert(grit::detail::is_met<(!detail::SharingSettings::is_constant_and_short<Ps...>())>,
                      "grit: a 'SharedBreaker' was given too short a 'Grace', because a circuit would open and probe "
                      "alone before its process has asked the store again; write one and a half Refresh and 100 ms, or "
                      "more, instead");
        if (name_.find_first_of("{}") != name_.npos)
            reject<Exceptions>("grit: a 'SharedBreaker' was given a breaker whose name has braces, because the name "
                               "becomes a part of its key; give the breaker a Name such as \"chat\" instead");
        agent.add(*this);
    }
    SharedBreaker(SharedBreaker const&) = delete;
    SharedBreaker& operator=(SharedBreaker const&) = delete;
    ~SharedBreaker() { agent_.remove(*this); }

    /// Opens the circuits of all processes, of those that come later too, until release_all(). It is done when the
    /// store is asked next, and asked again until it has answered.
    void force_open_all() { control(detail::Verb::force); }
    /// Closes the circuits that force_open_all() opened.
    void release_all() { control(detail::Verb::release); }

    /// Returns: the state of the fleet's circuit, as last heard. That of this process is the breaker's.
    CircuitState state() const noexcept { return state_.load(std::memory_order_relaxed); }

private:
    void control(detail::Verb verb) {
        control_.store(verb, std::memory_order_relaxed);
        agent_.wake(*this, agent_.now());
    }

    TimePoint exchange(Agent& agent, TimePoint now) override {
        if (detail::Verb verb = control_.load(std::memory_order_relaxed); verb != detail::Verb::look) {
            detail::CircuitAsk const asked{verb, circuit_.follower.known, 0, 0};
            detail::CircuitReply ignored; // it is heard in the exchange that follows
            if (send(agent, asked, ignored)) control_.compare_exchange_strong(verb, detail::Verb::look);
        }
        talk(agent);
        if (circuit_.follower.gives_up) talk(agent); // another process waits for it
        Duration const refresh = settings_.refresh;
        return saturating_add(now, refresh / 2 + refresh * static_cast<int>(agent.random() % 1001) / 1000);
    }
    void leave(Agent& agent) override {
        detail::CircuitFollower const& follower = circuit_.follower;
        if (!follower.voted && !follower.probing) return;
        detail::CircuitReply ignored;
        send(agent, {follower.probing ? detail::Verb::give_up : detail::Verb::unvote, follower.known, 0, 0}, ignored);
    }

    void talk(Agent& agent) {
        auto const tell = [&](FleetMoment moment) { agent.tell({moment, agent.name(), name_}); };
        detail::CircuitReply reply;
        if (!send(agent, circuit_.ask(detail::lease_of(settings_.refresh)), reply)) return circuit_.missed(tell);
        Duration const jitter = settings_.grace / 2000 * static_cast<int>(agent.random() % 1001);
        circuit_.hear(reply, saturating_add(settings_.grace, jitter), tell);
        state_.store(detail::as_circuit_state(circuit_.follower.state), std::memory_order_relaxed);
    }
    bool send(Agent& agent, detail::CircuitAsk const& ask, detail::CircuitReply& reply) {
        std::string_view const keys[]{words_, changes_, members_};
        std::int64_t const args[]{0,
                                  agent.id(),
                                  0,
                                  0,
                                  settings_.votes,
                                  settings_.percent,
                                  only,
                                  static_cast<std::int64_t>(ask.verb),
                                  ask.known,
                                  ask.span,
                                  ask.openings};
        std::array<std::int64_t, detail::Exchange::header + detail::Exchange::per_reply> all{};
        if (agent.eval(detail::exchange_script, keys, args, all) != StoreStatus::ok) return false;
        reply = detail::reply_in(std::span{all}.template subspan<detail::Exchange::header>());
        return true;
    }
    static constexpr std::int64_t only = 1; // the number of the circuit

    Agent& agent_;
    detail::SharedCircuit<Breaker> circuit_;
    detail::SharingSettings settings_;
    std::string name_;
    std::string words_, changes_, members_; // keys
    std::atomic<detail::Verb> control_{detail::Verb::look};
    std::atomic<CircuitState> state_{CircuitState::closed};
};
template <class Breaker, class... Ps>
SharedBreaker(Agent&, Breaker&, Ps const&...) -> SharedBreaker<Breaker>;

} // namespace grit::inline GRIT_ABI::fleet
