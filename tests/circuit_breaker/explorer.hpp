// SPDX-License-Identifier: BSL-1.0
#pragma once
// Explores all interleavings of a few threads that run the real breaker on atomics which the explorer drives.

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <unordered_set>

#include <grit/circuit_breaker.hpp>

namespace grit::test {

// A thread goes one step at a time by replay: its call is run anew, every atomic operation that it made before answers
// from a log, the next one is made on the shared memory, and the one after that throws Suspended. So the state of a
// thread is the log of its call, the state of all is the logs and the memory, and a depth-first search visits every
// state once. After each step an oracle compares the word with what the threads hold.

/// What a mutant does wrong.
enum class Fault {
    none,
    by_current_state,     // counts an outcome in whatever state the circuit is by then
    blind_half_open,      // stores half-open where it should compare
    check_then_increment, // counts a probe in a step after the check
    no_reservation,       // counts probes when they end, not when they begin
    late_stamp,           // stamps the lease after the transition
    no_lease,             // never takes a probe for lost
    blind_bucket,         // begins a bucket without comparing
    no_epoch_in_bucket,   // takes the counts of an earlier epoch for its own
    no_second_look        // begins a bucket without asking whether its epoch still is
};

struct Suspended {};

constexpr std::size_t most_threads = 4;
constexpr std::size_t most_lost = 4;
constexpr std::size_t most_cells = 7;
constexpr std::size_t most_rings = 2;

/// All that was ever counted in a bucket, as the oracle keeps it.
struct Bucket {
    std::uint64_t tag = 0;
    std::size_t cell = 0;
    detail::Counts counts{};
    std::int64_t begun = 0; // calls, of which neutral ones have been taken back since
};

/// What the threads share, and what the oracle keeps of the past.
struct Memory {
    std::uint64_t word = 0;
    std::int64_t stamp = std::numeric_limits<std::int64_t>::min();
    std::int64_t now = 0;
    std::int64_t began = 0; // the clock as read by the youngest probe of this epoch
    std::array<detail::Cell, most_cells> cells{};
    std::array<detail::Round, most_rings> rounds = [] {
        std::array<detail::Round, most_rings> none{};
        none.fill(static_cast<detail::Round>(std::numeric_limits<std::int64_t>::min()));
        return none;
    }();
    std::array<Bucket, 16> counted{};
    std::size_t buckets = 0;

    void count(std::size_t cell, detail::Cell from, detail::Cell to) {
        std::uint64_t const tag = detail::tag_of(to);
        bool const same = detail::tag_of(from) == tag;
        detail::Counts const was = same ? detail::counts_of(from) : detail::Counts{};
        detail::Counts const is = detail::counts_of(to);
        std::size_t i = 0;
        while (i < buckets && (counted[i].tag != tag || counted[i].cell != cell)) ++i;
        if (i == buckets) counted.at(buckets++) = {tag, cell, {}, 0};
        counted[i].counts.calls += is.calls - was.calls;
        counted[i].begun += is.calls > was.calls;
        counted[i].counts.marked += is.marked - was.marked;
    }
    /// A cell was emptied. If it was old enough for that, nothing is expected of it any more.
    void empty(std::size_t cell, detail::Cell was, std::int64_t length_of_round) {
        std::uint64_t const tag = detail::tag_of(was);
        std::uint64_t const epoch = detail::epoch_of(word);
        std::uint64_t const newest = detail::cell_tag(epoch, static_cast<std::uint64_t>(now / length_of_round));
        if (detail::rounds_ahead(newest, tag) <= 1) return; // too early: the bucket will be missed
        for (std::size_t i = 0; i < buckets; ++i)
            if (counted[i].tag <= tag && counted[i].cell == cell) counted[i].cell = most_cells; // and what it replaced
    }
};

/// One thread: the log of the call that it is in, and the permits that it holds.
struct Thread {
    std::array<std::int64_t, 128> answers{};
    std::size_t size = 0;
    int call = 0;
    std::array<std::uint64_t, most_lost> lost{}; // permits of earlier calls
    std::size_t losses = 0;
    std::int64_t pending = 0; // of Fault::late_stamp
    bool stamps_late = false;
    // Of the call that it is in, found again by replay.
    std::uint64_t token = 0;
    bool holds = false;
    bool ending = false;
    std::int64_t clock = 0; // as it was last read
    bool read_cell = false; // in the end of this call
};

struct State {
    Memory memory;
    std::array<Thread, most_threads> threads{};

