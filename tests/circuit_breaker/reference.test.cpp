// SPDX-License-Identifier: BSL-1.0
// A naive model of a circuit, and a million random operations per configuration on which the breaker must agree with
// it; ten million with GRIT_LONG_TESTS=1 in the environment. A difference is shrunk to a short case.
#include <grit/circuit_breaker.hpp>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;

namespace {

struct Settings {
    int in_a_row = 0; // 0: not
    std::size_t window = 0;
    int percent = 0;
    std::size_t minimum = 0;
    // Over a time, which passes in buckets.
    Duration time{};
    int buckets = 10;
    int failures_in_time = 0; // 0: not
    int percent_in_time = 0;
    int minimum_in_time = 0;
    Duration slower_than{}; // 0: not
    int slow_percent = 0;
    int slow_minimum = 0;

    Duration open{};
    bool doubles = false; // up to 60 s
    int probes = 1, successes = 1, allowed = 0;
    Duration lease{};
};

/// The rules as they are written, with no thought of words, bits or threads.
class Model {
public:
    explicit Model(Settings const& s) : s_(s) {}

    CircuitState state = CircuitState::closed;
    int epoch = 0;

    /// A call that was let through.
    struct Call {
        int epoch;
        TimePoint start;
        std::size_t number = 0; // of those that are timed
    };

    std::optional<Call> acquire(TimePoint now) {
        for (;;) {
            if (!admits(now)) return std::nullopt;
            Call call{epoch, now};
            if (s_.slower_than == Duration::zero() || !counts()) return call;
            bool const first = std::none_of(timed_.begin(), timed_.end(),
                                            [&](Timed const& t) { return bucket(t.start) == bucket(now); });
            call.number = timed_.size();
            timed_.push_back({now, Timed::under_way});
            if (!first || !too_many_slow(now)) return call;
            trip(now);
        }
    }

private:
    struct Timed {
        TimePoint start;
        enum { under_way, in_time, slow, neutral } end;
        TimePoint ended{};
    };

