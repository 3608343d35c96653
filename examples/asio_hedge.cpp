// SPDX-License-Identifier: BSL-1.0
// What a hedge does to the slowest calls: the same calls with and without one, to a server that is slow now and then.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>
#include <asio/steady_timer.hpp>
#include <asio/write.hpp>

#include <grit.hpp>
#include <grit/adapter/asio.hpp>

using namespace std::chrono_literals;
using asio::ip::tcp;

namespace {

constexpr int calls = 300;

/// Answers each line with "pong". Every twentieth answer is late.
class Server {
public:
    explicit Server(asio::io_context& context) : acceptor_(context, {asio::ip::address_v4::loopback(), 0}) {}
    tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }
    int asked() const { return asked_; }

    asio::awaitable<void> serve() {
        while (true) {
            tcp::socket client = co_await acceptor_.async_accept(asio::use_awaitable);
            asio::co_spawn(acceptor_.get_executor(), answer(std::move(client)), asio::detached);
        }
    }

private:
    asio::awaitable<void> answer(tcp::socket client) {
        std::string line;
        co_await asio::async_read_until(client, asio::dynamic_buffer(line), '\n', asio::use_awaitable);
        if (++asked_ % 20 == 0) {
            asio::steady_timer late(client.get_executor(), 100ms);
            co_await late.async_wait(asio::use_awaitable);
        }
        co_await asio::async_write(client, asio::buffer("pong\n", 5), asio::use_awaitable);
    }

    tcp::acceptor acceptor_;
    int asked_ = 0;
};

/// One attempt. It owns its socket and its buffer: it may end after the call.
// NOLINTNEXTLINE(performance-unnecessary-value-param): a coroutine owns what it is given
asio::awaitable<std::string> ping(tcp::endpoint server) {
    tcp::socket socket(co_await asio::this_coro::executor);
    co_await socket.async_connect(server, asio::use_awaitable);
    co_await asio::async_write(socket, asio::buffer("ping\n", 5), asio::use_awaitable);
    std::string line;
    co_await asio::async_read_until(socket, asio::dynamic_buffer(line), '\n', asio::use_awaitable);
    co_return line;
}

/// What all the calls of one kind came to.
struct Summary {
    int answers = 0;
    std::vector<std::chrono::steady_clock::duration> times;

    double percentile_99() {
        auto const place = times.begin() + static_cast<std::ptrdiff_t>(times.size() * 99 / 100);
        std::nth_element(times.begin(), place, times.end());
        return std::chrono::duration<double, std::milli>(*place).count();
    }
};

template <class Stages>
asio::awaitable<void> ask(Stages const& stages, tcp::endpoint server, Summary& summary) {
    for (int call = 0; call < calls; ++call) {
        auto const begin = std::chrono::steady_clock::now();
        if (co_await grit::async(stages)(&ping, server) == "pong\n") ++summary.answers;
        summary.times.push_back(std::chrono::steady_clock::now() - begin);
    }
}

// A burst of twenty further attempts, then one for each ten calls that succeed.
grit::RetryBudget<20> budget;
grit::Hedge const hedge{20ms, 2, grit::StopOverBudget{budget}};
grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitExponential<5ms, 50ms>> const robust;
auto const plain = grit::pipeline(grit::Deadline<10s>{}, robust);
auto const hedged = grit::pipeline(grit::Deadline<10s>{}, robust, hedge);

} // namespace

int main() {
    asio::io_context context;
    Server server(context);
    asio::co_spawn(context, server.serve(), asio::detached);

    Summary alone;
    Summary raced;
    int asked_alone = 0;
    std::exception_ptr error;
    auto const work = [&]() -> asio::awaitable<void> {
        co_await ask(plain, server.endpoint(), alone);
        asked_alone = server.asked();
        co_await ask(hedged, server.endpoint(), raced);
    };
    asio::co_spawn(context, work(), [&](std::exception_ptr const& ended) {
        error = ended;
        context.stop(); // the server, too
    });
    context.run_for(50s);

    if (error || alone.answers != calls || raced.answers != calls) {
        std::printf("only %d and %d of %d calls were answered\n", alone.answers, raced.answers, calls);
        return 1;
    }
    int const asked_raced = server.asked() - asked_alone;
    int const allowed = calls + 20 + calls / 10; // what was in the budget, and what the successes brought
    std::printf("alone:  99 of 100 calls took at most %6.1f ms, by %d attempts\n", alone.percentile_99(), asked_alone);
    std::printf("hedged: 99 of 100 calls took at most %6.1f ms, by %d attempts of %d\n", raced.percentile_99(),
                asked_raced, allowed);
    return asked_raced <= allowed ? 0 : 1;
}