    std::uint64_t hash() const {
        std::uint64_t h = 0;
        auto const add = [&](auto x) { h = SplitMix64{h ^ static_cast<std::uint64_t>(x)}(); };
        add(memory.word), add(memory.stamp), add(memory.now), add(memory.began);
        for (detail::Cell const c : memory.cells) add(c);
        for (detail::Round const r : memory.rounds) add(r);
        for (std::size_t i = 0; i < memory.buckets; ++i) {
            Bucket const& b = memory.counted[i];
            add(b.tag), add(b.cell), add(b.counts.calls), add(b.counts.marked), add(b.begun);
        }
        for (Thread const& t : threads) {
            add(t.size), add(t.call), add(t.losses), add(t.pending), add(t.stamps_late);
            for (std::size_t i = 0; i < t.size; ++i) add(t.answers[i]);
            for (std::size_t i = 0; i < t.losses; ++i) add(t.lost[i]);
        }
        return h;
    }
};

/// The world that the atomics and the clock of a breaker act on: one at a time.
class World {
public:
    static World& current() { return *current_; }
    World() { current_ = this; }

    State state;
    Fault fault = Fault::none;
    int choice = 0;  // what choose() answers in this step
    int choices = 1; // how many there were
    int told = 0;    // changes that the listener was told in this step
    StateChange change{};
    bool free = false; // no suspension: a single thread, for the proof that the circuit can recover

    Thread& thread() { return state.threads[running_]; }

    template <class Do>
    std::int64_t step(Do const& act) {
        if (free) return act();
        Thread& t = thread();
        if (t.stamps_late) {
            t.stamps_late = false;
            stamp_late(t.pending);
        }
        if (place_ < t.size) return t.answers[place_++];
        if (made_) throw Suspended{};
        made_ = true;
        std::int64_t const answer = act();
        t.answers.at(t.size++) = answer;
        ++place_;
        return answer;
    }
    int choose(int n) {
        return static_cast<int>(step([&] { return choices = n, choice; }));
    }
    /// Cells and rings are found by their address, since there is one breaker.
    template <std::size_t N>
    static std::size_t place_among(std::array<void const*, N>& places, void const* object) {
        std::size_t i = 0;
        while (places.at(i) != nullptr && places[i] != object) ++i;
        places[i] = object;
        return i;
    }
    std::size_t place_of(void const* cell) { return place_among(places_, cell); }
    std::size_t ring_of(void const* round) { return place_among(rings_, round); }
    std::int64_t length_of_round = 1; // of a window of time
    bool replaying() const { return !made_ && !free; }

    /// One step of a thread.
    template <class Call>
    void run(std::size_t thread, Call const& call) {
        running_ = thread;
        place_ = 0;
        made_ = false;
        choices = 1;
        told = 0;
        Thread& t = state.threads[thread];
        t.holds = t.ending = t.stamps_late = t.read_cell = false;
        try {
            call();
            t.size = 0;
            ++t.call;
        } catch (Suspended) {
        }
    }

private:
    void stamp_late(std::int64_t pending) {
        step([&] { return state.memory.stamp = std::max(state.memory.stamp, pending); });
    }

    inline static World* current_ = nullptr;
    std::array<void const*, most_cells> places_{};
    std::array<void const*, most_rings> rings_{};
    std::size_t running_ = 0;
    std::size_t place_ = 0;
    bool made_ = false;
};

/// The cell of a window of time, in a World.
class WorldCell {
public:
    constexpr WorldCell(detail::Cell) noexcept {}

