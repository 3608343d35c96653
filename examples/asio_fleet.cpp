// SPDX-License-Identifier: BSL-1.0
// A fleet's limiter in an io_context: a timer ticks the agent, and there is no thread beside it.

#include <grit/adapter/asio.hpp>
#include <grit/async.hpp>
#include <grit/fleet.hpp>

#include <asio.hpp>

#include <cstdio>

using namespace std::chrono_literals;
namespace fleet = grit::fleet;

namespace {

/// Ticks an agent in an executor, whenever it is due. A tick takes as long as the store does, at most its time limit.
class Ticks {
public:
    Ticks(asio::any_io_executor const& executor, fleet::Agent& agent) : agent_(agent), timer_(executor) {
        // Calls that find nothing ask for an exchange before it is due. From here on in the executor.
        agent_.on_wake([this] { asio::post(timer_.get_executor(), [this] { arm(); }); });
        arm();
    }
    void stop() {
        stopped_ = true;
        timer_.cancel();
        agent_.leave();
    }

private:
    void arm() {
        if (stopped_) return;
        timer_.expires_at(agent_.next_due()); // what waited for another time ends with an error
        timer_.async_wait([this](asio::error_code error) {
            if (error) return;
            agent_.tick();
            arm();
        });
    }

    fleet::Agent& agent_;
    asio::steady_timer timer_;
    bool stopped_ = false;
};

} // namespace

int main() {
    asio::io_context loop;
    fleet::MemoryFleet<> store; // or a grit::HiredisStore
    fleet::Agent agent{store, grit::Name<"chat">{}};
    fleet::RateLimiter limits{agent, fleet::PerSecond<100, "rps", 10>{}, grit::MaxWait<10s>{}};
    Ticks ticks{loop.get_executor(), agent};

    int answers = 0;
    auto const worker = [&]() -> asio::awaitable<void> {
        auto const limited = grit::async(limits);
        for (int i = 0; i != 5; ++i)
            answers += co_await limited([]() -> asio::awaitable<int> { co_return 1; }); // waits in line for its permit
        if (answers == 50) ticks.stop();
    };
    auto const begin = std::chrono::steady_clock::now();
    for (int i = 0; i != 10; ++i)
        asio::co_spawn(loop, worker, [](std::exception_ptr const& error) {
            if (error) std::rethrow_exception(error);
        });
    loop.run();
    auto const took = std::chrono::steady_clock::now() - begin;
    std::printf("%d answers in %lld ms\n", answers, static_cast<long long>(took / 1ms));
    return answers == 50 && took >= 380ms ? 0 : 1; // a hundred a second, less what a process may hold
}
