// SPDX-License-Identifier: BSL-1.0
#pragma once
// The protocol: who is let through, what the end of a call changes, and who delivers the event. Every step is one CAS.

#include <grit/circuit_breaker/answer.hpp>
#include <grit/circuit_breaker/atomics.hpp>
#include <grit/circuit_breaker/outcome.hpp>
#include <grit/circuit_breaker/settings.hpp>
#include <grit/circuit_breaker/word.hpp>
#include <grit/time/steady.hpp>

namespace grit::detail {

/// The state of a circuit and its transitions.
///
/// A call is admitted in a word, its token; its outcome counts only if the word is still of that epoch. Two atomics:
/// the word, which alone decides, and the stamp, the latest time at which somebody tried to open the circuit or to let
/// a first probe through. The stamp only grows and is written before the CAS of the word, so who sees the new word sees
/// a stamp that is not older: a lease is never taken for over before it is. Thread safety: safe from any thread.
template <class... Ps>
class Machine : protected PolicySet<Ps...>, CircuitSettings<PolicySet<Ps...>> {
    using Set = PolicySet<Ps...>;
    using Settings = CircuitSettings<Set>;
    using Trips = typename Settings::Trips;
    using Beside = typename Settings::Beside;
    template <class T>
    using Atomic = typename Settings::Atomics::template Atomic<T>;

public:
    using Token = std::conditional_t<Beside::times_calls, TimedToken, Word>;
    using Answer = detail::Answer<Token>;
    using Admission = detail::Answer<Word>;

    template <class... Qs>
    explicit constexpr Machine(Given<Qs...> const& given) : Set(given) {}

    /// The word in which a call is to be admitted; where must_ask says so, ask() comes before the call.
    GRIT_INLINE Word look() const { return word_.load(std::memory_order_relaxed); }
    /// True unless the call may go on; where calls are timed, always.
    GRIT_INLINE static constexpr bool must_ask(Word w) noexcept { return Beside::times_calls || detail::must_ask(w); }

    GRIT_COLD Answer ask() {
        if constexpr (!Beside::times_calls) return admit();
        else
            for (;;) {
                Admission const answer = admit();
                Word w = answer.token();
                if (!answer.admitted()) return Answer::refused(w, answer.rejection().retry_after());
                TimedToken token{w};
                token.start = clock();
                if (!counts_outcomes(w)) return Answer::admitted_in(token);
                Ended call{Outcome::success, epoch_of(w), token.start, token.start, false};
                bool const opens = beside_.began(set(), call, in_epoch_of(w));
                token.begun = call.begun;
                if (!opens) return Answer::admitted_in(token);
                // It is this call that finds how many hang: the circuit opens, and is asked again.
                Word const admitted = w;
                while (same_epoch(w, admitted) && !opened(w, &token.start)) {
                }
            }
    }

private:
    Admission admit() {
        Word w = word_.load(std::memory_order_acquire);
        for (;;) {
            switch (kind_of(w)) {
            case CircuitState::open: {
                TimePoint const now = clock();
                Duration const left = remaining(w, now);
                if (left > Duration::zero()) return Admission::refused(w, left);
                if (start_probes(w, now, ChangeReason::elapsed)) return Admission::admitted_in(w);
                break;
            }
            case CircuitState::half_open: {
                Probes probes = probes_of(w);
                if (probes.taken() < Settings::probes(set())) {
                    ++probes.under_way;
                    Word const next = with_payload(w, half_open_payload(openings_of(w), probes));
                    if (exchange(w, next)) return Admission::admitted_in(next);
                    break;
                }
                TimePoint const now = clock();
                if (saturating_subtract(now, last_stamp()) < Settings::lease(set(), openings_of(w)))
                    return Admission::refused(w, Duration::zero());
                if (start_probes(w, now, ChangeReason::probes_lost)) return Admission::admitted_in(w);
                break;
            }
            case CircuitState::forced_open: return Admission::refused(w, Duration::zero());
            default: return Admission::admitted_in(w);
            }
        }
    }

public:
    /// The end of a call that was admitted in `token`.
    GRIT_INLINE void end(Token const& token, Outcome outcome) {
        if constexpr (!may_leave_unchanged) settle(token, outcome);
        else if (!is_unchanged_by(outcome)) [[unlikely]] count(token, outcome);
    }
    /// False where each success has something to say, as in a window of time.
    static constexpr bool may_leave_unchanged = !Beside::asks_successes;
    /// A success that leaves the memory as it is, of whatever epoch, has nothing to say.
    GRIT_INLINE bool is_unchanged_by(Outcome outcome) const {
        return outcome == Outcome::success && look() << epoch_bits == Trips::healthy(set()) << (epoch_bits + kind_bits);
    }