    bool admits(TimePoint now) {
        if (state == CircuitState::open && now >= deadline_) begin_probes(now);
        else if (state == CircuitState::open || state == CircuitState::forced_open) return false;
        else if (state == CircuitState::half_open) {
            if (under_way_ + good_ + bad_ < s_.probes) {
                ++under_way_;
                since_ = now; // the youngest
            } else if (now - since_ >= s_.lease) begin_probes(now);
            else return false;
        }
        return true;
    }
    bool counts() const { return state == CircuitState::closed || state == CircuitState::metrics_only; }

public:
    void end(Call const& call, Outcome outcome, TimePoint now) {
        if (call.epoch != epoch) return;
        bool const slow = s_.slower_than != Duration::zero() && now - call.start > s_.slower_than;
        if (s_.slower_than != Duration::zero() && counts()) {
            timed_[call.number].ended = now;
            timed_[call.number].end = outcome == Outcome::neutral ? Timed::neutral
                                      : slow                      ? Timed::slow
                                                                  : Timed::in_time;
        }
        if (state == CircuitState::half_open) {
            --under_way_;
            if (slow && outcome == Outcome::success) outcome = Outcome::failure;
            if (outcome == Outcome::failure && ++bad_ > s_.allowed) open(now);
            else if (outcome == Outcome::success && ++good_ >= s_.successes) go(CircuitState::closed);
        } else if (counts() && outcome != Outcome::neutral) {
            bool const failed = outcome == Outcome::failure;
            row_ = failed ? row_ + 1 : 0;
            last_.push_back(failed);
            if (last_.size() > s_.window) last_.pop_front();
            in_time_.push_back({now, failed});
            if ((failed && trips(now)) || (slow && too_many_slow(now))) trip(now);
        }
    }
    void control(CircuitState to) {
        if (state != to) go(to);
    }
    void reset() { go(CircuitState::closed); }
    Duration retry_after(TimePoint now) const {
        return state == CircuitState::open && deadline_ > now ? deadline_ - now : Duration::zero();
    }
    /// What a refusal says.
    Duration ask_again(TimePoint now) const {
        if (state == CircuitState::half_open) return std::max<Duration>(since_ + s_.lease - now, 100ms);
        return state == CircuitState::forced_open ? 100ms : retry_after(now);
    }

private:
    std::int64_t bucket(TimePoint t) const { return t.time_since_epoch() / (s_.time / s_.buckets); }
    bool in_window(TimePoint t, TimePoint now) const { return bucket(t) > bucket(now) - s_.buckets; }
    bool trips(TimePoint now) const {
        if (s_.in_a_row != 0 && row_ >= s_.in_a_row) return true;
        if (s_.time != Duration::zero()) {
            int calls = 0, failed = 0;
            for (auto const& [when, bad] : in_time_)
                if (in_window(when, now)) ++calls, failed += bad;
            if (s_.failures_in_time != 0 && failed >= s_.failures_in_time) return true;
            if (s_.percent_in_time != 0 && calls >= s_.minimum_in_time && failed * 100 >= s_.percent_in_time * calls)
                return true;
        }
        if (s_.window == 0 || last_.size() < s_.minimum) return false;
        int bad = 0;
        for (bool const failed : last_) bad += failed;
        return bad * 100 >= s_.percent * static_cast<int>(last_.size());
    }
    bool too_many_slow(TimePoint now) const {
        int calls = 0, slow = 0;
        for (Timed const& call : timed_) {
            if (call.end == Timed::neutral) continue;
            // One bucket longer than what has ended: the call asks that begins a bucket.
            bool const hangs = call.end == Timed::under_way && bucket(call.start) >= bucket(now) - s_.buckets &&
                               bucket(call.start) < bucket(now - s_.slower_than);
            bool const ended = call.end != Timed::under_way && in_window(call.ended, now);
            calls += hangs || ended;
            slow += hangs || (ended && call.end == Timed::slow);
        }
        return calls >= s_.slow_minimum && slow * 100 >= s_.slow_percent * calls;
    }
    void trip(TimePoint now) {
        if (state == CircuitState::metrics_only) go(CircuitState::metrics_only);
        else {
            openings_ = 0;
            open(now);
        }
    }
    void go(CircuitState to) {
        state = to;
        in_time_.clear();
        timed_.clear();
        ++epoch;
        row_ = under_way_ = good_ = bad_ = 0;
        last_.clear();
    }
    void open(TimePoint now) {
        ++openings_;
        Duration d = s_.open;
        if (s_.doubles)
            for (int i = 1; i < openings_ && d < 60s; ++i) d = std::min<Duration>(2 * d, 60s);
        go(CircuitState::open);
        deadline_ = now + d;
    }
    void begin_probes(TimePoint now) {
        int const good = good_, bad = bad_; // what was said in this half-open time is kept
        go(CircuitState::half_open);
        good_ = good, bad_ = bad;
        under_way_ = 1;
        since_ = now;
    }

