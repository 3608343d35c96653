// SPDX-License-Identifier: BSL-1.0
#pragma once
// A storm of retries: a thousand clients and a server that fails for half a minute, on a clock that is moved by hand.
// The policies are the real ones; the clients drive them as an event loop does: a Stepper for each call, permits of the
// breaker, turns of the limiter. All clients share these and the budget, as the threads of one program do.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <grit.hpp>
#include <grit/fleet.hpp>

namespace storm {

using namespace std::chrono_literals;
using Milliseconds = std::chrono::duration<std::int64_t, std::milli>;

inline constexpr int clients = 1'000;
inline constexpr Milliseconds between_calls = 1250ms; // of one client: 800 calls a second in all
inline constexpr int places = 100;                    // requests that the server works on at a time
inline constexpr Milliseconds service = 100ms;        // for each: 1,000 requests a second are the most
inline constexpr std::size_t long_line = 1'000;       // requests that wait at the server; more are refused at once
inline constexpr std::size_t short_line = 200;
inline constexpr Milliseconds patience = 1s; // so long a client waits for an answer; the server works on all the same
inline constexpr int outage_begins = 10;     // in seconds: every request then takes its time, and fails
inline constexpr int outage_ends = 40;
inline constexpr int last_second = 100;
inline constexpr int failing_percent = 20; // of the requests, all the time, where there is no outage

/// What happened in one second: how many calls began, how many of these succeeded in the end, how many requests came to
/// the server.
struct Second {
    int calls = 0;
    int good = 0;
    int sent = 0;
};
using History = std::array<Second, last_second>;

struct Failed {}; // an error of the server, a refused request, or no answer in time

/// What all clients share.
struct World {
    grit::ManualTime time;
    grit::SplitMix64 generator{2026};
    grit::RetryBudget<1'000> budget; // a success brings a tenth of a retry
    grit::CircuitBreaker<grit::OpenAtFailureRate<50, grit::TimeWindow<10s, 10>, grit::MinimumCalls<100>>,
                         grit::OpenFor<5s>, grit::Time<grit::ManualTime>>
        breaker{grit::Time{time}};
    grit::RateLimiter<900, 1s, 90, grit::Time<grit::ManualTime>> limiter{grit::Time{time}};
};
using Breaker = decltype(World::breaker);

/// One of the processes that the clients are in: a breaker of its own, which it shares with the others.
struct Process {
    using Circuit = grit::CircuitBreaker<grit::OpenAfterFailures<5>, grit::OpenFor<5s>, grit::Time<grit::ManualTime>,
                                         grit::fleet::Voice>;
    grit::SplitMix64 generator;
    Circuit circuit;
    grit::fleet::Agent agent;
    grit::fleet::SharedBreaker<Circuit> shared;

    template <class Store, class Quorum>
    Process(Store& store, grit::ManualTime& time, std::uint64_t number, Quorum quorum)
        : generator{number}, circuit{grit::Time{time}, grit::fleet::Voice{}},
          agent{store, grit::Name<"storm">{}, grit::Time{time}, grit::Random{generator}},
          shared{agent, circuit, quorum} {}
};

struct Scene {
    bool outage = true; // else some requests fail, all the time
    bool with_breaker = false;
    bool with_limiter = false;
    std::size_t line = long_line;
    int clients = storm::clients;
    int processes = 0;      // each with a breaker of its own that all share
    int quorum_percent = 0; // of the processes; zero: one of them opens all
};

/// One simulation; `make(world)` makes the Retrying of each call.
template <class Make>
class Simulation {
public:
    Simulation(Scene const& scene, Make const& make) : scene_(scene), retrying_(make(world_)) {
        for (int i = 0; i != scene.processes; ++i) {
            auto const number = static_cast<std::uint64_t>(i);
            if (scene.quorum_percent == 0)
                processes_.emplace_back(store_, world_.time, number, grit::fleet::Quorum<1>{});
            else processes_.emplace_back(store_, world_.time, number, grit::fleet::QuorumShare{scene.quorum_percent});
        }
    }

    History run() {
        for (int client = 0; client < scene_.clients; ++client)
            after(draw(0ms, between_calls), {Event::call_begins, static_cast<std::uint32_t>(client)});
        for (now_ = 0ms; now_ < end; now_ += 1ms) {
            auto& events = agenda_[index(now_)];
            for (std::size_t i = 0; i != events.size(); ++i) handle(Event{events[i]}); // it may grow meanwhile
            events = {};
            world_.time.advance(1ms);
            if (index(now_) % 50 == 0)
                for (Process& process : processes_) process.agent.tick();
        }
        return history_;
    }

private:
    using Retrying = decltype(std::declval<Make const&>()(std::declval<World&>()));
    static constexpr Milliseconds end = last_second * 1s;
    static constexpr std::uint32_t none = ~std::uint32_t{0};

