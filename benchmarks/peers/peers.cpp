// SPDX-License-Identifier: BSL-1.0
// What peers.py measures of C++: loops by hand, grit, and a design of std::function as many a service has one.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>

#include <grit.hpp>
#include <grit/adapter/asio.hpp>

using namespace std::chrono_literals;

namespace {

long calls = 0; // how often the operation ran; each thread has its own below
thread_local long* counted = &calls;

/// The operation: out of sight of the optimiser. It fails so often before it succeeds.
struct Service {
    int failures;
    int left = 0;
    void begin() { left = failures; }
};
[[gnu::noinline]] int ask(Service& service) {
    ++*counted;
    if (service.left > 0) {
        --service.left;
        throw std::runtime_error{"no answer"};
    }
    asm volatile("" : : "r"(&service) : "memory");
    return 1;
}

[[noreturn]] void fail(char const* what) {
    std::fprintf(stderr, "%s\n", what);
    std::exit(1);
}

using Clock = std::chrono::steady_clock;
double nanoseconds_since(Clock::time_point begin) {
    return std::chrono::duration<double, std::nano>(Clock::now() - begin).count();
}

struct Contender {
    char const* who;
    std::function<long(long)> run; // calls so often; returns how often the operation was called
    double best = 1e300;
};
template <class F>
Contender contender(char const* who, F const& call) {
    return {who, [call](long n) {
                calls = 0;
                for (long i = 0; i != n; ++i) call();
                return calls;
            }};
}

/// Prints the nanoseconds of a call of each, the best of several rounds, which alternate. Checks how often the
/// operation was called.
void row(char const* name, int calls_each, std::vector<Contender> contenders) {
    long n = 64;
    for (;; n *= 4) {
        auto const begin = Clock::now();
        contenders.front().run(n);
        if (nanoseconds_since(begin) > 2e7) break; // so that the start of a thread does not matter
    }
    for (int round = 0; round != 25; ++round)
        for (auto& one : contenders) {
            auto const begin = Clock::now();
            if (one.run(n) != n * calls_each) fail("the operation was not called as often as it must be");
            one.best = std::min(one.best, nanoseconds_since(begin) / static_cast<double>(n));
        }
    for (auto const& one : contenders)
        std::printf("{\"row\": \"%s\", \"who\": \"%s\", \"ns\": %.3f}\n", name, one.who, one.best);
    std::fflush(stdout);
}

/// The same in several threads at once: what a call takes of the time of all.
template <class F>
Contender contender_in_threads(char const* who, int threads, F const& call) {
    return {who, [threads, call](long n) {
                std::atomic<long> all{0};
                std::atomic<int> ready{0};
                std::vector<std::jthread> running;
                for (int t = 0; t != threads; ++t)
                    running.emplace_back([&] {
                        long mine = 0;
                        counted = &mine;
                        for (++ready; ready != threads;) std::this_thread::yield();
                        for (long i = 0; i != n / threads; ++i) call();
                        all += mine;
                    });
                running.clear();
                return all.load();
            }};
}

// By hand.

int retry_by_hand(Service& service) {
    for (int attempt = 1;; ++attempt) {
        try {
            return ask(service);
        } catch (std::exception const&) {
            if (attempt >= 5) throw;
        }
    }
}

/// A breaker as it is written in an afternoon: a mutex, a count, a time.
class BreakerByHand {
public:
    int operator()(Service& service) {
        {
            std::lock_guard const lock{mutex_};
            if (open_ && std::chrono::steady_clock::now() < until_) throw std::runtime_error{"open"};
        }
        try {
            int const result = ask(service);
            std::lock_guard const lock{mutex_};
            failures_ = 0;
            open_ = false;
            return result;
        } catch (...) {
            std::lock_guard const lock{mutex_};
            if (++failures_ >= 5) {
                open_ = true;
                until_ = std::chrono::steady_clock::now() + 60s;
            }
            throw;
        }
    }

private:
    std::mutex mutex_;
    int failures_ = 0;
    bool open_ = false;
    std::chrono::steady_clock::time_point until_;
};

/// A bucket of tokens behind a mutex.
class LimiterByHand {
public:
    void take() {
        std::lock_guard const lock{mutex_};
        auto const now = std::chrono::steady_clock::now();
        tokens_ = std::min(most, tokens_ + std::chrono::duration<double>(now - last_).count() * most);
        last_ = now;
        if (tokens_ < 1) throw std::runtime_error{"limited"};
        tokens_ -= 1;
    }

private:
    static constexpr double most = 1e9;
    std::mutex mutex_;
    double tokens_ = most;
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

int pipeline_by_hand(BreakerByHand& breaker, LimiterByHand& limiter, Service& service) {
    for (int attempt = 1;; ++attempt) {
        try {
            limiter.take();
            return breaker(service);
        } catch (std::exception const&) {
            if (attempt >= 5) throw;
        }
    }
}

// The same of std::function: policies are values that are made at run time.

struct FunctionPolicy {
    std::function<bool(int)> stop;
    std::function<std::chrono::nanoseconds(int)> wait;
    std::function<bool(std::exception const&)> retries;
    std::vector<std::function<int(std::function<int()> const&)>> around;

