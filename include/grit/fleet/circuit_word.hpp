// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the store knows of a circuit that a fleet shares, and how one message of a process changes it.

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>

#include <grit/circuit_breaker/state.hpp>

namespace grit::inline GRIT_ABI::fleet::detail {

/// What the fleet has decided. The numbers stand in the script.
enum class FleetState : std::int64_t { closed = 0, open = 1, half_open = 2, forced_open = 3 };

constexpr CircuitState as_circuit_state(FleetState state) noexcept {
    switch (state) {
    case FleetState::open: return CircuitState::open;
    case FleetState::half_open: return CircuitState::half_open;
    case FleetState::forced_open: return CircuitState::forced_open;
    default: return CircuitState::closed;
    }
}

/// What a process says of its circuit, and asks of the fleet. The numbers stand in the script.
enum class Verb : std::int64_t {
    look = 0,          ///< nothing to say
    vote = 1,          ///< it tripped, and is open for a span
    unvote = 2,        ///< it is so no more
    pause = 3,         ///< the service asked for a span: no quorum is needed
    want_probe = 4,    ///< it had a call refused; the span is that of a lease
    still_waiting = 5, ///< it holds the lease, and no call came yet
    still_probing = 6, ///< a probe is under way
    give_up = 7,       ///< it gives the lease back
    probe_ok = 8,
    probe_failed = 9, ///< it is open for a span
    still_open = 10,  ///< it follows, and the fleet is to be open for a span yet
    still_forced = 11,
    force = 12, ///< an operator opens the circuit of all
    release = 13
};

/// One message of a process. Spans are microseconds.
struct CircuitAsk {
    Verb verb = Verb::look;
    std::int64_t known = 0; ///< the highest epoch that it has seen
    std::int64_t span = 0;
    std::int64_t openings = 0;
};

/// Whose the probes are, of a circuit that is half-open.
enum class Mine : std::int64_t { no = 0, yes = 1, taken_over = 2, wanted = 3 };

struct CircuitReply {
    FleetState state = FleetState::closed;
    std::int64_t epoch = 0; ///< zero: the store knows of nothing
    std::int64_t left = 0;  ///< how long it is open yet, or leased
    std::int64_t openings = 0;
    Mine mine = Mine::no;
    std::int64_t votes = 0;
};

/// Returns: what six integers of a script say.
constexpr CircuitReply reply_in(std::span<std::int64_t const, 6> n) noexcept {
    return {FleetState{n[0]}, n[1], n[2], n[3], Mine{n[4]}, n[5]};
}

/// Returns: how many votes open a circuit: a count, or a share of the members, but two where there are two.
constexpr std::int64_t votes_needed(std::int64_t count, std::int64_t percent, std::int64_t members) noexcept {
    if (percent == 0) return count;
    return std::max((percent * members + 99) / 100, std::min<std::int64_t>(2, members));
}

/// The circuit of a fleet. Times are microseconds on the clock of the store.
///
/// An epoch is one more at each change of state. A process that knows of a higher epoch than the store has found that
/// the store lost something: the epoch then goes above it, so that it is newer for everybody. A store that lost all
/// has epoch zero; who follows, probes or votes writes what it knows, and who only looks writes nothing.
/// Source: docs/explanation/fleet_breaker.md. The same stands in exchange_script, in Lua.
struct CircuitWord {
    using Micros = std::int64_t;

    FleetState state = FleetState::closed;
    std::int64_t epoch = 0;
    Micros until = 0;        ///< of an open circuit, or of the lease
    Micros span = 0;         ///< the longest that until can be away, if no clock was set back
    std::int64_t holder = 0; ///< who may send the probes
    std::int64_t openings = 0;
    bool wanted = false;                       ///< somebody else would send them
    std::map<std::int64_t, Micros> votes = {}; ///< until when each counts

    static constexpr Micros vote_kept = 3'000'000;

    friend bool operator==(CircuitWord const&, CircuitWord const&) = default;

    CircuitReply hear(CircuitAsk const& ask, std::int64_t from, std::int64_t needed, Micros now) {
        bool const lost = epoch == 0 && ask.known > 0;
        if (epoch != 0 && ask.known > epoch) epoch = ask.known + 1;
        until = std::min(until, now + span);
        std::erase_if(votes, [&](auto const& vote) { return vote.second <= now || vote.second > now + vote_kept; });
        bool const holds = lost || (state == FleetState::half_open && holder == from);
        Mine mine = Mine::no;
        switch (ask.verb) {
        case Verb::look: break;
        case Verb::vote:
            if (state != FleetState::closed) break;
            votes[from] = now + vote_kept;
            if (std::ssize(votes) >= needed) go(FleetState::open, ask, now, 1);
            break;
        case Verb::unvote: votes.erase(from); break;
        case Verb::pause:
            if (state == FleetState::closed) go(FleetState::open, ask, now, 1);
            else if (state == FleetState::half_open) go(FleetState::open, ask, now, openings);
            else if (state == FleetState::open && until < now + ask.span) {
                until = now + ask.span;
                span = ask.span;
            }
            break;
        case Verb::want_probe:
            if (state == FleetState::half_open && until > now) {
                if (holder == from) mine = lease(ask, now);
                else wanted = true;
            } else if (lost || (state == FleetState::open && until <= now)) mine = take(from, ask, now);
            else if (state == FleetState::half_open) {
                mine = holder == from ? Mine::yes : Mine::taken_over;
                take(from, ask, now);
            }
            break;
        case Verb::still_waiting:
        case Verb::still_probing:
            if (lost) mine = take(from, ask, now);
            else if (holds) mine = wanted && ask.verb == Verb::still_waiting ? Mine::wanted : lease(ask, now);
            break;
        case Verb::give_up:
            if (holds) go(FleetState::open, {.known = ask.known}, now, std::max(openings, ask.openings));
            break;
        case Verb::probe_ok:
            if (holds) go(FleetState::closed, {.known = ask.known}, now, 0);
            break;
        case Verb::probe_failed:
            if (holds) go(FleetState::open, ask, now, ask.openings);
            break;
        case Verb::still_open:
            if (lost) go(FleetState::open, ask, now, ask.openings);
            break;
        case Verb::still_forced:
            if (lost) go(FleetState::forced_open, ask, now, 0);
            break;
        case Verb::force:
            if (state != FleetState::forced_open) go(FleetState::forced_open, ask, now, 0);
            break;
        case Verb::release:
            if (lost || state == FleetState::forced_open) go(FleetState::closed, {.known = ask.known}, now, 0);
            break;
        }
        return {state, epoch, std::max<Micros>(until - now, 0), openings, mine, std::ssize(votes)};
    }

private:
    void go(FleetState to, CircuitAsk const& ask, Micros now, std::int64_t in_a_row) {
        state = to;
        epoch = std::max(epoch, ask.known) + 1;
        until = now + ask.span;
        span = ask.span;
        holder = 0;
        openings = in_a_row;
        wanted = false;
        votes.clear();
    }
    Mine lease(CircuitAsk const& ask, Micros now) {
        until = now + ask.span;
        span = ask.span;
        return Mine::yes;
    }
    Mine take(std::int64_t from, CircuitAsk const& ask, Micros now) {
        go(FleetState::half_open, ask, now, std::max(openings, ask.openings));
        holder = from;
        return Mine::yes;
    }
};

} // namespace grit::inline GRIT_ABI::fleet::detail