    Settings s_;
    int row_ = 0, under_way_ = 0, good_ = 0, bad_ = 0, openings_ = 0;
    std::deque<bool> last_;
    std::deque<std::pair<TimePoint, bool>> in_time_;
    std::deque<Timed> timed_;
    TimePoint deadline_{}, since_{};
};

struct Op {
    enum Kind { begin, end, call, advance, force_open, force_close, disable, metrics_only, reset } kind;
    unsigned value;
};

Op draw(SplitMix64& random) {
    auto const bits = random();
    auto const value = static_cast<unsigned>(bits >> 32);
    auto const choice = bits % 1000;
    if (choice < 250) return {Op::begin, value};
    if (choice < 500) return {Op::end, value};
    if (choice < 850) return {Op::call, value};
    if (choice < 980) return {Op::advance, value};
    if (choice < 984) return {Op::force_open, value};
    if (choice < 990) return {Op::force_close, value};
    if (choice < 992) return {Op::disable, value};
    if (choice < 995) return {Op::metrics_only, value};
    return {Op::reset, value};
}

/// Runs the operations on both. Returns: the place of the first difference, if there is one.
template <class Make>
std::optional<std::size_t> differs(Make const& make, Settings const& settings, std::vector<Op> const& ops) {
    ManualTime time{1h};
    auto breaker = make(time);
    Model model{settings};
    using Held = std::pair<decltype(breaker.try_acquire()), Model::Call>;
    std::deque<Held> held;
    for (std::size_t i = 0; i < ops.size(); ++i) {
        Op const op = ops[i];
        auto const outcome = static_cast<Outcome>(op.value % 8 < 4 ? 1 : op.value % 8 < 7 ? 0 : 2);
        switch (op.kind) {
        case Op::begin:
        case Op::call: {
            auto permit = breaker.try_acquire();
            auto const expected = model.acquire(time.now());
            if (bool(permit) != expected.has_value()) return i;
            if (!permit && permit.rejection() != CircuitOpen{model.state, model.ask_again(time.now())}) return i;
            if (!permit) break;
            if (op.kind == Op::begin) {
                held.emplace_back(std::move(permit), *expected);
                if (held.size() > 8) { // the oldest is taken back without a word
                    model.end(held.front().second, Outcome::neutral, time.now());
                    held.pop_front();
                }
            } else {
                permit.end(outcome);
                model.end(*expected, outcome, time.now());
            }
            break;
        }
        case Op::end:
            if (!held.empty()) {
                auto const which = held.begin() + static_cast<std::ptrdiff_t>(op.value / 8 % held.size());
                which->first.end(outcome);
                model.end(which->second, outcome, time.now());
                held.erase(which);
            }
            break;
        case Op::advance:
            time.advance(std::chrono::milliseconds{op.value % 16 == 0 ? 100'000 : op.value / 16 % 1500});
            break;
        case Op::force_open: breaker.force_open(), model.control(CircuitState::forced_open); break;
        case Op::force_close: breaker.force_close(), model.control(CircuitState::closed); break;
        case Op::disable: breaker.disable(), model.control(CircuitState::disabled); break;
        case Op::metrics_only: breaker.metrics_only(), model.control(CircuitState::metrics_only); break;
        case Op::reset: breaker.reset(), model.reset(); break;
        }
        if (breaker.state() != model.state || breaker.epoch() != static_cast<std::uint32_t>(model.epoch & 0xffffff) ||
            breaker.retry_after() != model.retry_after(time.now()))
            return i;
    }
    return std::nullopt;
}

/// Leaves out what is not needed for the difference, in ever smaller pieces.
template <class Make>
std::string shrunk(Make const& make, Settings const& settings, std::vector<Op> ops) {
    for (std::size_t piece = ops.size() / 2; piece > 0; piece /= 2)
        for (std::size_t at = 0; at + piece <= ops.size();) {
            std::vector<Op> fewer{ops.begin(), ops.begin() + static_cast<std::ptrdiff_t>(at)};
            fewer.insert(fewer.end(), ops.begin() + static_cast<std::ptrdiff_t>(at + piece), ops.end());
            if (differs(make, settings, fewer)) ops = fewer;
            else at += piece;
        }
    std::ostringstream text;
    for (Op const& op : ops) text << '{' << op.kind << ", " << op.value << "} ";
    return text.str();
}

template <class Make>
void agree(Make const& make, Settings const& settings) {
    int const rounds = std::getenv("GRIT_LONG_TESTS") != nullptr ? 10'000 : 1000;
    SplitMix64 random{20'26};
    std::string difference;
    for (int round = 0; round < rounds && difference.empty(); ++round) {
        std::vector<Op> ops;
        for (int i = 0; i < 1000; ++i) ops.push_back(draw(random));
        auto const place = differs(make, settings, ops);
        if (!place) continue;
        ops.resize(*place + 1);
        difference = shrunk(make, settings, ops);
    }
    REQUIRE(difference == "");
}

} // namespace

TEST_CASE("The breaker agrees with a naive model on random operations", "[circuit_breaker][reference]") {
    SECTION("failures in a row") {
        agree(
            [](ManualTime& t) {
                return CircuitBreaker<OpenAfterFailures<3>, OpenFor<1s>, ProbeLease<3s>, Time<ManualTime>>{Time{t}};
            },
            {.in_a_row = 3, .open = 1s, .lease = 3s});
    }
    SECTION("a rate, several probes of which one may fail") {
        agree(
            [](ManualTime& t) {
                return CircuitBreaker<OpenAtFailureRate<60, CountWindow<10>, MinimumCalls<4>>, OpenFor<500ms>,
                                      HalfOpenProbes<4>, CloseAfterSuccesses<2>, AllowProbeFailures<1>, ProbeLease<2s>,
                                      Time<ManualTime>>{Time{t}};
            },
            {.window = 10,
             .percent = 60,
             .minimum = 4,
             .open = 500ms,
             .probes = 4,
             .successes = 2,
             .allowed = 1,
             .lease = 2s});
    }
    SECTION("both, at run time, with a growing time and the default lease") {
        agree(
            [](ManualTime& t) {
                return CircuitBreaker<OpenAfterFailures<>, OpenAtFailureRate<50, CountWindow<11>, MinimumCalls<11>>,
                                      OpenForWait<WaitExponential<1s, 60s>>, CloseAfterSuccesses<>, Time<ManualTime>>{
                    OpenAfterFailures{4}, CloseAfterSuccesses{2}, Time{t}};
            },
            {.in_a_row = 4,
             .window = 11,
             .percent = 50,
             .minimum = 11,
             .open = 1s,
             .doubles = true,
             .probes = 2,
             .successes = 2,
             .lease = 60s});
    }
}

TEST_CASE("Windows of time agree with a naive model on random operations", "[circuit_breaker][reference]") {
    using Rate = OpenAtFailureRate<50, TimeWindow<5s, 5>, MinimumCalls<4>>;
    using Slow = OpenAtSlowCallRate<50, SlowerThan<2s>, TimeWindow<5s, 5>, MinimumCalls<4>>;
    SECTION("failures within a time") {
        agree(
            [](ManualTime& t) {
                return CircuitBreaker<OpenAfterFailuresWithin<5, 5s>, OpenFor<1s>, ProbeLease<3s>, Time<ManualTime>>{
                    Time{t}};
            },
            {.time = 5s, .failures_in_time = 5, .open = 1s, .lease = 3s});
    }
    SECTION("failures within a time, at run time") {
        agree(
            [](ManualTime& t) {
                return CircuitBreaker<OpenAfterFailuresWithin<>, OpenFor<1s>, ProbeLease<3s>, Time<ManualTime>>{
                    OpenAfterFailuresWithin{7, 7s}, Time{t}};
            },
            {.time = 7s, .failures_in_time = 7, .open = 1s, .lease = 3s});
    }
    SECTION("a rate") {
        agree(
            [](ManualTime& t) { return CircuitBreaker<Rate, OpenFor<1s>, ProbeLease<3s>, Time<ManualTime>>{Time{t}}; },
            {.time = 5s, .buckets = 5, .percent_in_time = 50, .minimum_in_time = 4, .open = 1s, .lease = 3s});
    }
    SECTION("slow calls") {
        agree(
            [](ManualTime& t) {
                return CircuitBreaker<Slow, OpenFor<1s>, ProbeLease<3s>, CloseAfterSuccesses<2>, Time<ManualTime>>{
                    Time{t}};
            },
            {.time = 5s,
             .buckets = 5,
             .slower_than = 2s,
             .slow_percent = 50,
             .slow_minimum = 4,
             .open = 1s,
             .probes = 2,
             .successes = 2,
             .lease = 3s});
    }
    SECTION("all at once, at run time") {
        agree(
            [](ManualTime& t) {
                OpenAtFailureRate rate{60, TimeWindow{6s}, MinimumCalls{5}};
                OpenAtSlowCallRate slow{40, SlowerThan{1s}, TimeWindow{6s}, MinimumCalls{3}};
                return CircuitBreaker<OpenAfterFailures<4>, OpenAfterFailuresWithin<>, decltype(rate), decltype(slow),
                                      OpenFor<>, ProbeLease<3s>, Time<ManualTime>>{OpenAfterFailuresWithin{5, 6s}, rate,
                                                                                   slow, OpenFor{1s}, Time{t}};
            },
            {.in_a_row = 4,
             .time = 6s,
             .failures_in_time = 5,
             .percent_in_time = 60,
             .minimum_in_time = 5,
             .slower_than = 1s,
             .slow_percent = 40,
             .slow_minimum = 3,
             .open = 1s,
             .lease = 3s});
    }
}

TEST_CASE("The comparison finds a breaker that differs, and shrinks the case", "[circuit_breaker][reference]") {
    auto const make = [](ManualTime& t) {
        return CircuitBreaker<OpenAfterFailures<4>, OpenFor<1s>, ProbeLease<3s>, Time<ManualTime>>{Time{t}};
    };
    Settings const wrong{.in_a_row = 3, .open = 1s, .lease = 3s};
    SplitMix64 random{1};
    std::vector<Op> ops;
    for (int i = 0; i < 1000; ++i) ops.push_back(draw(random));
    REQUIRE(differs(make, wrong, ops));
    std::string const text = shrunk(make, wrong, ops);
    CAPTURE(text);
    REQUIRE(std::count(text.begin(), text.end(), '{') <= 6); // three failures, each of one step or two
}
