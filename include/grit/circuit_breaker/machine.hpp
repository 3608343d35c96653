// SPDX-License-Identifier: BSL-1.0
#pragma once
// The protocol on the atomic word: who is let through, what an end changes, who delivers the event. A step is one CAS.

#include <array>

#include <grit/circuit_breaker/answer.hpp>
#include <grit/circuit_breaker/stamped_word.hpp>
#include <grit/circuit_breaker/transitions.hpp>
#include <grit/core/thread_cancel.hpp>
#include <grit/time/steady.hpp>

namespace grit::inline GRIT_ABI::detail {

/// The state of a circuit, and how threads change it.
///
/// A call is admitted in a word, its token; its outcome counts only if the word is still of that epoch.
/// Thread safety: safe from any thread.
template <class... Ps>
class Machine : protected PolicySet<Ps...> {
    using Set = PolicySet<Ps...>;
    using Settings = CircuitSettings<Set>;
    using Rules = Transitions<Set>;
    using Beside = typename Settings::Beside;

public:
    using Token = std::conditional_t<Beside::times_calls, TimedToken, Word>;
    using Asked = detail::CircuitAnswer<Token>;
    using Admission = detail::CircuitAnswer<Word>;

    template <class... Qs>
    explicit constexpr Machine(Given<Qs...> const& given) : Set(given) {}

    /// The first look at the word, as a token; admits() says whether it is one.
    GRIT_INLINE Token look() const { return Token{word_.load(std::memory_order_relaxed)}; }
    /// Returns: whether the call is admitted: in this token, which is another one if it had to be asked for. If it is
    /// not, the refusal is written.
    GRIT_INLINE bool admits(Token& token, CircuitRefusal& refusal) {
        if (!Beside::times_calls && !must_ask(word_of(token))) [[likely]]
            return true;
        Asked const answer = ask();
        if (answer.admitted()) token = answer.token();
        else refusal = answer.refusal();
        return answer.admitted();
    }

    /// The end of a call that was admitted in `token`.
    GRIT_INLINE void end(Token const& token, Outcome outcome) {
        if constexpr (!may_leave_unchanged) settle(token, outcome);
        else if (!is_unchanged_by(outcome)) [[unlikely]] count(token, outcome);
    }
    /// False where each success has something to say, as in a window of time, or is told.
    static constexpr bool may_leave_unchanged = !Beside::asks_successes && !Settings::tells_outcomes;
    /// A success that leaves the memory as it is, of whatever epoch, has nothing to say.
    GRIT_INLINE bool is_unchanged_by(Outcome outcome) const {
        return Rules::is_unchanged_by(set(), word_.load(std::memory_order_relaxed), outcome);
    }

    GRIT_COLD void count(Token const& token, Outcome outcome) { settle(token, outcome); }

    /// Goes to a state from any other. Returns: whether it was not there already; `again` starts it anew if it was.
    GRIT_COLD bool go_to(CircuitState state, bool again = false) {
        Word w = word_.load(std::memory_order_acquire);
        for (;;) {
            if (kind_of(w) == state && !again) return false;
            Word const next = transition(w, state);
            if (word_.exchange(w, next)) {
                publish(w, next, ChangeReason::control, Duration::zero(), {});
                return true;
            }
        }
    }

    /// Opens the circuit, or keeps it open, until a point in time. Returns: whether that changed anything.
    bool open_until(TimePoint deadline) { return keep_open(deadline, ChangeReason::asked); }

    // What the breakers of a fleet have decided together. None of it touches a circuit where a control holds.
    /// Closes the circuit if it is open or half-open in this epoch still, with the reason `shared`. A change that
    /// nobody in the fleet knows of yet thus stays. Returns: whether it was closed.
    GRIT_COLD bool close_shared(std::uint32_t epoch) {
        Word w = word_.load(std::memory_order_acquire);
        while (epoch_of(w) == epoch && is_tripped(w))
            if (move(w, transition(w, CircuitState::closed), ChangeReason::shared, {})) return true;
        return false;
    }
    /// Ends the time of an open circuit in this epoch now, after so many openings in a row: its next call is the first
    /// probe. That is no change of state. Returns: whether it was open in this epoch.
    GRIT_COLD bool probe_shared(std::uint32_t epoch, int openings) {
        Word w = word_.load(std::memory_order_acquire);
        while (epoch_of(w) == epoch && kind_of(w) == CircuitState::open)
            if (word_.exchange(w, with_payload(w, due_payload(clock(), valid_openings(openings))))) return true;
        return false;
    }
    /// Takes probe_shared back: it is open for d again, unless a call became the first probe meanwhile. Returns:
    /// whether it is open still in this epoch.
    GRIT_COLD bool keep_shared(std::uint32_t epoch, Duration d) {
        Word w = word_.load(std::memory_order_acquire);
        while (epoch_of(w) == epoch && kind_of(w) == CircuitState::open) {
            TimePoint const now = clock();
            if (word_.remaining(w, now) >= d) return true;
            word_.stamp(now);
            if (word_.exchange(w, with_payload(w, open_payload(now, d, openings_of(w))))) return true;
        }
        return false;
    }