    detail::Cell load(std::memory_order) const {
        World& w = World::current();
        auto const found =
            static_cast<detail::Cell>(w.step([&] { return static_cast<std::int64_t>(w.state.memory.cells[place()]); }));
        if (w.free) return found;
        w.thread().read_cell = true;
        return w.fault == Fault::no_epoch_in_bucket ? as_own(w, found) : found;
    }
    bool compare_exchange_weak(detail::Cell& expected, detail::Cell desired, std::memory_order,
                               std::memory_order) const {
        World& w = World::current();
        auto const found = static_cast<detail::Cell>(w.step([&] {
            detail::Cell& cell = w.state.memory.cells[place()];
            detail::Cell const was = cell;
            bool const begins = detail::tag_of(expected) != detail::tag_of(desired);
            bool const blind = w.fault == Fault::blind_bucket && begins;
            bool const equal = w.fault == Fault::no_epoch_in_bucket ? as_own(w, was) == expected : was == expected;
            if (equal && desired == detail::Cell{}) {
                w.state.memory.empty(place(), expected, w.length_of_round);
                cell = desired;
            } else if (equal || blind) {
                w.state.memory.count(place(), equal ? expected : detail::Cell{}, desired);
                cell = desired;
            }
            return static_cast<std::int64_t>(blind ? expected : was);
        }));
        bool const done = w.fault == Fault::no_epoch_in_bucket ? as_own(w, found) == expected : found == expected;
        if (!done) expected = found;
        return done;
    }

private:
    std::size_t place() const { return World::current().place_of(this); }
    /// The cell as if it were of the epoch of the thread.
    static detail::Cell as_own(World& w, detail::Cell c) {
        std::uint64_t const epoch = detail::epoch_of(w.thread().token);
        std::uint64_t const rest = static_cast<std::uint64_t>(c) & ((std::uint64_t{1} << 48) - 1);
        return static_cast<detail::Cell>(epoch << 48 | rest);
    }
};

/// The newest round of a ring, in a World.
class WorldRound {
public:
    constexpr WorldRound(detail::Round) noexcept {}

    detail::Round load(std::memory_order) const {
        World& w = World::current();
        return static_cast<detail::Round>(w.step([&] { return static_cast<std::int64_t>(round(w)); }));
    }
    bool compare_exchange_weak(detail::Round& expected, detail::Round desired, std::memory_order,
                               std::memory_order) const {
        World& w = World::current();
        auto const found = static_cast<detail::Round>(w.step([&] {
            detail::Round const was = round(w);
            if (was == expected) round(w) = desired;
            return static_cast<std::int64_t>(was);
        }));
        if (found == expected) return true;
        expected = found;
        return false;
    }

private:
    detail::Round& round(World& w) const { return w.state.memory.rounds[w.ring_of(this)]; }
};

/// The atomics of a breaker in a World: the unsigned one is its word, the other its stamp.
struct WorldAtomics {
    template <class T>
    class WordOrStamp {
        static constexpr bool is_word = std::is_unsigned_v<T>;

    public:
        constexpr WordOrStamp(T) noexcept {}

        T load(std::memory_order) const {
            World& w = World::current();
            if constexpr (is_word) {
                auto const found =
                    static_cast<T>(w.step([&] { return static_cast<std::int64_t>(w.state.memory.word); }));
                bool const is_second_look = !w.free && w.thread().ending && w.thread().read_cell;
                return w.fault == Fault::no_second_look && is_second_look ? w.thread().token : found;
            } else if (w.fault == Fault::no_lease) return std::numeric_limits<T>::max();
            else return w.step([&] { return w.state.memory.stamp; });
        }
        bool compare_exchange_weak(T& expected, T desired, std::memory_order, std::memory_order) const {
            World& w = World::current();
            if constexpr (is_word) {
                auto const found = static_cast<T>(w.step([&] {
                    return static_cast<std::int64_t>(exchange(w.fault, w.state.memory.word, expected, desired));
                }));
                if (found != expected) return expected = found, false;
                if (w.fault == Fault::late_stamp && !w.free && !detail::same_epoch(expected, desired))
                    w.thread().stamps_late = true;
                return true;
            } else {
                if (w.fault == Fault::late_stamp && !w.free) return w.thread().pending = desired, true;
                auto const found = w.step([&] {
                    T const was = w.state.memory.stamp;
                    if (was == expected) w.state.memory.stamp = desired;
                    return was;
                });
                if (found != expected) return expected = found, false;
                return true;
            }
        }

