// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a process says to the fleet of its circuit, and what it does with the answer: decisions, without a store and
// without a breaker.

#include <optional>

#include <grit/circuit_breaker/state.hpp>
#include <grit/fleet/circuit_word.hpp>
#include <grit/fleet/event.hpp>
#include <grit/fleet/members.hpp>

namespace grit::inline GRIT_ABI::fleet::detail {

/// The circuit of this process, as it is when the store is asked.
struct LocalCircuit {
    CircuitState state = CircuitState::closed;
    std::uint32_t epoch = 0;
    Duration left{};                      ///< how long it is open yet
    int openings = 0;                     ///< in a row
    std::optional<ChangeReason> reason{}; ///< why it is in this state, if its listener was told already
    bool refused = false;                 ///< a call was refused since it was last asked
};

/// What is to be done to the circuit of this process. Each acts only in the epoch in which it was asked, but for
/// `open`.
struct CircuitOrder {
    enum Kind : unsigned char {
        none,
        open, ///< for a span, or longer where it is open for longer
        close,
        probe, ///< its next call is the first probe
        keep   ///< open for a span, unless a call became the first probe meanwhile
    } kind = none;
    Duration span{};
    int openings = 0;
    std::optional<FleetMoment> of_fleet{}; ///< what has happened
    std::optional<FleetMoment> of_this{};
};

/// Follows the circuit of the fleet: ask(), then either hear() with done(), or missed() where no answer came.
struct CircuitFollower {
    std::int64_t known = 0; ///< the highest epoch of the fleet that was seen
    FleetState state = FleetState::closed;
    TimePoint due{}; ///< when the fleet's circuit is open no more
    std::int64_t openings = 0;
    bool wants = false; ///< a call was refused, and no probe was granted since

    bool joined = false; ///< open because the fleet is, in the epoch that follows
    std::uint32_t joined_epoch = 0;
    TimePoint joined_until{};
    bool probing = false; ///< it has the lease: its probes are those of the fleet, from the epoch that follows on
    std::uint32_t probe_epoch = 0;
    bool gives_up = false;
    bool voted = false;
    bool overridden = false; ///< closed by hand: it stays so until the fleet is closed
    bool alone = false;      ///< told so
    Duration grace{};

    /// What it says next. Units: `lease` is how long the right to probe is asked for.
    CircuitAsk ask(LocalCircuit const& local, TimePoint now, Duration lease) {
        wants = wants || local.refused;
        bool const open = local.state == CircuitState::open;
        bool const tripped =
            open && (local.reason == ChangeReason::tripped || local.reason == ChangeReason::probe_failed);
        bool const closed_by_hand = local.reason == ChangeReason::control && local.state != CircuitState::forced_open;
        overridden = (overridden || ((joined || probing) && closed_by_hand)) && !tripped;
        if (probing) {
            if (open && local.epoch == probe_epoch) return say(gives_up ? Verb::give_up : Verb::still_waiting, lease);
            gives_up = false;
            if (local.state == CircuitState::half_open || !local.reason) return say(Verb::still_probing, lease);
            if (local.reason == ChangeReason::probes_succeeded) return say(Verb::probe_ok);
            if (tripped) return say(Verb::probe_failed, local.left, local.openings);
            if (open && local.reason == ChangeReason::asked) return say(Verb::pause, local.left);
            return say(Verb::give_up);
        }
        if (state == FleetState::forced_open && joined) return say(Verb::still_forced);
        if (joined && open && local.epoch == joined_epoch) {
            // Nobody but the service prolongs an open circuit, by what it asks for.
            if (saturating_subtract(saturating_add(now, local.left), joined_until) > prolonged)
                return say(Verb::pause, local.left);
            if (wants && (state == FleetState::half_open || now >= due)) return say(Verb::want_probe, lease, openings);
            return say(Verb::still_open, saturating_subtract(due, now), openings);
        }
        joined = false;
        if (tripped) {
            voted = true;
            return say(Verb::vote, local.left);
        }
        if (open && local.reason == ChangeReason::asked) return say(Verb::pause, local.left);
        return say(voted ? Verb::unvote : Verb::look);
    }