    GRIT_COLD void count(Token const& token, Outcome outcome) { settle(token, outcome); }

    /// Goes to a state from any other. Returns: whether it was not there already; `again` starts it anew if it was.
    GRIT_COLD bool go_to(CircuitState state, Word payload = 0, bool again = false) {
        Word w = word_.load(std::memory_order_acquire);
        for (;;) {
            if (kind_of(w) == state && !again) return false;
            Word const next = transition(w, state, payload);
            if (exchange(w, next)) {
                publish(w, next, ChangeReason::control, Duration::zero());
                return true;
            }
        }
    }

    /// Opens the circuit, or keeps it open, until a point in time. Returns: whether that changed anything.
    GRIT_COLD bool open_until(TimePoint deadline) {
        Word w = word_.load(std::memory_order_acquire);
        for (;;) {
            TimePoint const now = clock();
            Duration const left = saturating_subtract(deadline, now);
            if (left <= Duration::zero()) return false;
            switch (kind_of(w)) {
            case CircuitState::closed:
                if (open(w, now, left, 1, ChangeReason::asked)) return true;
                break;
            case CircuitState::half_open:
                if (open(w, now, left, one_more(openings_of(w)), ChangeReason::asked)) return true;
                break;
            case CircuitState::open:
                if (remaining(w, now) >= left) return false;
                stamp(now);
                if (exchange(w, with_payload(w, open_payload(now, left, openings_of(w))))) return true;
                break;
            default: return false;
            }
        }
    }

    /// Returns: what is worth keeping across a restart. What the trip policies remember is not.
    CircuitSnapshot snapshot() const {
        Word const w = word_.load(std::memory_order_acquire);
        CircuitState const state = kind_of(w);
        bool const waits = state == CircuitState::open || state == CircuitState::half_open;
        if (!waits) return {state, Duration::zero(), 0};
        Duration const left = state == CircuitState::open ? remaining(w, clock()) : Duration::zero();
        return {CircuitState::open, longer(left, Duration::zero()), openings_of(w)};
    }

    /// Goes to the state of a snapshot, from any other.
    void restore(CircuitSnapshot const& s) {
        if (s.state != CircuitState::open && s.state != CircuitState::half_open) {
            go_to(s.state, 0, true);
            return;
        }
        TimePoint const now = clock();
        int const openings = s.openings < 1 ? 1 : s.openings > most_openings ? most_openings : s.openings;
        Duration const left = longer(s.retry_after, Duration::zero());
        Word w = word_.load(std::memory_order_acquire);
        while (!open(w, now, left, openings, ChangeReason::control)) {
        }
    }

    CircuitState state() const { return kind_of(word_.load(std::memory_order_relaxed)); }
    std::uint32_t epoch() const { return epoch_of(word_.load(std::memory_order_relaxed)); }

    /// Returns: whether it is closed and remembers no failure, so that a new one would be as good.
    bool is_idle() const {
        Word const w = word_.load(std::memory_order_relaxed);
        if (kind_of(w) != CircuitState::closed) return false;
        if (payload_of(w) != 0 && payload_of(w) != Trips::healthy(set())) return false;
        if constexpr (Beside::exists) return beside_.is_idle(set(), epoch_of(w), clock());
        else return true;
    }

    /// Returns: how long the circuit will be open; zero if it is not, or if its time has passed.
    Duration retry_after() const {
        Word const w = word_.load(std::memory_order_acquire);
        if (kind_of(w) != CircuitState::open) return Duration::zero();
        Duration const left = remaining(w, clock());
        return left < Duration::zero() ? Duration::zero() : left;
    }

protected:
    constexpr Set const& set() const noexcept { return *this; }
    TimePoint clock() const { return Settings::now(set()); }

private:
    static constexpr bool counts_outcomes(Word w) noexcept {
        return kind_of(w) == CircuitState::closed || kind_of(w) == CircuitState::metrics_only;
    }
    auto in_epoch_of(Word admitted) const {
        return [this, admitted] { return same_epoch(word_.load(std::memory_order_acquire), admitted); };
    }