    private:
        /// Returns: what was found; `expected` says that the exchange was made, or that the mutant believes so.
        static std::uint64_t exchange(Fault fault, std::uint64_t& word, std::uint64_t expected, std::uint64_t desired) {
            using namespace detail;
            bool const to_probes =
                kind_of(expected) == CircuitState::open && kind_of(desired) == CircuitState::half_open;
            bool const reserves = kind_of(expected) == CircuitState::half_open && same_epoch(expected, desired) &&
                                  probes_of(desired).under_way > probes_of(expected).under_way;
            std::uint64_t const found = word;
            if (fault == Fault::blind_half_open && to_probes) return word = desired, expected;
            if (fault == Fault::check_then_increment && reserves) return word += desired - expected, expected;
            if (fault == Fault::no_reservation && reserves) return found;
            if (found == expected) word = desired;
            return found;
        }
    };

    template <class T>
    using Atomic = std::conditional_t<std::is_same_v<T, detail::Cell>, WorldCell,
                                      std::conditional_t<std::is_enum_v<T>, WorldRound, WordOrStamp<T>>>;
};

/// The clock of a World.
struct WorldTime {
    TimePoint now() const {
        World& w = World::current();
        std::int64_t const now = w.step([&] { return w.state.memory.now; });
        if (!w.free) w.thread().clock = now;
        return TimePoint{Duration{now}};
    }
    void sleep(Duration) const {}
};

/// Counts what a breaker tells its listener. What is replayed was told before.
struct WorldListener {
    void operator()(StateChange const& change) const noexcept {
        World& w = World::current();
        if (w.replaying()) return;
        ++w.told;
        w.change = change;
    }
};

/// Searches all interleavings of `threads` threads that each make `calls` calls.
template <class Breaker>
class Explorer {
public:
    std::size_t threads = 0;
    int calls = 0;
    int jumps = 0;    // of the clock, by a thread of its own
    Duration jump{};  // how far it goes each time
    Duration start{}; // of the clock
    int controls = 0; // force_open and force_close in turn, by a thread of its own
    int probes = 1;
    int successes = 1;
    Duration lease{};
    Duration window{1};     // of time
    int calls_to_trip = 0;  // of a window of time: how many calls of an epoch it takes at least
    int failed_to_trip = 0; // and how many that are marked
    bool all_fail = false;  // it opens at two calls in its window that are all marked
    Fault fault = Fault::none;
    std::uint64_t first_word = 0;
    std::size_t limit = 5'000'000;

    std::size_t states = 0;
    std::string violation; // of the first that was found

    void explore() {
        World world;
        world.length_of_round = window.count();
        world.fault = fault;
        world.state.memory.word = first_word;
        world.state.memory.now = start.count();
        if (detail::must_ask(first_word)) world.state.memory.stamp = 0; // who opened it has stamped it
        visit(world);
    }

private:
    std::size_t actors() const { return threads + (jumps > 0) + (controls > 0); }
    bool is_clock(std::size_t actor) const { return jumps > 0 && actor == threads; }
    int steps_of(std::size_t actor) const { return actor < threads ? calls : is_clock(actor) ? jumps : controls; }

    void act(World& w, std::size_t actor) {
        if (actor < threads) call(w);
        else if (is_clock(actor)) w.step([&] { return w.state.memory.now += jump.count(); });
        else if (w.thread().call % 2 == 0) breaker_.force_open();
        else breaker_.force_close();
    }