    struct Event {
        enum Kind : std::uint8_t { call_begins, request_ends, patience_ends, sleep_ends } kind;
        std::uint32_t of; // the request, the call, or the client
    };
    struct Call {
        grit::Stepper<Retrying> stepper;
        std::size_t second;
        std::size_t client;
        std::optional<grit::Permit<Breaker>> permit{};
        std::optional<grit::Permit<Process::Circuit>> shared_permit{};
        std::uint32_t request = none; // whose answer it waits for
    };

    static std::size_t index(Milliseconds t) { return static_cast<std::size_t>(t.count()); }
    Second& second_now() { return history_[index(now_) / 1000]; }
    Milliseconds draw(Milliseconds least, Milliseconds most) {
        return std::chrono::floor<std::chrono::milliseconds>(grit::draw_between(least, most, world_.generator()));
    }
    void after(grit::Duration d, Event event) {
        Milliseconds const then = now_ + std::chrono::ceil<std::chrono::milliseconds>(d);
        if (then < end) agenda_[index(then)].push_back(event);
    }

    void handle(Event event) {
        switch (event.kind) {
        case Event::call_begins: {
            after(between_calls + draw(-250ms, 250ms), event);
            ++second_now().calls;
            auto const call = static_cast<std::uint32_t>(calls_.size());
            calls_.push_back({grit::Stepper<Retrying>{retrying_}, index(now_) / 1000, event.of});
            return go_on(call, calls_[call].stepper.start());
        }
        case Event::sleep_ends: return go_on(event.of, calls_[event.of].stepper.wake());
        case Event::patience_ends: return answered(event.of, false);
        case Event::request_ends:
            --working_;
            answered(event.of, !fails());
            if (!line_.empty()) {
                work_on(line_.front());
                line_.pop_front();
            }
        }
    }

    // The client.

    void go_on(std::uint32_t const number, grit::Step step) {
        Call& call = calls_[number];
        while (step.kind == grit::Step::Kind::again) {
            if (std::optional<grit::Step> const refused = send(number)) step = *refused;
            else return; // it waits for the answer
        }
        if (step.kind == grit::Step::Kind::sleep) after(step.wait, {Event::sleep_ends, number});
        if (step.kind == grit::Step::Kind::done) ++history_[call.second].good;
    }
    /// Returns: what follows if nothing was sent, or the server took nothing.
    std::optional<grit::Step> send(std::uint32_t number) {
        Call& call = calls_[number];
        if (scene_.with_breaker) {
            call.permit.emplace(world_.breaker.try_acquire());
            if (!*call.permit) return call.stepper.failed(call.permit->rejection());
        }
        if (scene_.processes > 0) {
            call.shared_permit.emplace(processes_[call.client % processes_.size()].circuit.try_acquire());
            if (!*call.shared_permit) return call.stepper.failed(call.shared_permit->rejection());
        }
        if (scene_.with_limiter)
            if (auto const turn = world_.limiter.try_acquire(); !turn) {
                call.permit.reset();
                return call.stepper.failed(turn.error());
            }
        ++second_now().sent;
        auto const request = static_cast<std::uint32_t>(request_of_.size());
        request_of_.push_back(number);
        if (working_ < places) work_on(request);
        else if (line_.size() < scene_.line) line_.push_back(request);
        else return judged(call, false);
        call.request = request;
        after(patience, {Event::patience_ends, request});
        return std::nullopt;
    }
    void answered(std::uint32_t request, bool good) {
        std::uint32_t const number = request_of_[request];
        if (calls_[number].request != request) return; // it had an answer, or waits no more
        calls_[number].request = none;
        go_on(number, judged(calls_[number], good));
    }
    static grit::Step judged(Call& call, bool good) {
        grit::Outcome const outcome = good ? grit::Outcome::success : grit::Outcome::failure;
        if (call.permit) call.permit->end(outcome);
        if (call.shared_permit) call.shared_permit->end(outcome);
        return good ? call.stepper.returned(true) : call.stepper.failed(Failed{});
    }

    // The server.

    void work_on(std::uint32_t request) {
        ++working_;
        after(service, {Event::request_ends, request});
    }
    bool fails() {
        if (scene_.outage) return outage_begins * 1s <= now_ && now_ < outage_ends * 1s;
        return draw(0ms, 99ms) < Milliseconds{failing_percent};
    }