    void settle(Token const& token, Outcome outcome) {
        Word const admitted = word_of(token);
        Word w = word_.load(std::memory_order_acquire);
        if (!same_epoch(w, admitted)) return;
        [[maybe_unused]] TimePoint end{};
        TimePoint const* now = nullptr; // not read yet
        bool opens = false;
        if constexpr (Beside::exists) {
            // First beside the word, once; what it finds holds for as long as the epoch lasts.
            bool const tells = counts_outcomes(w) && (Beside::times_calls || outcome == Outcome::failure ||
                                                      (Beside::asks_successes && outcome == Outcome::success));
            bool const times = Beside::times_calls && kind_of(w) == CircuitState::half_open;
            if (tells || times) {
                end = clock();
                now = &end;
                Ended call{outcome, epoch_of(admitted), end, {}, false};
                if constexpr (Beside::times_calls) {
                    call.start = token.start;
                    call.begun = token.begun;
                    if (times && outcome == Outcome::success && Beside::is_slow(set(), call.start, end))
                        outcome = Outcome::failure;
                }
                opens = tells && beside_.ended(set(), call, in_epoch_of(admitted));
            }
        }
        while (same_epoch(w, admitted) && !(opens ? opened(w, now) : try_count(w, outcome, now))) {
        }
    }

    /// Returns: whether the outcome was counted; false if the word has changed meanwhile, which it then is.
    bool try_count(Word& w, Outcome outcome, TimePoint const* now) {
        switch (kind_of(w)) {
        case CircuitState::closed:
        case CircuitState::metrics_only: {
            if (outcome == Outcome::neutral) return true;
            Sample const sample{outcome == Outcome::failure};
            Word const memory = Trips::next(set(), payload_of(w), sample);
            if (Trips::trips(set(), memory, sample)) return opened(w, now);
            Word const next = with_payload(w, memory);
            return next == w || exchange(w, next);
        }
        case CircuitState::half_open: {
            Probes probes = probes_of(w);
            --probes.under_way;
            if (outcome == Outcome::failure && ++probes.failed > Settings::allowed_failures(set()))
                return trip(w, one_more(openings_of(w)), ChangeReason::probe_failed, now);
            if (outcome == Outcome::success && ++probes.succeeded >= Settings::successes(set()))
                return move(w, transition(w, CircuitState::closed), ChangeReason::probes_succeeded);
            return exchange(w, with_payload(w, half_open_payload(openings_of(w), probes)));
        }
        default: return true;
        }
    }

    /// A trip policy opens the circuit; where it only measures, it starts to count anew.
    bool opened(Word& w, TimePoint const* now) {
        if (kind_of(w) == CircuitState::closed) return trip(w, 1, ChangeReason::tripped, now);
        return move(w, transition(w, CircuitState::metrics_only), ChangeReason::tripped);
    }
    bool trip(Word& w, int openings, ChangeReason reason, TimePoint const* now) {
        return open(w, now != nullptr ? *now : clock(), Settings::open_duration(set(), openings), openings, reason);
    }
    bool open(Word& w, TimePoint now, Duration d, int openings, ChangeReason reason) {
        stamp(now);
        Word const next = transition(w, CircuitState::open, open_payload(now, d, openings));
        return move(w, next, reason, until_deadline(next, now));
    }
    bool start_probes(Word& w, TimePoint now, ChangeReason reason) {
        stamp(now);
        return move(w, transition(w, CircuitState::half_open, half_open_payload(openings_of(w), {1, 0, 0})), reason);
    }

    /// One transition. Returns: whether it was made; w is then the new word, and its event was delivered.
    bool move(Word& w, Word next, ChangeReason reason, Duration retry_after = Duration::zero()) {
        Word const before = w;
        if (!exchange(w, next)) return false;
        w = next;
        publish(before, next, reason, retry_after);
        return true;
    }
    bool exchange(Word& w, Word next) {
        return word_.compare_exchange_weak(w, next, std::memory_order_acq_rel, std::memory_order_acquire);
    }

    Duration remaining(Word w, TimePoint now) const {
        if (saturating_subtract(now, last_stamp()) >= longest_open) return Duration::zero();
        return until_deadline(w, now);
    }
    TimePoint last_stamp() const { return TimePoint{Duration{stamp_.load(std::memory_order_relaxed)}}; }
    void stamp(TimePoint now) {
        std::int64_t const ticks = now.time_since_epoch().count();
        std::int64_t last = stamp_.load(std::memory_order_relaxed);
        while (last < ticks &&
               !stamp_.compare_exchange_weak(last, ticks, std::memory_order_relaxed, std::memory_order_relaxed)) {
        }
    }

    void publish(Word from, Word to, ChangeReason reason, Duration retry_after) const {
        Settings::tell(set(),
                       StateChange{kind_of(from), kind_of(to), reason, epoch_of(to), retry_after, Settings::name()});
    }

    // On a line of their own: the word is read by every call, and a neighbour that is written would slow them all.
    alignas(64) Atomic<Word> word_{0};
    Atomic<std::int64_t> stamp_{std::numeric_limits<std::int64_t>::min()};
    [[no_unique_address]] Beside beside_{};
};

} // namespace grit::detail