    /// One call: it is admitted or not; then it succeeds, fails, says nothing, or is lost.
    void call(World& w) {
        Thread& t = w.thread();
        auto token = breaker_.look();
        detail::CircuitRefusal refusal;
        if (!breaker_.admits(token, refusal)) return;
        t.token = detail::word_of(token);
        t.holds = true;
        int const outcome = w.choose(4);
        if (outcome == 3) t.lost.at(t.losses++) = t.token;
        else {
            t.ending = true;
            t.read_cell = false;
            if (fault == Fault::by_current_state) token = breaker_.look();
            breaker_.end(token, static_cast<Outcome>(outcome));
        }
        t.holds = t.ending = false;
    }

    void visit(World& w) {
        if (states == limit || !seen_.insert(w.state.hash()).second) return;
        ++states;
        recover(w);
        for (std::size_t actor = 0; actor < actors() && violation.empty(); ++actor) {
            if (w.state.threads[actor].call >= steps_of(actor)) continue;
            State const before = w.state;
            for (int choice = 0, choices = 1; choice < choices && violation.empty(); ++choice) {
                w.choice = choice;
                w.run(actor, [&] { act(w, actor); });
                choices = w.choices;
                check(before, w, actor);
                if (violation.empty()) visit(w);
                w.state = before;
            }
        }
    }

    void require(bool holds, char const* invariant) {
        if (!holds && violation.empty()) violation = invariant;
    }

    /// The oracle: what a step may have done.
    void check(State const& before, World& w, std::size_t actor) {
        using namespace detail;
        std::uint64_t const from = before.memory.word;
        std::uint64_t const to = w.state.memory.word;
        Thread const& t = w.state.threads[actor];
        bool const by_control = actor >= threads;
        if (kind_of(to) == CircuitState::half_open) {
            Probes const p = probes_of(to);
            int holders = 0;
            for (Thread const& other : w.state.threads) {
                holders += other.holds && same_epoch(other.token, to);
                for (std::size_t i = 0; i < other.losses; ++i) holders += same_epoch(other.lost[i], to);
            }
            require(holders <= probes, "I1: more probes than are allowed");
            require(holders == p.under_way, "I3: a probe is counted that nobody holds, or held and not counted");
            require(p.taken() <= probes, "I1: more probes in all than are allowed");
        }
        check_window(w);
        if (from == to) return require(w.told == 0, "I4: a change was told that did not happen");
        if (before.threads[actor].ending)
            require(same_epoch(before.threads[actor].token, from), "I2: a late result counted");
        if (epoch_of(from) == epoch_of(to)) {
            if (kind_of(to) == CircuitState::half_open && probes_of(to).under_way > probes_of(from).under_way)
                w.state.memory.began = std::max(w.state.memory.began, t.clock);
            require(kind_of(from) == kind_of(to), "I4: a transition within an epoch");
            require(w.told == 0, "I4: a change was told that did not happen");
            return;
        }
        require(epoch_of(to) == ((epoch_of(from) + 1) & 0xffffff), "I4: an epoch was left out");
        require(w.told == 1, "I4: a change was not told once");
        require(w.change.from == kind_of(from) && w.change.to == kind_of(to) && w.change.epoch == epoch_of(to),
                "I4: a change was told wrongly");
        switch (kind_of(to)) {
        case CircuitState::open:
            require(kind_of(from) == CircuitState::closed || kind_of(from) == CircuitState::half_open,
                    "I4: illegal edge");
            if (kind_of(from) == CircuitState::closed && calls_to_trip > 0) {
                Counts all;
                for (std::size_t i = 0; i < w.state.memory.buckets; ++i) {
                    Bucket const& b = w.state.memory.counted[i];
                    if (b.tag >> cell_round_bits != (epoch_of(from) & 0xffff)) continue;
                    all.calls += b.begun;
                    all.marked += b.counts.marked;
                }
                require(all.calls >= calls_to_trip && all.marked >= failed_to_trip,
                        "I5: opened by what its epoch did not count");
            }
            require(w.state.memory.stamp >= t.clock || fault == Fault::late_stamp, "G1: opened without a stamp");
            break;
        case CircuitState::half_open:
            if (kind_of(from) == CircuitState::open)
                require(until_deadline(from, TimePoint{Duration{t.clock}}) <= Duration::zero(),
                        "I7: admitted too early");
            else {
                require(kind_of(from) == CircuitState::half_open, "I4: illegal edge");
                require(t.clock - before.memory.began >= lease.count(),
                        "I3: a probe was taken for lost before its lease");
            }
            w.state.memory.began = t.clock;
            break;
        case CircuitState::closed:
            if (by_control) break;
            require(kind_of(from) == CircuitState::half_open, "I4: illegal edge");
            require(probes_of(from).succeeded + 1 >= successes, "I6: closed without its successes");
            break;
        case CircuitState::forced_open: require(by_control, "I8: forced by no control"); break;
        default: require(false, "I4: illegal edge");
        }
        if (kind_of(from) == CircuitState::forced_open) require(by_control, "I8: a forced state was left by itself");
    }