    World world_;
    grit::fleet::MemoryFleet<grit::ManualTime> store_{grit::Time{world_.time}};
    std::deque<Process> processes_;
    Scene scene_;
    Retrying retrying_;
    std::vector<std::vector<Event>> agenda_ = std::vector<std::vector<Event>>(index(end)); // of each millisecond
    Milliseconds now_{};
    std::deque<Call> calls_;
    std::vector<std::uint32_t> request_of_; // the call of each request
    std::deque<std::uint32_t> line_;
    int working_ = 0;
    History history_{};
};

/// What came of it, in whole numbers.
struct Result {
    char const* name;
    History history;
    int sent_per_100_calls;   // in the outage
    int good_percent;         // of the calls in the half minute after the outage
    int recovered_after;      // seconds from its end until all later ones are good for 95 %; -1 for never
    int good_percent_of_some; // of the calls where one in five requests fails
    int sent_per_100_calls_of_some;
};

inline Second sum(History const& history, int from, int to) {
    Second all;
    for (int s = from; s < to; ++s) {
        Second const& one = history[static_cast<std::size_t>(s)];
        all = {all.calls + one.calls, all.good + one.good, all.sent + one.sent};
    }
    return all;
}

/// Rounded to the nearest.
inline int percent(int part, int whole) { return (part * 100 + whole / 2) / whole; }

template <class Make>
Result simulate(char const* name, Scene scene, Make const& make) {
    History const history = Simulation<Make>{scene, make}.run();
    Scene some_fail = scene;
    some_fail.outage = false;
    Second const some = sum(Simulation<Make>{some_fail, make}.run(), 20, 90);
    Second const outage = sum(history, outage_begins, outage_ends);
    Second const later = sum(history, outage_ends, outage_ends + 30);
    int recovered = 90; // the last calls have no time to end
    for (; recovered > outage_ends; --recovered) {
        Second const& before = history[static_cast<std::size_t>(recovered - 1)];
        if (before.good * 100 < before.calls * 95) break;
    }
    return {name,
            history,
            percent(outage.sent, outage.calls),
            percent(later.good, later.calls),
            recovered == 90 ? -1 : recovered - outage_ends,
            percent(some.good, some.calls),
            percent(some.sent, some.calls)};
}

enum Variant : std::uint8_t { no_retry, naive, backoff, jitter, budget, breaker, limiter, all, shorter_line };
inline constexpr int variants = 9;

/// Runs them all. Complexity: a few seconds without optimisation.
inline std::array<Result, variants> simulate_all() {
    using Four = grit::StopAfterAttempt<4>;
    using Jitter = grit::WaitRandomExponential<1s, 30s>;
    auto const with_jitter = [](World& w) { return grit::Retrying{Four{}, Jitter{}, grit::Random{w.generator}}; };
    auto const with_budget = [](World& w) {
        return grit::Retrying{Four{}, Jitter{}, grit::StopOverBudget{w.budget}, grit::Random{w.generator}};
    };
    Scene const plain;
    Scene gate_breaker, gate_limiter, gates, shorter;
    gate_breaker.with_breaker = gates.with_breaker = true;
    gate_limiter.with_limiter = gates.with_limiter = true;
    shorter.line = short_line;
    return {simulate("no retry", plain, [](World&) { return grit::Retrying{grit::StopAfterAttempt<1>{}}; }),
            simulate("4 attempts at once", plain, [](World&) { return grit::Retrying{Four{}}; }),
            simulate("exponential wait", plain,
                     [](World&) { return grit::Retrying{Four{}, grit::WaitExponential<1s, 30s>{}}; }),
            simulate("exponential wait, full jitter", plain, with_jitter),
            simulate("jitter and a retry budget", plain, with_budget),
            simulate("jitter and a breaker", gate_breaker, with_jitter),
            simulate("jitter and a rate limit", gate_limiter, with_jitter),
            simulate("jitter, budget, breaker, limit", gates, with_budget),
            simulate("jitter, short line at the server", shorter, with_jitter)};
}

enum FleetVariant : std::uint8_t { one_vote, tenth, quarter, tenth_and_budget };

/// The same with the clients in a hundred processes that share a circuit, and in the last one a budget.
inline std::array<Result, 4> simulate_fleets() {
    using Four = grit::StopAfterAttempt<4>;
    using Jitter = grit::WaitRandomExponential<1s, 30s>;
    auto const with_jitter = [](World& w) { return grit::Retrying{Four{}, Jitter{}, grit::Random{w.generator}}; };
    auto const with_budget = [](World& w) {
        return grit::Retrying{Four{}, Jitter{}, grit::StopOverBudget{w.budget}, grit::Random{w.generator}};
    };
    Scene scene;
    scene.processes = 100;
    auto const quorum = [&](int percent) {
        scene.quorum_percent = percent;
        return scene;
    };
    return {simulate("jitter, 100 breakers, one vote opens all", quorum(0), with_jitter),
            simulate("jitter, 100 breakers, a quorum of 10 %", quorum(10), with_jitter),
            simulate("jitter, 100 breakers, a quorum of 25 %", quorum(25), with_jitter),
            simulate("jitter, budget, 100 breakers, a quorum of 10 %", quorum(10), with_budget)};
}

/// The table of a page.
inline std::string hundredths(int n) {
    return std::to_string(n / 100) + (n % 100 < 10 ? ".0" : ".") + std::to_string(n % 100);
}
inline std::string recovered(Result const& r) {
    return r.recovered_after < 0 ? "never" : std::to_string(r.recovered_after) + " s";
}

inline void print_table(std::span<Result const> results) {
    std::puts(
        "| clients with | requests per call in the outage | good after it | back after | good while 1 in 5 fails |\n"
        "|---|---|---|---|---|");
    for (Result const& r : results)
        std::printf("| %s | %s | %d %% | %s | %d %% |\n", r.name, hundredths(r.sent_per_100_calls).c_str(),
                    r.good_percent, recovered(r).c_str(), r.good_percent_of_some);
}

} // namespace storm
