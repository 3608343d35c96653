// SPDX-License-Identifier: BSL-1.0
#pragma once
// Which word follows which: the transitions of a circuit as functions of its word, without atomics and without a clock.

#include <grit/circuit_breaker/outcome.hpp>
#include <grit/circuit_breaker/settings.hpp>
#include <grit/circuit_breaker/word.hpp>

namespace grit::inline GRIT_ABI::detail {

constexpr bool counts_outcomes(Word w) noexcept {
    return kind_of(w) == CircuitState::closed || kind_of(w) == CircuitState::metrics_only;
}

/// Open or half-open, and not because a control says so.
constexpr bool is_tripped(Word w) noexcept {
    return kind_of(w) == CircuitState::open || kind_of(w) == CircuitState::half_open;
}

/// How many openings in a row it will have been, if the circuit opens now.
constexpr int openings_with_this(Word w) noexcept {
    return kind_of(w) == CircuitState::half_open ? one_more(openings_of(w)) : 1;
}
/// Open, with its openings in a row; the deadline needs the time, and is put in when that is known.
constexpr Word opened(Word w) noexcept {
    return transition(w, CircuitState::open, static_cast<Word>(openings_with_this(w)));
}
/// A trip policy opens the circuit; where it only measures, it starts to count anew.
constexpr Word tripped(Word w) noexcept {
    return kind_of(w) == CircuitState::closed ? opened(w) : transition(w, CircuitState::metrics_only);
}
/// Why the end of a call led from one state to another.
constexpr ChangeReason reason_of_end(Word from, Word to) noexcept {
    if (kind_of(from) != CircuitState::half_open) return ChangeReason::tripped;
    return kind_of(to) == CircuitState::open ? ChangeReason::probe_failed : ChangeReason::probes_succeeded;
}

/// Returns: the openings in a row that a word can hold, nearest to those of a snapshot.
constexpr int valid_openings(int n) noexcept { return n < 1 ? 1 : n > most_openings ? most_openings : n; }

/// What is worth keeping across a restart, of a circuit that would be open for `left`.
constexpr CircuitSnapshot snapshot_of(Word w, Duration left) noexcept {
    CircuitState const state = kind_of(w);
    if (!is_tripped(w)) return {state, Duration::zero(), 0};
    return {CircuitState::open, left, openings_of(w)};
}

constexpr Word with_probes(Word w, Probes const& probes) noexcept {
    return with_payload(w, half_open_payload(openings_of(w), probes));
}
/// Half-open, with one probe under way: of an open circuit the first; of a half-open one whose probes under way are
/// lost the next, and what others have said is kept.
constexpr Word with_first_probe(Word w) noexcept {
    Probes probes{1, 0, 0};
    if (kind_of(w) == CircuitState::half_open) {
        Probes const before = probes_of(w);
        probes = {1, before.succeeded, before.failed};
    }
    return transition(w, CircuitState::half_open, half_open_payload(openings_of(w), probes));
}
/// The probes that have ended, and one more that ends so.
constexpr CircuitCounts counts_of_probes(Word w, Outcome last = Outcome::neutral) noexcept {
    Probes const probes = probes_of(w);
    int const failed = probes.failed + int(last == Outcome::failure);
    return {probes.succeeded + int(last == Outcome::success) + failed, failed};
}
/// With one probe more. Requires: half-open.
constexpr Word with_next_probe(Word w) noexcept {
    Probes probes = probes_of(w);
    ++probes.under_way;
    return with_probes(w, probes);
}

/// The transitions that depend on the policies.
template <class Set>
struct Transitions {
    using Settings = CircuitSettings<Set>;
    using Trips = typename Settings::Trips;

    /// True of a success in a closed circuit whose memory it leaves as it is.
    GRIT_INLINE static constexpr bool is_unchanged_by(Set const& set, Word w, Outcome outcome) {
        return outcome == Outcome::success && w << epoch_bits == Trips::healthy(set) << (epoch_bits + kind_bits);
    }

    /// True if nothing but the epoch of a closed circuit would be lost with it.
    static constexpr bool is_idle(Set const& set, Word w) {
        return kind_of(w) == CircuitState::closed && (payload_of(w) == 0 || payload_of(w) == Trips::healthy(set));
    }

    static constexpr bool takes_probe(Set const& set, Word w) { return probes_of(w).taken() < Settings::probes(set); }

    /// The word after the end of a call in the epoch in which it was admitted.
    GRIT_INLINE static constexpr Word after(Set const& set, Word w, Outcome outcome) {
        if (counts_outcomes(w)) {
            if (outcome == Outcome::neutral) return w;
            Sample const sample{outcome == Outcome::failure};
            Word const memory = Trips::next(set, payload_of(w), sample);
            return Trips::trips(set, memory, sample) ? tripped(w) : with_payload(w, memory);
        }
        if (kind_of(w) != CircuitState::half_open) return w;
        Probes probes = probes_of(w);
        --probes.under_way;
        if (outcome == Outcome::failure && ++probes.failed > Settings::allowed_failures(set)) return opened(w);
        if (outcome == Outcome::success && ++probes.succeeded >= Settings::successes(set))
            return transition(w, CircuitState::closed);
        return with_probes(w, probes);
    }
};

} // namespace grit::inline GRIT_ABI::detail