    /// I10: what the epoch counted in a bucket is there, until a later bucket takes its cell; and no trip is missed.
    void check_window(World& w) {
        using namespace detail;
        Memory const& m = w.state.memory;
        if (calls_to_trip == 0 || kind_of(m.word) != CircuitState::closed) return;
        std::uint64_t const epoch = epoch_of(m.word);
        for (std::size_t cell = 0; cell < most_cells; ++cell) {
            Bucket const* newest = nullptr;
            for (std::size_t i = 0; i < m.buckets; ++i)
                if (m.counted[i].cell == cell && m.counted[i].tag >> cell_round_bits == epoch)
                    if (newest == nullptr || m.counted[i].tag > newest->tag) newest = &m.counted[i];
            if (newest == nullptr) continue;
            Counts const found = counts_of(m.cells[cell]);
            require(tag_of(m.cells[cell]) == newest->tag && found.calls == newest->counts.calls &&
                        found.marked == newest->counts.marked,
                    "I10: a bucket has lost what was counted");
        }
        if (!all_fail) return;
        for (Thread const& t : w.state.threads)
            if (t.size != 0) return;
        // Two cells of one round stand side by side, so they are one window, whoever asks. A cell that is a round ahead
        // of the other may be the next bucket, or the one after: then no trip is missed unless either way.
        std::uint64_t last = 0;
        for (Cell const c : m.cells)
            if (counts_of(c).calls > 0 && tag_of(c) >> cell_round_bits == epoch) last = std::max(last, tag_of(c));
        Counts newest;
        Counts with_older;
        for (Cell const c : m.cells) {
            Counts const n = counts_of(c);
            bool const is_newest = tag_of(c) == last;
            if (n.calls == 0 || !(is_newest || tag_of(c) + 1 == last)) continue;
            with_older.calls += n.calls;
            with_older.marked += n.marked;
            newest.calls += is_newest ? n.calls : 0;
            newest.marked += is_newest ? n.marked : 0;
        }
        auto const opens = [](Counts n) { return n.calls >= 2 && n.marked == n.calls; };
        require(!opens(newest) || !opens(with_older), "I5: a trip was missed");
    }

    /// I11: from every state that is not forced, time and healthy calls of one more thread close the circuit, whatever
    /// became of the others.
    void recover(World& w) {
        if (detail::kind_of(w.state.memory.word) == CircuitState::forced_open) return;
        State const before = w.state;
        w.free = true;
        for (int i = 0; i < probes + 3 && detail::kind_of(w.state.memory.word) != CircuitState::closed; ++i) {
            w.state.memory.now += 2 * jump.count();
            auto token = breaker_.look();
            detail::CircuitRefusal refusal;
            if (breaker_.admits(token, refusal)) breaker_.end(token, Outcome::success);
        }
        w.free = false;
        require(detail::kind_of(w.state.memory.word) == CircuitState::closed, "I11: the circuit is stuck");
        w.state = before;
    }

    std::unordered_set<std::uint64_t> seen_;
    inline static Breaker breaker_; // without state: that is in the World
};

} // namespace grit::test