    /// Returns: a policy of its list, as it holds it.
    template <class P>
    constexpr decltype(auto) policy() const noexcept {
        return policy_of<P>(set());
    }

    /// Returns: what is worth keeping across a restart. What the trip policies remember is not.
    CircuitSnapshot snapshot() const {
        Word const w = word_.load(std::memory_order_acquire);
        return snapshot_of(w, retry_after(w));
    }

    /// Goes to the state of a snapshot, from any other.
    void restore(CircuitSnapshot const& s) {
        if (s.state != CircuitState::open && s.state != CircuitState::half_open) {
            go_to(s.state, true);
            return;
        }
        TimePoint const now = clock();
        Duration const left = longer(s.retry_after, Duration::zero());
        Word w = word_.load(std::memory_order_acquire);
        while (!open(w, now, left, valid_openings(s.openings), ChangeReason::control, {})) {
        }
    }

    CircuitState state() const { return kind_of(word_.load(std::memory_order_relaxed)); }
    std::uint32_t epoch() const { return epoch_of(word_.load(std::memory_order_relaxed)); }

    /// Returns: whether it is closed and remembers no failure, so that a new one would do the same.
    bool idle() const {
        Word const w = word_.load(std::memory_order_relaxed);
        if (!Rules::is_idle(set(), w)) return false;
        if constexpr (Beside::exists) return beside_.is_idle(set(), epoch_of(w), clock());
        else return true;
    }

    /// Returns: whether it is closed, so that it holds no call back. What it remembers goes out of date.
    bool can_be_forgotten() const { return kind_of(word_.load(std::memory_order_relaxed)) == CircuitState::closed; }
    /// Returns: the time on the clock of the circuit.
    TimePoint now() const { return clock(); }

    /// Returns: what each trip policy has counted by now in this state, in the order in which they are listed; the
    /// probes that have ended, of a half-open circuit; nothing of one that is open.
    auto counts() const {
        Word const w = word_.load(std::memory_order_acquire);
        std::array<CircuitCounts, Settings::trip_count> all{};
        if (kind_of(w) == CircuitState::half_open) all.fill(counts_of_probes(w));
        if (!counts_outcomes(w)) return all;
        auto const* place = Settings::trip_places.data();
        auto const add = [&](CircuitCounts const& n, bool) { all[*place++] = n; };
        Rules::Trips::each(set(), payload_of(w), add);
        if constexpr (Beside::exists) beside_.each(set(), epoch_of(w), clock(), add);
        return all;
    }

    /// Returns: the name of the circuit, which lives as long as this.
    constexpr std::string_view name() const noexcept { return Settings::name(set()); }

