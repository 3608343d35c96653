// SPDX-License-Identifier: BSL-1.0
// A poller: asks a sensor at a steady pace. While the sensor is down a circuit breaker keeps it from being asked.
#include <cstdio>
#include <exception>
#include <utility>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <grit.hpp>
#include <grit/adapter/asio.hpp>

using namespace std::chrono_literals;

namespace {

constexpr int wanted = 8;

/// Answers twice, is down for the next four questions, hangs once, and then works again.
class Sensor {
public:
    int questions() const { return questions_; }

    asio::awaitable<int> read() {
        int const question = ++questions_;
        asio::steady_timer timer(co_await asio::this_coro::executor);
        if (question == 7) timer.expires_after(1h);
        else timer.expires_after(1ms);
        co_await timer.async_wait(asio::use_awaitable);
        if (question > 2 && question < 7) throw asio::system_error(asio::error::host_unreachable);
        co_return 20 + question % 3;
    }

private:
    int questions_ = 0;
};

void tell(grit::StateChange const& change) noexcept { std::printf("  the circuit is %s\n", to_string(change.to)); }

struct Counts {
    int values = 0;
    int failures = 0;
    int refusals = 0;
};

// No retry: the next poll is the next attempt. The breaker opens after three failures in a row; then one question in 20
// ms finds out whether the sensor is back.
asio::awaitable<Counts> poll(Sensor& sensor) {
    grit::CircuitBreaker breaker{grit::OpenAfterFailures<3>{}, grit::OpenFor<20ms>{}, grit::OnStateChange{&tell}};
    auto const careful = grit::async(grit::pipeline(breaker, grit::AttemptTimeout<500ms>{}));

    Counts counts;
    asio::steady_timer pace(co_await asio::this_coro::executor, 0ms);
    while (counts.values < wanted) {
        try {
            int const value = co_await careful([&] { return sensor.read(); });
            ++counts.values;
            std::printf("%d degrees\n", value);
        } catch (grit::CircuitOpenError const&) {
            ++counts.refusals;
        } catch (std::exception const& error) {
            ++counts.failures;
            std::printf("  %s\n", error.what());
        }
        pace.expires_after(5ms);
        co_await pace.async_wait(asio::use_awaitable);
    }
    co_return counts;
}

} // namespace

int main() {
    asio::io_context context;
    Sensor sensor;
    Counts counts;
    std::exception_ptr error;
    asio::co_spawn(context, poll(sensor), [&](std::exception_ptr ended, Counts counted) {
        error = std::move(ended);
        counts = counted;
    });
    context.run_for(30s);
    std::printf("%d values, %d failures, %d polls that asked nobody\n", counts.values, counts.failures,
                counts.refusals);
    bool const as_expected = counts.values == wanted && counts.failures == 5 && counts.refusals > 0 &&
                             sensor.questions() == counts.values + counts.failures;
    return !error && as_expected ? 0 : 1;
}
