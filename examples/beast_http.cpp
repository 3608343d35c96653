// SPDX-License-Identifier: BSL-1.0
// HTTP by Boost.Beast in a coroutine: a deadline, retries, a rate limit, a circuit breaker and a limit for each
// attempt.
#include <cstdio>
#include <exception>
#include <string>
#include <utility>

#include <grit.hpp>
#include <grit/adapter/boost_asio.hpp>

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

/// Answers /hello with 503, then not at all, then with a connection that breaks, and then well. There is no /missing,
/// and /down is down.
class Server {
public:
    explicit Server(asio::io_context& context) : acceptor_(context, {asio::ip::address_v4::loopback(), 0}) {}
    tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }

    asio::awaitable<void> serve() {
        for (;;) {
            tcp::socket client = co_await acceptor_.async_accept(asio::use_awaitable);
            asio::co_spawn(acceptor_.get_executor(), answer(std::move(client)), asio::detached);
        }
    }

private:
    asio::awaitable<void> answer(tcp::socket client) {
        beast::flat_buffer buffer;
        http::request<http::empty_body> request;
        co_await http::async_read(client, buffer, request, asio::use_awaitable);
        http::response<http::string_body> response{http::status::ok, 11};
        if (request.target() == "/missing") response.result(http::status::not_found);
        if (request.target() == "/down") response.result(http::status::service_unavailable);
        if (request.target() == "/hello") {
            int const asked = ++hellos_;
            if (asked == 1) response.result(http::status::service_unavailable);
            if (asked == 2) {
                asio::steady_timer never(client.get_executor(), 1h);
                co_await never.async_wait(asio::use_awaitable);
            }
            if (asked == 3) co_return;
            response.body() = "hello";
        }
        response.prepare_payload();
        co_await http::async_write(client, response, asio::use_awaitable);
    }

    tcp::acceptor acceptor_;
    int hellos_ = 0;
};

struct Unavailable : std::runtime_error {
    Unavailable() : std::runtime_error("503 Service Unavailable") {}
};
struct NotFound : std::runtime_error {
    NotFound() : std::runtime_error("404 Not Found") {}
};

// Every attempt is counted by the limiter and judged by the breaker. To say that there is no such page, a server is
// well.
using Robust = grit::Retrying<grit::StopAfterAttempt<6>, grit::WaitExponential<5ms, 100ms>,
                              grit::RetryIf<boost::system::system_error, Unavailable, grit::AttemptTimedOut>>;
grit::RateLimiter<1000, 1s, 100, grit::MaxWait<1s>> limiter;
grit::CircuitBreaker<grit::OpenAfterFailures<5>, grit::OpenFor<30s>, grit::SuccessIf<NotFound>,
                     grit::IgnoreBoostCancellation>
    breaker;

#if BOOST_ASIO_VERSION >= 102000
using LimitOfAttempt = grit::AttemptTimeout<500ms>; // ends the attempt
#else
using LimitOfAttempt = grit::Deadline<500ms>; // nothing can end an attempt: it asks what remains
#endif
auto const resilient = grit::pipeline(grit::Deadline<20s>{}, Robust{}, limiter, breaker, LimitOfAttempt{});

/// One attempt. The stream has a timeout of its own.
asio::awaitable<std::string> get(grit::Attempt const& attempt, tcp::endpoint server, std::string const& target) {
    std::printf("GET %s, attempt %d\n", target.c_str(), attempt.number());
    beast::tcp_stream stream(co_await asio::this_coro::executor);
    stream.expires_after(attempt.remaining());
    co_await stream.async_connect(server, asio::use_awaitable);
    http::request<http::empty_body> request{http::verb::get, target, 11};
    request.set(http::field::host, "127.0.0.1");
    co_await http::async_write(stream, request, asio::use_awaitable);
    beast::flat_buffer buffer;
    http::response<http::string_body> response;
    co_await http::async_read(stream, buffer, response, asio::use_awaitable);
    if (response.result() == http::status::not_found) throw NotFound{};
    if (response.result() != http::status::ok) throw Unavailable{};
    co_return response.body();
}

/// Returns: the body, or the error as text.
asio::awaitable<std::string> fetch(tcp::endpoint server, std::string const& target) {
    std::string said;
    try {
        said = co_await grit::async(resilient)(&get, server, target);
    } catch (std::exception const& error) {
        said = error.what();
    }
    std::printf("  %s\n", said.c_str());
    co_return said;
}

asio::awaitable<bool> run(tcp::endpoint server) {
    bool const hello = co_await fetch(server, "/hello") == "hello";
    bool const missing = co_await fetch(server, "/missing") == NotFound{}.what();
    bool const was_closed = breaker.state() == grit::CircuitState::closed;
    co_await fetch(server, "/down"); // five failures, and the sixth attempt is refused
    co_return hello&& missing&& was_closed&& breaker.state() == grit::CircuitState::open;
}

} // namespace

int main() {
    asio::io_context context;
    Server server(context);
    asio::co_spawn(context, server.serve(), asio::detached);

    bool as_expected = false;
    asio::co_spawn(context, run(server.endpoint()), [&](std::exception_ptr const& error, bool ended_well) {
        as_expected = !error && ended_well;
        context.stop();
    });
    context.run_for(40s);
    return as_expected ? 0 : 1;
}