    /// Returns: how long the circuit will be open; zero if it is not, or if its time has passed.
    Duration retry_after() const { return retry_after(word_.load(std::memory_order_acquire)); }

protected:
    constexpr Set const& set() const noexcept { return *this; }
    TimePoint clock() const { return Settings::now(set()); }
    GRIT_COLD CircuitOpen named(CircuitRefusal const& refusal) const noexcept {
        return {refusal.state, refusal.retry_after, name()};
    }
    GRIT_COLD bool keep_open(TimePoint deadline, ChangeReason reason) {
        Word w = word_.load(std::memory_order_acquire);
        for (;;) {
            TimePoint const now = clock();
            Duration const left = shorter(saturating_subtract(deadline, now), longest_open);
            if (left <= Duration::zero()) return false;
            switch (kind_of(w)) {
            case CircuitState::closed:
            case CircuitState::half_open:
                if (open(w, now, left, openings_with_this(w), reason, {})) return true;
                break;
            case CircuitState::open:
                if (word_.remaining(w, now) >= left) return false;
                word_.stamp(now);
                if (word_.exchange(w, with_payload(w, open_payload(now, left, openings_of(w))))) return true;
                break;
            default: return false;
            }
        }
    }

private:
    /// Every refusal is made here.
    GRIT_COLD Asked ask() {
        Asked const answer = asked();
        if constexpr (RejectListeners<Set>::size != 0)
            if (!answer.admitted()) tell_rejection(set(), named(answer.refusal()));
        if constexpr (Settings::hears_refusals)
            if (!answer.admitted()) Settings::tell_refused(set());
        return answer;
    }
    GRIT_INLINE Asked asked() {
        if constexpr (!Beside::times_calls) return admit();
        else
            for (;;) {
                Admission const answer = admit();
                Word const w = answer.token();
                if (!answer.admitted()) return Asked::refused(w, answer.refusal().retry_after);
                TimedToken token{w};
                token.start = clock();
                if (!counts_outcomes(w)) return Asked::admitted_in(token);
                Ended call{Outcome::success, epoch_of(w), token.start, token.start, false};
                bool const opens = beside_.began(set(), call, in_epoch_of(w));
                token.begun = call.begun;
                if (!opens) return Asked::admitted_in(token);
                // It is this call that finds how many hang: the circuit opens, and is asked again.
                decide(w, Outcome::neutral, true, &token.start);
            }
    }

    Admission admit() {
        Word w = word_.load(std::memory_order_acquire);
        for (;;) {
            switch (kind_of(w)) {
            case CircuitState::open: {
                TimePoint const now = clock();
                Duration const left = word_.remaining(w, now);
                if (left > Duration::zero()) return Admission::refused(w, left);
                if (start_probes(w, now, ChangeReason::elapsed)) return Admission::admitted_in(w);
                break;
            }
            case CircuitState::half_open: {
                TimePoint const now = clock();
                if (Rules::takes_probe(set(), w)) {
                    Word const next = with_next_probe(w);
                    word_.stamp(now);
                    if (word_.exchange(w, next)) return Admission::admitted_in(next);
                    break;
                }
                // The lease of the youngest: before it is over, none of those under way is taken for lost.
                Duration const left = saturating_subtract(
                    saturating_add(word_.last_stamp(), Settings::lease(set(), openings_of(w))), now);
                if (left > Duration::zero()) return Admission::refused(w, longer(left, least_retry_after));
                if (start_probes(w, now, ChangeReason::probes_lost)) return Admission::admitted_in(w);
                break;
            }
            case CircuitState::forced_open: return Admission::refused(w, least_retry_after);
            default: return Admission::admitted_in(w);
            }
        }
    }

    Duration retry_after(Word w) const {
        if (kind_of(w) != CircuitState::open) return Duration::zero();
        return longer(word_.remaining(w, clock()), Duration::zero());
    }
    auto in_epoch_of(Word admitted) const {
        return [this, admitted] { return same_epoch(word_.load(std::memory_order_acquire), admitted); };
    }

    void settle(Token const& token, Outcome outcome) {
        Word const admitted = word_of(token);
        Word const w = word_.load(std::memory_order_acquire);
        if (!same_epoch(w, admitted)) return tell_outcome(token, outcome, false, nullptr);
        if constexpr (Beside::exists) {
            // First beside the word, once; what it finds holds for as long as the epoch lasts.
            bool const tells = counts_outcomes(w) && (Beside::times_calls || outcome == Outcome::failure ||
                                                      (Beside::asks_successes && outcome == Outcome::success));
            bool const times = Beside::times_calls && kind_of(w) == CircuitState::half_open;
            if (tells || times) {
                TimePoint const now = clock();
                Ended call{outcome, epoch_of(admitted), now, {}, false};
                if constexpr (Beside::times_calls) {
                    call.start = token.start;
                    call.begun = token.begun;
                    if (times && outcome == Outcome::success && Beside::is_slow(set(), call.start, now))
                        outcome = Outcome::failure;
                }
                bool const opens = tells && beside_.ended(set(), call, in_epoch_of(admitted));
                bool in_time = true;
                if (opens || !Rules::is_unchanged_by(set(), w, outcome)) [[unlikely]]
                    in_time = decide(w, outcome, opens, &now);
                return tell_outcome(token, outcome, in_time, &now);
            }
        }
        bool const in_time = decide(w, outcome, false, nullptr);
        tell_outcome(token, outcome, in_time, nullptr);
    }
    /// `now` is null where the clock was not read.
    GRIT_INLINE void tell_outcome([[maybe_unused]] Token const& token, [[maybe_unused]] Outcome said,
                                  [[maybe_unused]] bool in_time, [[maybe_unused]] TimePoint const* now) const {
        if constexpr (Settings::tells_outcomes) {
            OutcomeKind const kind = in_time ? kind_of(said) : OutcomeKind::late;
            CircuitOutcome outcome{kind, kind_of(word_of(token)), Beside::times_calls, Duration::zero(), name(), said};
            if constexpr (Beside::times_calls)
                outcome.duration = saturating_subtract(now != nullptr ? *now : clock(), token.start);
            Settings::tell(set(), outcome);
        }
    }