    int operator()(std::function<int()> const& operation) const {
        std::function<int()> inner = operation;
        for (auto const& one : around) inner = [&one, inner] { return one(inner); };
        for (int attempt = 1;; ++attempt) {
            try {
                return inner();
            } catch (std::exception const& error) {
                if (!retries(error) || stop(attempt)) throw;
                if (auto const d = wait(attempt); d > 0ns) std::this_thread::sleep_for(d);
            }
        }
    }
};
FunctionPolicy retry_of_functions() {
    return {[](int attempt) { return attempt >= 5; },
            [](int) { return 0ns; },
            [](std::exception const&) { return true; },
            {}};
}

class BreakerOfFunctions {
public:
    int operator()(std::function<int()> const& operation) {
        {
            std::lock_guard const lock{mutex_};
            if (open_) throw std::runtime_error{"open"};
        }
        try {
            int const result = operation();
            std::lock_guard const lock{mutex_};
            failures_ = 0;
            return result;
        } catch (...) {
            std::lock_guard const lock{mutex_};
            if (++failures_ >= threshold_) open_ = true;
            throw;
        }
    }

private:
    std::mutex mutex_;
    int failures_ = 0;
    int threshold_ = 5;
    bool open_ = false;
};

// grit.

using Retry = grit::Retrying<grit::StopAfterAttempt<5>, grit::RetryIf<std::exception>>;
using Breaker = grit::CircuitBreaker<grit::OpenAfterFailures<5>, grit::OpenFor<60s>>;
using Limiter = grit::RateLimiter<1'000'000, 1ms, 1'000'000'000>;

// In a coroutine of Asio.

asio::awaitable<int> ask_later(Service& service) { co_return ask(service); }
asio::awaitable<int> retry_later_by_hand(Service& service) {
    for (int attempt = 1;; ++attempt) {
        try {
            co_return co_await ask_later(service);
        } catch (std::exception const&) {
            if (attempt >= 5) throw;
        }
    }
}
asio::awaitable<int> retry_later(Service& service) {
    constexpr Retry retry;
    co_return co_await grit::async(retry)([&] { return ask_later(service); });
}
/// Runs so many one after another, so that the cost of a start is not that of a call.
template <class Call>
void run_in_coroutine(Call call, Service& service) {
    asio::io_context context;
    asio::co_spawn(
        context,
        [&]() -> asio::awaitable<void> {
            for (int i = 0; i != 1000; ++i) co_await call(service);
        },
        asio::detached);
    context.run();
}

} // namespace

int main() {
    constexpr auto hand = "loop by hand";
    constexpr auto functions = "std::function";
    static constexpr Retry retry;
    FunctionPolicy const of_functions = retry_of_functions();
    for (int const failures : {0, 2}) {
        Service service{failures};
        auto const each = [&service](auto const& call) {
            return [&service, call] {
                service.begin();
                call(service);
            };
        };
        row(failures == 0 ? "success" : "two failures", failures + 1,
            {contender(hand, each([](Service& s) { retry_by_hand(s); })),
             contender("grit", each([](Service& s) { retry([&] { return ask(s); }); })),
             contender(functions, each([&](Service& s) { of_functions([&] { return ask(s); }); }))});
    }

    static Service well{0};
    static BreakerByHand breaker_by_hand;
    static constinit Breaker breaker;
    static BreakerOfFunctions breaker_of_functions;
    auto const by_hand = [] { breaker_by_hand(well); };
    auto const by_grit = [] { breaker([] { return ask(well); }); };
    auto const by_functions = [] { breaker_of_functions([] { return ask(well); }); };
    row("closed breaker", 1,
        {contender(hand, by_hand), contender("grit", by_grit), contender(functions, by_functions)});
    row("closed breaker, two threads", 1,
        {contender_in_threads(hand, 2, by_hand), contender_in_threads("grit", 2, by_grit),
         contender_in_threads(functions, 2, by_functions)});

    static LimiterByHand limiter_by_hand;
    static constinit Limiter limiter;
    row("limiter", 1,
        {contender(hand,
                   [] {
                       limiter_by_hand.take();
                       ask(well);
                   }),
         contender("grit", [] { limiter([] { return ask(well); }); })});

    static FunctionPolicy pipeline_of_functions = retry_of_functions();
    pipeline_of_functions.around.emplace_back([](auto const& operation) { return breaker_of_functions(operation); });
    pipeline_of_functions.around.emplace_back([](auto const& operation) {
        limiter_by_hand.take();
        return operation();
    });
    auto const pipeline = grit::pipeline(retry, limiter, breaker);
    row("pipeline", 1,
        {contender(hand, [] { pipeline_by_hand(breaker_by_hand, limiter_by_hand, well); }),
         contender("grit", [&] { pipeline([] { return ask(well); }); }),
         contender(functions, [] { pipeline_of_functions([] { return ask(well); }); })});

    row("coroutine, a thousand calls", 1000,
        {contender(hand, [] { run_in_coroutine(retry_later_by_hand, well); }),
         contender("grit", [] { run_in_coroutine(retry_later, well); })});
}
