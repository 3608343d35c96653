// SPDX-License-Identifier: BSL-1.0
#pragma once
// Explores all interleavings of a few threads that run the real breaker on atomics which the explorer drives.

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_set>
#include <vector>

#include <grit/circuit_breaker.hpp>

namespace grit::test {

// A thread is run one step at a time by replay: its function is called anew, every atomic operation that it made before
// answers from a log, the next one is made on the shared memory, and the one after that throws Suspended. So the state
// of a thread is its log, the state of all is the logs and the memory, and a depth-first search visits each state once.

enum class Fault {
    none,
    blind_half_open,      // stores half-open where it should compare
    check_then_increment, // counts a probe in a step after the check
    no_reservation,       // counts probes when they end, not when they begin
    late_stamp,           // stamps the lease after the transition
    no_lease              // never takes a probe for lost
};

struct Suspended {};

class World {
public:
    static constexpr int most_threads = 4;

    struct Memory {
        std::uint64_t word = 0;
        std::int64_t stamp = std::numeric_limits<std::int64_t>::min();
        std::int64_t late_stamp = std::numeric_limits<std::int64_t>::min(); // of Fault::late_stamp
        std::int64_t now = 0;
        int jumps = 0;
        friend bool operator==(Memory const&, Memory const&) = default;
    };
    struct Log {
        std::vector<std::int64_t> answers;
        bool finished = false;
        // What the oracle knows of the thread.
        std::uint64_t token = 0;
        bool holds = false;
        bool lost = false;
    };

    static World& current() { return *current_; }

    Memory memory;
    std::array<Log, most_threads> logs;
    Fault fault = Fault::none;
    std::vector<StateChange> changes; // delivered in the step that is being made

    /// One operation of the running thread.
    template <class Do>
    std::int64_t step(Do const& act) {
        auto& answers = logs[thread_].answers;
        if (place_ < answers.size()) return answers[place_++];
        if (made_) throw Suspended{};
        made_ = true;
        answers.push_back(act());
        ++place_;
        return answers.back();
    }
    /// True while the thread does what it did before: nothing may be reported twice.
    bool replaying() const { return !made_; }
    std::uint64_t before_word() const { return before_word_; }

    void run(std::size_t thread, std::function<void(Log&)> const& program) {
        current_ = this;
        thread_ = thread;
        place_ = 0;
        made_ = false;
        before_word_ = memory.word;
        changes.clear();
        Log& log = logs[thread];
        log.token = 0;
        log.holds = false;
        log.lost = false;
        try {
            program(log);
            log.finished = true;
        } catch (Suspended) {
        }
    }

private:
    inline static World* current_ = nullptr;
    std::size_t thread_ = 0;
    std::size_t place_ = 0;
    bool made_ = false;
    std::uint64_t before_word_ = 0;
};

/// The atomics of a breaker that runs in a World: the first one is the word, the other is the stamp.
struct WorldAtomics {
    template <class T>
    class Atomic {
    public:
        constexpr Atomic(T) noexcept {}

        T load(std::memory_order) const {
            World& w = World::current();
            if constexpr (is_word) return static_cast<T>(w.step([&] { return static_cast<std::int64_t>(w.memory.word); }));
            else {
                if (w.fault == Fault::no_lease) return std::numeric_limits<T>::max();
                return w.step([&] { return w.memory.stamp; });
            }
        }
        bool compare_exchange_weak(T& expected, T desired, std::memory_order, std::memory_order) const {
            World& w = World::current();
            // The answer is what was found; the exchange was made if that is what was expected.
            auto const found = static_cast<T>(w.step([&]() -> std::int64_t {
                if constexpr (is_word) return static_cast<std::int64_t>(exchange_word(w, expected, desired));
                else return exchange_stamp(w, expected, desired);
            }));
            bool const made = found == expected;
            if (!made) expected = found;
            return made;
        }

    private:
        static constexpr bool is_word = std::is_unsigned_v<T>;

        static T exchange_word(World& w, T expected, T desired) {
            using namespace detail;
            T const found = static_cast<T>(w.memory.word);
            bool const to_half_open = kind_of(expected) != CircuitState::half_open && kind_of(desired) == CircuitState::half_open;
            bool const reserves = kind_of(expected) == CircuitState::half_open && same_epoch(expected, desired) &&
                                  probes_of(desired).under_way > probes_of(expected).under_way;
            if (w.fault == Fault::blind_half_open && to_half_open) {
                w.memory.word = desired;
                return expected;
            }
            if (w.fault == Fault::check_then_increment && reserves) {
                w.memory.word += desired - expected;
                return expected;
            }
            if (w.fault == Fault::no_reservation && reserves && found == expected) return expected;
            if (found == expected) {
                w.memory.word = desired;
                if (w.fault == Fault::late_stamp && !same_epoch(expected, desired)) return found;
            }
            return found;
        }
        static T exchange_stamp(World& w, T expected, T desired) {
            T const found = w.memory.stamp;
            if (found == expected) w.memory.stamp = desired;
            return found;
        }
    };
};

/// The clock of a World.
struct WorldTime {
    TimePoint now() const {
        World& w = World::current();
        return TimePoint{Duration{w.step([&] { return w.memory.now; })}};
    }
    void sleep(Duration) const {}
};

/// Tells the World what a breaker tells its listener.
struct WorldListener {
    void operator()(StateChange const& change) const noexcept {
        World& w = World::current();
        if (!w.replaying()) w.changes.push_back(change);
    }
};

} // namespace grit::test
