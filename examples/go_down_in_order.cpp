// SPDX-License-Identifier: BSL-1.0
// A service that goes down in order: it takes no new work, sends home who waits, lets the calls inside end, and keeps
// what its circuit breaker knows for the next start. Nobody is cut off, and nobody waits for longer than a bound.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

#include <grit.hpp>

using namespace std::chrono_literals;

namespace {

using Breaker = grit::CircuitBreaker<grit::OpenAfterFailures<5>, grit::OpenFor<60s>>;

/// The way to a database, as all threads of the service share it.
class Database {
public:
    int query(std::atomic<bool> const& answers) {
        return stages_([&] {
            while (!answers) std::this_thread::yield();
            return 42;
        });
    }
    int inside() const { return bulkhead_.used(); }
    int in_line() const { return bulkhead_.waiting(); }

    /// Returns: whether all calls have ended in time.
    bool go_down(std::chrono::milliseconds longest) {
        auto const end = std::chrono::steady_clock::now() + longest;
        auto const left = [end] { return end - std::chrono::steady_clock::now(); };
        bool const turns_are_over = limiter_.drain(left()); // outermost first: who passed it may still go in
        bool const is_empty = bulkhead_.drain(left());
        return turns_are_over && is_empty;
    }
    grit::CircuitSnapshot snapshot() const { return breaker_.snapshot(); }

private:
    grit::RateLimiter<10'000, 1s, 100> limiter_;
    Breaker breaker_;
    grit::Bulkhead<2, 100> bulkhead_;
    grit::Pipeline<decltype(limiter_)&, Breaker&, decltype(bulkhead_)&> stages_{limiter_, breaker_, bulkhead_};
};

} // namespace

int main() {
    Database database;
    std::atomic<bool> answers{false};
    std::atomic<int> answered{0};
    std::atomic<int> sent_home{0};

    std::vector<std::jthread> workers;
    workers.reserve(8);
    for (int i = 0; i < 8; ++i)
        workers.emplace_back([&] {
            try {
                answered += database.query(answers) == 42;
            } catch (grit::BulkheadFullError const& error) {
                sent_home += error.closed();
            }
        });
    while (database.inside() != 2 || database.in_line() != 6) std::this_thread::yield();

    bool const too_early = database.go_down(10ms); // the database does not answer
    std::printf("after 10 ms: %s, %d are inside, %d in line\n", too_early ? "all are out" : "not all are out",
                database.inside(), database.in_line());
    answers = true;
    bool const all_out = database.go_down(10s);
    workers.clear(); // joins
    std::printf("%d answered, %d sent home, all are out: %s, the circuit was %s\n", answered.load(), sent_home.load(),
                all_out ? "yes" : "no", to_string(database.snapshot().state));
    return !too_early && all_out && answered == 2 && sent_home == 6 ? 0 : 1;
}