    /// Counts in the word, until it is done or another epoch begins. Returns: whether it was done. `now` is null where
    /// the clock was not read.
    bool decide(Word w, Outcome outcome, bool opens, TimePoint const* now) {
        Word const admitted = w;
        bool done = false;
        while (!(done = go_on(w, opens ? tripped(w) : Rules::after(set(), w, outcome), outcome, opens, now)) &&
               same_epoch(w, admitted)) {
        }
        return done;
    }
    /// Returns: whether next was reached; false if the word has changed meanwhile, which it then is.
    GRIT_INLINE bool go_on(Word& w, Word next, Outcome outcome, bool opens, TimePoint const* now) {
        if (next == w) return true;
        if (same_epoch(next, w)) return word_.exchange(w, next);
        return leave(w, next, outcome, opens, now);
    }
    /// The same for the end of an epoch.
    GRIT_COLD bool leave(Word& w, Word next, Outcome outcome, bool opens, TimePoint const* now) {
        ChangeReason const reason = reason_of_end(w, next);
        CircuitCounts const counts = counts_at_end(w, outcome, opens, now);
        if (kind_of(next) != CircuitState::open) return move(w, next, reason, counts);
        int const openings = openings_of(next);
        return open(w, now != nullptr ? *now : clock(), Settings::open_duration(set(), openings), openings, reason,
                    counts);
    }
    bool open(Word& w, TimePoint now, Duration d, int openings, ChangeReason reason, CircuitCounts const& counts) {
        word_.stamp(now);
        Word const next = transition(w, CircuitState::open, open_payload(now, d, openings));
        return move(w, next, reason, counts, until_deadline(next, now));
    }
    bool start_probes(Word& w, TimePoint now, ChangeReason reason) {
        word_.stamp(now);
        return move(w, with_first_probe(w), reason, {});
    }

    /// What led out of the state of w: the counts of the trip policy that opens the circuit, or the probes.
    CircuitCounts counts_at_end(Word w, Outcome outcome, bool opens, [[maybe_unused]] TimePoint const* now) const {
        if (kind_of(w) == CircuitState::half_open) return counts_of_probes(w, outcome);
        CircuitCounts counts;
        bool found = false;
        auto const take_first = [&](CircuitCounts const& n, bool trips) {
            if (trips && !found) counts = n;
            found = found || trips;
        };
        if constexpr (Beside::exists)
            if (opens) beside_.each(set(), epoch_of(w), *now, take_first);
        if (!opens) Rules::Trips::each(set(), Rules::Trips::next(set(), payload_of(w), Sample{true}), take_first);
        return counts;
    }

    /// One transition. Returns: whether it was made; w is then the new word, and its event was delivered.
    bool move(Word& w, Word next, ChangeReason reason, CircuitCounts const& counts,
              Duration retry_after = Duration::zero()) {
        Word const before = w;
        if (!word_.exchange(w, next)) return false;
        w = next;
        publish(before, next, reason, retry_after, counts);
        return true;
    }
    void publish(Word from, Word to, ChangeReason reason, Duration retry_after, CircuitCounts const& counts) const {
        NotCancelled const not_here;
        Settings::tell(set(), StateChange{kind_of(from), kind_of(to), reason, epoch_of(to), retry_after, counts,
                                          StageName{name()}});
    }

    StampedWord<typename Settings::Atomics> word_;
    [[no_unique_address]] Beside beside_{};
};

} // namespace grit::inline GRIT_ABI::detail
