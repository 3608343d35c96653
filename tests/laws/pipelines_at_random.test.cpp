// SPDX-License-Identifier: BSL-1.0
// Twenty pipelines of coroutines with random outcomes, in virtual time. Whatever happens: no more calls than the parts
// allow, no longer than the deadline and one attempt, nothing lost, and a stop ends a call within one step.
#include <algorithm>
#include <random>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <typeinfo>
#include <vector>

#include <grit.hpp>

#include "support/catch.hpp"
#include "support/task.hpp"

using namespace grit;
using namespace grit::test;
using namespace std::chrono_literals;

namespace {

struct Down : std::runtime_error {
    Down() : std::runtime_error("down") {}
};
int instead(Down const&) { return -1; }

auto retrying(RetryBudget<20>& budget, ManualTime& time) {
    return Retrying{
        StopAfterAttempt<3>{}, WaitFixed<1s>{}, StopOverBudget{budget}, RetryIf<Down, AttemptTimedOut>{}, Time{time},
        AllowNested{}};
}

/// What the pipelines of one run share.
struct Parts {
    ManualTime time{100s};
    RetryBudget<20> budget;
    CircuitBreaker<OpenAfterFailures<3>, OpenFor<5s>, Time<ManualTime>> breaker{Time{time}};
    RateLimiter<2, 1s, 2, MaxWait<5s>, Time<ManualTime>> limiter{Time{time}};
    Bulkhead<2, 3, MaxWait<5s>, Time<ManualTime>> bulkhead{Time{time}};
    ConcurrencyLimit<Aimd<1s, 50>, LimitBetween<1, 4, 2>, WaitInLine<2>, MaxWait<5s>, OverloadIf<Down>,
                     Time<ManualTime>>
        limit{Time{time}};
    decltype(retrying(std::declval<RetryBudget<20>&>(), std::declval<ManualTime&>())) retry = retrying(budget, time);
};

// One of each: how often it may call at most, and for how long a call may last inside it.
constexpr Duration longest_attempt = 2s;
template <int Calls = 1, bool Bounds = false>
struct Kind {
    static constexpr int calls = Calls;
    static constexpr bool bounds_time = Bounds;
};
struct R : Kind<3> {
    static auto& of(Parts& p) { return p.retry; }
};
struct B : Kind<> {
    static auto& of(Parts& p) { return p.breaker; }
};
struct L : Kind<> {
    static auto& of(Parts& p) { return p.limiter; }
};
struct P : Kind<> {
    static auto& of(Parts& p) { return p.bulkhead; }
};
struct C : Kind<> {
    static auto& of(Parts& p) { return p.limit; }
};
struct D : Kind<1, true> {
    static auto of(Parts&) { return Deadline<6s>{}; }
};
struct T : Kind<> {
    static auto of(Parts&) { return AttemptTimeout<1s>{}; }
};
struct F : Kind<> {
    static auto of(Parts&) { return Fallback<instead>{}; }
};

/// Calls in one pipeline of these, and what happens in them.
template <class... Kinds>
class Run {
public:
    explicit Run(std::uint64_t seed) : draw_(seed) {}

    /// Several calls at once, of which some are destroyed midway.
    void many() {
        constexpr int calls = 8;
        std::vector<Task<void>> tasks;
        int begun = 0;
        while (begun < calls || !loop_.is_idle()) {
            if (begun < calls && (below(2) == 0 || loop_.is_idle())) {
                begin_[static_cast<std::size_t>(begun)] = parts.time.now();
                tasks.push_back(one(begun++));
                tasks.back().start();
            } else if (below(12) == 0 && !tasks.empty()) {
                std::vector<Task<void>> left;
                auto const gone = static_cast<std::size_t>(below(static_cast<int>(tasks.size())));
                for (std::size_t i = 0; i < tasks.size(); ++i)
                    if (i != gone) left.push_back(std::move(tasks[i]));
                tasks.swap(left); // where it stood, it is no more
            } else loop_.step();
        }
        REQUIRE(std::all_of(tasks.begin(), tasks.end(), [](auto const& task) { return task.is_done(); }));
        tasks.clear();
        REQUIRE(most_attempts_ <= (Kinds::calls * ...));
        if constexpr ((Kinds::bounds_time || ...)) REQUIRE(longest_ <= 6s + longest_attempt);
        if constexpr ((std::is_same_v<Kinds, P> || ...)) REQUIRE(most_inside_ <= 2);
        if constexpr ((std::is_same_v<Kinds, C> || ...)) REQUIRE(most_inside_ <= 4);
        nothing_is_lost(0);
    }

