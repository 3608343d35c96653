// SPDX-License-Identifier: BSL-1.0
// A TCP client that stays connected: it connects again with growing waits whenever the server drops it.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>

#include <grit.hpp>
#include <grit/adapter/asio.hpp>

using namespace std::chrono_literals;
using asio::ip::tcp;

namespace {

constexpr int wanted = 6;

/// Sends the numbers 1 to 6, one a line, from where the client says it stopped. It drops each connection after two.
class Server {
public:
    explicit Server(asio::io_context& context) : acceptor_(context, {asio::ip::address_v4::loopback(), 0}) {}
    tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }
    int connections() const { return connections_; }

    asio::awaitable<void> serve() {
        while (true) {
            tcp::socket client = co_await acceptor_.async_accept(asio::use_awaitable);
            ++connections_;
            if (connections_ == 2) continue; // dropped before a word is said
            std::string asked;
            std::size_t const size =
                co_await asio::async_read_until(client, asio::dynamic_buffer(asked), '\n', asio::use_awaitable);
            int const after = std::stoi(asked.substr(0, size));
            for (int number = after + 1; number <= std::min(after + 2, wanted); ++number)
                co_await asio::async_write(client, asio::buffer(std::to_string(number) + '\n'), asio::use_awaitable);
        }
    }

private:
    tcp::acceptor acceptor_;
    int connections_ = 0;
};

// It waits longer after each failure in a row, and gives up only when asked to stop or cancelled.
using Reconnecting = grit::Retrying<grit::StopNever, grit::WaitExponentialJitter<5ms, 500ms, 5ms>,
                                    grit::RetryIf<asio::system_error, grit::AttemptTimedOut>>;

/// Reads the numbers. It remembers the last one, so that a new connection goes on where the old one broke.
class Client {
public:
    explicit Client(tcp::endpoint server) : server_(std::move(server)) {}
    int last() const { return last_; }

    asio::awaitable<void> run() {
        auto const session = [this](grit::Attempt const& attempt) { return connection(attempt.number()); };
        while (last_ < wanted) co_await grit::async(Reconnecting{})(session);
    }

private:
    /// One connection. Throws if it came to nothing: one that brought something on is no failure, and ends the waiting.
    asio::awaitable<void> connection(int attempt) {
        std::printf("connecting after %d, attempt %d\n", last_, attempt);
        int const before = last_;
        try {
            tcp::socket socket(co_await asio::this_coro::executor);
            co_await grit::async(grit::AttemptTimeout<2s>{})(
                [&] { return socket.async_connect(server_, asio::use_awaitable); });
            co_await read(socket);
        } catch (asio::system_error const& error) {
            std::printf("  %s\n", error.what());
            if (last_ == before) throw;
        }
    }
    asio::awaitable<void> read(tcp::socket& socket) {
        co_await asio::async_write(socket, asio::buffer(std::to_string(last_) + '\n'), asio::use_awaitable);
        std::string line;
        while (last_ < wanted) {
            std::size_t const size =
                co_await asio::async_read_until(socket, asio::dynamic_buffer(line), '\n', asio::use_awaitable);
            last_ = std::stoi(line.substr(0, size));
            line.erase(0, size);
            std::printf("  got %d\n", last_);
        }
    }

    tcp::endpoint server_;
    int last_ = 0;
};

} // namespace

int main() {
    asio::io_context context;
    Server server(context);
    Client client(server.endpoint());
    asio::co_spawn(context, server.serve(), asio::detached);

    std::exception_ptr error;
    asio::co_spawn(context, client.run(), [&](std::exception_ptr const& ended) {
        error = ended;
        context.stop(); // the server, too
    });
    context.run_for(30s);
    std::printf("the last number is %d, by %d connections\n", client.last(), server.connections());
    return !error && client.last() == wanted && server.connections() == 4 ? 0 : 1;
}
