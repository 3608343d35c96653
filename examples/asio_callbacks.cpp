// SPDX-License-Identifier: BSL-1.0
// A program of callbacks, without a coroutine: connects to a server that is not up yet, and asks it with a time limit.
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include <asio/buffer.hpp>
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

/// Listens only after a while. It leaves its first client without an answer, and greets the others.
class Server {
public:
    explicit Server(asio::io_context& context) : acceptor_(context), late_(context, 20ms) {
        acceptor_.open(tcp::v4());
        acceptor_.bind({asio::ip::address_v4::loopback(), 0}); // the port is taken, and refuses
        late_.async_wait([this](asio::error_code) {
            acceptor_.listen();
            accept();
        });
    }
    tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }
    int clients() const { return clients_; }

private:
    void accept() {
        acceptor_.async_accept([this](asio::error_code error, tcp::socket socket) {
            if (error) return;
            auto const client = std::make_shared<tcp::socket>(std::move(socket));
            if (++clients_ == 1) silent_ = client;
            else asio::async_write(*client, asio::buffer("hello\n", 6), [client](asio::error_code, std::size_t) {});
            accept();
        });
    }

    tcp::acceptor acceptor_;
    asio::steady_timer late_;
    std::shared_ptr<tcp::socket> silent_;
    int clients_ = 0;
};

// Refused connections are tried again for 10 seconds; each attempt has a second.
using Connecting = grit::Retrying<grit::StopNever, grit::WaitExponential<2ms, 100ms>,
                                  grit::RetryIfError<asio::error::connection_refused, grit::errc::attempt_timed_out>>;
auto const connecting = grit::pipeline(grit::Deadline<10s>{}, Connecting{}, grit::AttemptTimeout<1s>{});

class Client {
public:
    Client(asio::io_context& context, tcp::endpoint server)
        : context_(context), socket_(context), server_(std::move(server)) {}

    /// Connects and reads a line. A silent server has 200 ms, and then gets a new connection.
    void greet() {
        grit::async_invoke(
            context_, connecting,
            [this](auto token) {
                ++connects_;
                socket_ = tcp::socket(context_); // not that of the attempt before
                return socket_.async_connect(server_, std::move(token));
            },
            [this](asio::error_code error) { connected(error); });
    }
    bool greeted() const { return line_ == "hello\n"; }
    int connects() const { return connects_; }
    int silences() const { return silences_; }

private:
    void connected(asio::error_code error) {
        if (error) {
            std::printf("not connected: %s\n", error.message().c_str());
            return context_.stop();
        }
        std::printf("connected after %d attempts\n", connects_);
        grit::async_invoke(
            context_, grit::AttemptTimeout<200ms>{},
            [this](auto token) {
                return asio::async_read_until(socket_, asio::dynamic_buffer(line_), '\n', std::move(token));
            },
            [this](asio::error_code ended, std::size_t) { read(ended); });
    }
    void read(asio::error_code error) {
        if (error == grit::errc::attempt_timed_out && ++silences_ < 3) {
            std::printf("no word in 200 ms\n");
            return greet();
        }
        std::printf("the server says: %s", error ? error.message().c_str() : line_.c_str());
        context_.stop();
    }

    asio::io_context& context_;
    tcp::socket socket_;
    tcp::endpoint server_;
    std::string line_;
    int connects_ = 0;
    int silences_ = 0;
};

} // namespace

int main() {
    asio::io_context context;
    Server const server(context);
    Client client(context, server.endpoint());
    client.greet();
    context.run_for(30s);
    return client.greeted() && client.connects() > server.clients() && client.silences() >= 1 ? 0 : 1;
}