    /// One call, which is asked to stop after so many steps. Returns: false if it had ended before.
    bool stopped_after(int steps) {
        std::vector<Place<decltype(parts.bulkhead)>> taken;
        if (below(2) == 0) // it has to wait in line
            for (int i = 0; i < 2; ++i) taken.push_back(parts.bulkhead.try_acquire());
        auto task = one(0);
        task.start();
        for (int i = 0; i < steps && !task.is_done(); ++i) REQUIRE(loop_.step());
        if (task.is_done()) return false;
        source_.request_stop();
        int const before = attempts_[0];
        REQUIRE(loop_.step());
        REQUIRE(task.is_done());
        REQUIRE(attempts_[0] == before);
        taken.clear();
        nothing_is_lost(1); // the one that has ended
        return true;
    }

    Parts parts;

private:
    int below(int n) { return static_cast<int>(draw_() % static_cast<std::uint64_t>(n)); }

    Task<int> operation(int number) {
        struct Inside {
            int& n;
            explicit Inside(int& i) : n(i) { ++n; }
            ~Inside() { --n; }
        } const inside{inside_};
        int const made = ++attempts_[static_cast<std::size_t>(number)];
        most_attempts_ = std::max(most_attempts_, made);
        most_inside_ = std::max(most_inside_, inside_);
        bool const fails = below(2) == 0;
        if (Duration const takes = std::chrono::seconds{below(3)}; takes > 0s) co_await LoopSleeper::sleep(takes);
        if (fails) throw Down{};
        co_return number;
    }
    Task<void> one(int number) {
        auto const all = async(pipeline(Surround{context_}, Kinds::of(parts)...));
        try {
            co_await all([this](Attempt const&, int n) { return operation(n); }, number);
        } catch (Down const&) {
        } catch (AttemptTimedOut const&) {
        } catch (Rejected const&) {
        }
        auto const i = static_cast<std::size_t>(number);
        longest_ = std::max(longest_, Duration{parts.time.now() - begin_[i]});
    }
    void nothing_is_lost(int frames) {
        REQUIRE(inside_ == 0);
        REQUIRE(Frames::alive == frames);
        REQUIRE(loop_.is_idle());
        REQUIRE(parts.bulkhead.idle());
        REQUIRE(parts.bulkhead.waiting() == 0);
        REQUIRE(parts.limit.used() == 0);
        REQUIRE(parts.limit.waiting() == 0);
        REQUIRE(parts.budget.left() <= 20);
        parts.time.advance(20s);
        REQUIRE(parts.limiter.idle());                 // no turn is owed
        REQUIRE(parts.breaker([] { return 1; }) == 1); // no probe is held
    }

    std::mt19937_64 draw_;
    Loop loop_{parts.time};
    std::stop_source source_;
    std::stop_token token_ = source_.get_token();
    Context context_{TimePoint::max(), StopView{&token_}, ClockView{&parts.time}};
    int attempts_[8] = {};
    TimePoint begin_[8] = {};
    int inside_ = 0;
    int most_inside_ = 0;
    int most_attempts_ = 0;
    Duration longest_{};
};

template <class... Kinds>
void hold() {
    INFO("pipeline of " << (std::string{typeid(Kinds).name()} + ...));
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        INFO("seed " << seed);
        Run<Kinds...>{seed}.many();
    }
    int ended_by_stop = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed)
        for (int steps = 0; steps < 99; ++steps) {
            INFO("seed " << seed << ", stopped after " << steps);
            if (!Run<Kinds...>{seed}.stopped_after(steps)) break;
            ++ended_by_stop;
        }
    REQUIRE(ended_by_stop > 0);
}

} // namespace

TEST_CASE(
    "In pipelines at random nothing is lost, no more calls are made than the parts allow, and no time is exceeded",
    "[R-612]") {
    hold<R>();
    hold<R, B>();
    hold<D, R>();
    hold<D, R, B>();
    hold<D, R, L>();
    hold<D, R, P>();
    hold<D, R, C>();
    hold<D, R, T>();
    hold<P, R>();
    hold<L, P>();
    hold<D, P, R, B>();
    hold<D, R, L, P, B>();
    hold<F, D, R, B>();
    hold<D, R, P, T>();
    hold<R, L, B, T>();
    hold<D, R, R>();
    hold<C, R>();
    hold<L, R, B>();
    hold<D, C, R, B>();
    hold<D, R, L, P, C, B, T>();
}