    /// What it does with the answer. Requires: `local` is what was asked with, and `jittered` the grace of now.
    CircuitOrder hear(CircuitReply const& reply, CircuitAsk const& asked, LocalCircuit const& local, TimePoint now,
                      Duration jittered) {
        alone = false;
        voted = asked.verb == Verb::vote && reply.state == FleetState::closed;
        if (reply.epoch < known) return {}; // it lost all, and knows nothing of this circuit
        CircuitOrder order;
        bool const was_closed = state == FleetState::closed;
        bool const newer = reply.epoch > known;
        known = reply.epoch;
        state = reply.state;
        openings = reply.openings;
        due = saturating_add(now, from_micros(reply.left));
        if (was_closed != (state == FleetState::closed))
            order.of_fleet = was_closed ? FleetMoment::fleet_open : FleetMoment::fleet_closed;

        if (state == FleetState::closed) {
            if (joined && newer) order.kind = CircuitOrder::close;
            joined = probing = gives_up = overridden = wants = false;
        } else if (reply.mine == Mine::wanted) {
            order.kind = CircuitOrder::keep;
            order.span = grace;
        } else if (reply.mine != Mine::no) {
            if (probing) return order;
            probing = true;
            joined = wants = false;
            probe_epoch = local.epoch;
            order.kind = CircuitOrder::probe;
            order.openings = static_cast<int>(openings);
            order.of_this = reply.mine == Mine::yes ? FleetMoment::probe_mine : FleetMoment::probe_taken_over;
        } else {
            probing = gives_up = false;
            if (overridden) return order;
            if (!joined) grace = jittered;
            joined = true;
            order.kind = CircuitOrder::open;
            order.span = state == FleetState::forced_open ? no_end : saturating_add(from_micros(reply.left), grace);
            if (local.state == CircuitState::closed) order.of_this = FleetMoment::joined_open;
        }
        return order;
    }
    /// What has come of an order. `after` is the circuit as it then is.
    void done(CircuitOrder const& order, bool changed, LocalCircuit const& after, TimePoint now) {
        if (order.kind == CircuitOrder::keep) gives_up = changed;
        if (order.kind == CircuitOrder::open) {
            joined_epoch = after.epoch;
            joined_until = saturating_add(now, after.left);
        }
    }

    /// No answer came: whether the store has done what was asked is not known.
    CircuitOrder missed(LocalCircuit const& local) {
        CircuitOrder order;
        bool const follows = (joined && local.epoch == joined_epoch) || probing;
        if (probing && local.state == CircuitState::open && local.epoch == probe_epoch) {
            // Its lease may be over before it hears again.
            order.kind = CircuitOrder::keep;
            order.span = grace;
            wants = true;
        } else if (!alone && state != FleetState::closed && (!follows || local.left == Duration::zero())) {
            alone = true;
            order.of_this = FleetMoment::acts_alone;
        }
        return order;
    }
    /// The same for an order of missed().
    void done_missing(CircuitOrder const& order, bool changed, LocalCircuit const& after, TimePoint now) {
        if (order.kind != CircuitOrder::keep || !changed) return;
        probing = gives_up = false;
        joined = true;
        joined_epoch = after.epoch;
        joined_until = saturating_add(now, after.left);
    }

    friend bool operator==(CircuitFollower const&, CircuitFollower const&) = default;

private:
    static constexpr Duration prolonged = std::chrono::milliseconds{5}; // more than is lost by rounding
    static constexpr Duration no_end = std::chrono::hours{24 * 365};

    CircuitAsk say(Verb verb, Duration span = Duration::zero(), std::int64_t in_a_row = 0) const {
        return {verb, known, std::max<std::int64_t>(to_micros(span), 0), in_a_row};
    }
};

} // namespace grit::inline GRIT_ABI::fleet::detail
