// SPDX-License-Identifier: BSL-1.0
// Eight threads resume ten thousand coroutines that go through a limiter, a bulkhead and a breaker over a server that
// fails in bursts; so do blocking calls, and both at once. Nothing is lost. A million with GRIT_LONG_TESTS=1 in the
// environment.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <grit.hpp>

#include "support/catch.hpp"
#include "support/task.hpp"

using namespace grit;
using namespace grit::test;
using namespace std::chrono_literals;

namespace {

struct Down {};

/// A clock that stands still while threads run; no sleep takes time.
struct Still {
    static inline std::atomic<std::int64_t> now_ns{0};
    TimePoint now() const { return TimePoint{Duration{now_ns.load()}}; }
    void sleep(Duration) const {}
};

/// What is ready to be resumed, by any of its threads.
class Pool {
public:
    void post(std::coroutine_handle<> ready) {
        std::lock_guard const lock{mutex_};
        ready_.push_back(ready);
        condition_.notify_one();
    }
    void close() {
        std::lock_guard const lock{mutex_};
        is_over_ = true;
        condition_.notify_all();
    }
    void run() {
        for (std::unique_lock lock{mutex_};;) {
            condition_.wait(lock, [&] { return is_over_ || !ready_.empty(); });
            if (ready_.empty()) return;
            std::coroutine_handle<> const next = ready_.front();
            ready_.pop_front();
            lock.unlock();
            next.resume();
            lock.lock();
        }
    }

    /// Others first.
    struct Turn {
        Pool& pool;
        static bool await_ready() noexcept { return false; }
        void await_suspend(std::coroutine_handle<> waiting) const { pool.post(waiting); }
        static void await_resume() noexcept {}
    };
    Turn turn() { return {*this}; }

private:
    std::mutex mutex_;
    std::condition_variable condition_;
    std::deque<std::coroutine_handle<>> ready_;
    bool is_over_ = false;
};

/// A sleep takes no time; who stands in line is resumed when it is called.
struct PoolSleeper {
    Pool* pool;

    template <class Early>
    class Sleep {
    public:
        Sleep(Pool& pool, Early& early) : pool_(pool), early_(early) {}
        static bool await_ready() noexcept { return false; }
        void await_suspend(std::coroutine_handle<> waiting) {
            waiting_ = waiting;
            if (early_.is_possible()) armed_.emplace(early_, Waker{this, &ring});
            else arrive();
            arrive();
        }
        void await_resume() { armed_.reset(); }

    private:
        static void ring(void* self) {
            auto& sleep = *static_cast<Sleep*>(self);
            if (!sleep.is_rung_.exchange(true)) sleep.arrive();
        }
        /// It is resumed when it is suspended and was rung. The second of both does it.
        void arrive() {
            if (arrived_.fetch_add(1) == 1) pool_.post(waiting_);
        }

        Pool& pool_;
        Early& early_;
        std::coroutine_handle<> waiting_;
        std::optional<typename Early::Armed> armed_;
        std::atomic<int> arrived_{0};
        std::atomic<bool> is_rung_{false};
    };
    template <class Early>
    Sleep<Early> sleep(Duration, Early& early) const {
        return {*pool, early};
    }
};

} // namespace

TEST_CASE("coroutines and threads through all limits: never more than each allows, and nothing is lost", "[R-613]") {
    struct Load {
        int resuming, blocking;
    };
    auto const [resuming, blocking] = GENERATE(Load{8, 0}, Load{0, 8}, Load{4, 4});
    CAPTURE(resuming, blocking);
    int const calls = std::getenv("GRIT_LONG_TESTS") != nullptr ? 1'000'000 : 10'000;
    RateLimiter<1, 1s, 6000, Time<Still>> limiter;
    Bulkhead<5, 1'000'000> bulkhead;
    CircuitBreaker<OpenAfterFailures<50>, OpenFor<60s>, HalfOpenProbes<2>, Time<Still>> breaker;
    RetryBudget<100, std::ratio<1, 10>{}> budget;
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1ms>{}, StopOverBudget{budget}, RetryIf<Down>{},
                            Time<Still>{}};
    auto const all = pipeline(retrying, limiter, bulkhead, breaker);

    std::atomic<int> inside{0}, most{0}, operations{0}, successes{0}, refused{0}, failed{0}, first_tries{0}, ended{0};
    auto const enter = [&](Attempt const& at) {
        int const now = ++inside;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        if (at.number() == 1) ++first_tries;
        return ++operations / 400 % 4 == 3;
    };
    auto const leave = [&](bool is_down) {
        --inside;
        if (is_down) throw Down{};
        ++successes;
    };
    auto const refuse = [&] {
        ++refused;
        Still::now_ns += 1'000'000'000; // so that an open circuit is not open for ever
    };

    Pool pool;
    int const coroutines = resuming == 0 ? 0 : calls * resuming / (resuming + blocking);
    auto const through = async(all, PoolSleeper{&pool});
    auto const operation = [&](Attempt const& at) -> Task<void> {
        bool const is_down = enter(at);
        co_await pool.turn();
        leave(is_down);
    };
    auto const one = [&]() -> Task<void> {
        try {
            co_await through(std::ref(operation));
        } catch (Rejected const&) {
            refuse();
        } catch (Down const&) {
            ++failed;
        }
        if (++ended == coroutines) pool.close();
    };
    std::vector<Task<void>> tasks;
    tasks.reserve(static_cast<std::size_t>(coroutines));
    for (int i = 0; i < coroutines; ++i) {
        tasks.push_back(one());
        pool.post(tasks.back().started_for(std::noop_coroutine()));
    }
    std::vector<std::thread> running;
    for (int i = 0; i < resuming; ++i) running.emplace_back([&] { pool.run(); });
    for (int i = 0; i < blocking; ++i)
        running.emplace_back([&] {
            for (int call = 0; call < (calls - coroutines) / blocking; ++call) {
                try {
                    all([&](Attempt const& at) {
                        bool const is_down = enter(at);
                        if (operations % 64 == 0) std::this_thread::yield();
                        leave(is_down);
                    });
                } catch (Rejected const&) {
                    refuse();
                } catch (Down const&) {
                    ++failed;
                }
            }
        });
    for (std::thread& thread : running) thread.join();

    REQUIRE(std::all_of(tasks.begin(), tasks.end(), [](auto const& task) { return task.is_done(); }));
    tasks.clear();
    REQUIRE(Frames::alive == 0);
    REQUIRE(ended == coroutines);
    REQUIRE(successes + refused + failed == calls);
    REQUIRE(most <= 5);
    REQUIRE(operations <= 6000 + Still::now_ns / 1'000'000'000);
    REQUIRE(operations - first_tries <= 100 + successes / 10);
    REQUIRE(bulkhead.idle());
    REQUIRE(bulkhead.waiting() == 0);
    REQUIRE(bulkhead.drain(0s));
    Still::now_ns += 3'600'000'000'000;
    REQUIRE(breaker([] { return 1; }) == 1); // no probe is held
    Still::now_ns += 36'000'000'000'000;
    REQUIRE(limiter.idle());
}
