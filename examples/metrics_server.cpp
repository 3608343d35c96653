// SPDX-License-Identifier: BSL-1.0
// A program under load that shows its metrics at /metrics, by Boost.Beast: retries with a budget, a rate limit and a
// circuit breaker before a service that is sometimes down. usage: metrics_server [port] [seconds]
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>

#include <grit.hpp>
#include <grit/adapter/boost_asio.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

struct ServiceError : std::runtime_error {
    ServiceError() : std::runtime_error("the service failed") {}
};

/// Answers in two milliseconds, fails one time in eight, and is down for one second in four.
class Service {
public:
    int ask() {
        std::this_thread::sleep_for(2ms);
        auto const age = std::chrono::steady_clock::now() - start_;
        bool const is_down = age % 4s >= 3s;
        if (is_down || asked_.fetch_add(1) % 8 == 0) throw ServiceError{};
        return 42;
    }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::atomic<int> asked_{0};
};

/// The client, with everything that watches it.
class Client {
    static constexpr grit::Name<"quotes"> name{};
    using Breaker = grit::CircuitBreaker<grit::OpenAtFailureRate<50, grit::TimeWindow<1s, 10>, grit::MinimumCalls<10>>,
                                         grit::OpenFor<300ms>,
                                         grit::OnStateChange<grit::dynamic, grit::CountCircuit<grit::Name<"quotes">>>,
                                         grit::OnReject<grit::dynamic, grit::CountCircuit<grit::Name<"quotes">>>,
                                         grit::OnOutcome<grit::dynamic, grit::CountCircuit<grit::Name<"quotes">>>>;
    using Limiter =
        grit::RateLimiter<250, 1s, 50, grit::OnReject<grit::dynamic, grit::CountRejected<grit::RateLimited>>>;

public:
    explicit Client(grit::Metrics& metrics)
        : measured_{metrics, name, grit::Histogram<>{}}, retries_{metrics, name}, circuit_{metrics, name},
          breaker_{grit::OnStateChange{circuit_}, grit::OnReject{circuit_}, grit::OnOutcome{circuit_}},
          limiter_{grit::OnReject{grit::CountRejected<grit::RateLimited>{metrics, name}}},
          watches_{grit::watch(metrics, name, breaker_), grit::watch(metrics, name, limiter_),
                   grit::watch(metrics, name, budget_)} {}

    int quote(Service& service) {
        grit::Retrying const retrying{grit::StopAfterAttempt<3>{}, grit::WaitRandomExponential<2ms, 20ms>{},
                                      grit::RetryIf<ServiceError>{}, grit::StopOverBudget{budget_},
                                      grit::Observe{retries_}};
        return grit::pipeline(measured_, retrying, limiter_, breaker_)([&] { return service.ask(); });
    }

private:
    grit::Measured<grit::Name<"quotes">, grit::Histogram<>> measured_;
    grit::CountRetries<grit::Name<"quotes">> retries_;
    grit::CountCircuit<grit::Name<"quotes">> circuit_;
    Breaker breaker_;
    Limiter limiter_;
    grit::RetryBudget<50, std::ratio<1, 10>{}> budget_;
    std::array<grit::Metrics::Watch, 3> watches_; // end before what they watch
};

asio::awaitable<void> answer(tcp::socket peer, grit::Metrics const& metrics) {
    try {
        beast::flat_buffer buffer;
        for (;;) {
            http::request<http::empty_body> request;
            co_await http::async_read(peer, buffer, request, asio::use_awaitable);
            http::response<http::string_body> response{http::status::ok, request.version()};
            if (request.target() == "/metrics") {
                response.set(http::field::content_type, grit::prometheus_content_type);
                response.body() = grit::to_prometheus(metrics.read());
            } else response.result(http::status::not_found);
            response.keep_alive(request.keep_alive());
            response.prepare_payload();
            co_await http::async_write(peer, response, asio::use_awaitable);
            if (!response.keep_alive()) co_return;
        }
    } catch (boost::system::system_error const&) { // the peer has gone
    }
}
asio::awaitable<void> serve(tcp::acceptor& acceptor, grit::Metrics const& metrics) {
    for (;;) {
        tcp::socket peer = co_await acceptor.async_accept(asio::use_awaitable);
        asio::co_spawn(acceptor.get_executor(), answer(std::move(peer), metrics), asio::detached);
    }
}

} // namespace

int main(int argc, char** argv) {
    auto const port = static_cast<unsigned short>(argc > 1 ? std::atoi(argv[1]) : 0);
    std::chrono::seconds const time{argc > 2 ? std::atoi(argv[2]) : 2};

    grit::Metrics metrics;
    Service service;
    Client client{metrics};
    std::atomic<bool> done{false};
    std::array<std::jthread, 2> load; // end before what they use
    for (std::jthread& one : load)
        one = std::jthread{[&] {
            while (!done) {
                try {
                    client.quote(service);
                } catch (std::exception const&) { // it is counted
                    std::this_thread::sleep_for(1ms);
                }
            }
        }};

    asio::io_context context;
    tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), port}};
    asio::co_spawn(context, serve(acceptor, metrics), asio::detached);
    std::printf("http://127.0.0.1:%d/metrics for %d s\n", acceptor.local_endpoint().port(), int(time.count()));
    std::fflush(stdout);
    context.run_for(time);
    done = true;
}
