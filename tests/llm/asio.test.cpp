// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/asio.hpp>

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/io_context.hpp>
#include <asio/use_future.hpp>

#include <grit/llm/dialect/openai.hpp>

#include "support/catch.hpp"
#include "support/fault_server.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;

namespace {

using TestClient = Client<CurlTransport>;

std::string const answer = R"({"choices":[{"message":{"content":"Hi!"},"finish_reason":"stop"}]})";

TestClient client_of(fault::FaultServer const& server, Timeouts timeouts = {.attempt = 10s}) {
    return TestClient{CurlTransport{{.proxy = ""}},
                      {.base_url = server.url() + "/v1", .timeouts = timeouts, .model = "m"}};
}
ChatRequest question() { return {.messages = {{Role::user, "Hello!"}}}; }

/// What a completion came to.
struct Told {
    std::string content = {};
    std::string error = {};
    std::size_t attempts = 0;
    int times = 0;

    void operator()(std::exception_ptr failure, ChatResponse const& response) {
        ++times;
        content = response.content;
        attempts = response.attempts.size();
        if (!failure) return;
        try {
            std::rethrow_exception(failure);
        } catch (std::exception const& thrown) {
            error = error_type(thrown);
        }
    }
};

} // namespace

TEST_CASE("Many completions go on at a time in an io_context, each under the policy of its client", "[R-771]") {
    fault::FaultServer server{
        {fault::Respond{.status = 503, .headers = {{"retry-after-ms", "1"}}}, fault::Respond{.body = answer}}};
    auto client = client_of(server);
    asio::io_context io;
    AsioExchanges const exchanges{io};
    std::vector<Told> told(20);
    for (auto& one : told) async_complete(exchanges, client, question(), std::ref(one));
    io.run();
    for (auto const& one : told) {
        CHECK(one.content == "Hi!");
        CHECK(one.times == 1);
    }
    CHECK(server.requests().size() == 21);
    CHECK(server.connections() <= 20);
}

TEST_CASE("A completion in an io_context takes every completion token", "[R-771]") {
    fault::FaultServer server{{fault::Respond{.body = answer}}};
    auto client = client_of(server);
    asio::io_context io;
    AsioExchanges const exchanges{io};
    auto future = async_complete(exchanges, client, question(), asio::use_future);
    std::string awaited;
    asio::co_spawn(
        io,
        [&]() -> asio::awaitable<void> {
            auto const response = co_await async_complete(exchanges, client, question(), asio::use_awaitable);
            awaited = response.content;
        },
        [](std::exception_ptr error) { CHECK_FALSE(error); });
    io.run();
    CHECK(future.get().content == "Hi!");
    CHECK(awaited == "Hi!");
}

TEST_CASE("A completion in an io_context fails with what the client throws", "[R-771]") {
    asio::io_context io;
    Told told;
    SECTION("an error of the provider") {
        fault::FaultServer server{{fault::Respond{.status = 401, .body = "{}"}}};
        auto client = client_of(server);
        async_complete(AsioExchanges{io}, client, question(), std::ref(told));
        io.run();
        CHECK(told.error == "AuthenticationError");
    }
    SECTION("a limit of the attempt") {
        fault::FaultServer server{{fault::Silence{}}};
        auto client = client_of(server, {.attempt = 40ms});
        auto request = question();
        request.deadline = 60ms; // no second attempt fits
        async_complete(AsioExchanges{io}, client, request, std::ref(told));
        io.run();
        CHECK(told.error == "APITimeoutError");
    }
    SECTION("no connection") {
        TestClient client{CurlTransport{{.proxy = ""}}, {.base_url = fault::refusing_url(), .model = "m"}};
        auto request = question();
        request.deadline = 50ms;
        async_complete(AsioExchanges{io}, client, request, std::ref(told));
        io.run();
        CHECK(told.error == "APIConnectionError");
    }
    SECTION("an address that is none") {
        TestClient client{CurlTransport{{.proxy = ""}}, {.base_url = "http://[nowhere", .model = "m"}};
        async_complete(AsioExchanges{io}, client, question(), std::ref(told));
        io.run();
        CHECK(told.error == "APIConnectionError");
    }
    CHECK(told.times == 1);
}

TEST_CASE("A cancellation and a stop end a completion in an io_context, in an exchange and in a wait", "[R-772]") {
    bool const waits = GENERATE(false, true);
    bool const by_slot = GENERATE(false, true);
    CAPTURE(waits, by_slot);
    fault::FaultServer server{
        waits ? std::vector<fault::Step>{fault::Respond{.status = 503, .headers = {{"retry-after", "50"}}}}
              : std::vector<fault::Step>{fault::Silence{}}};
    auto client = client_of(server);
    asio::io_context io;
    asio::cancellation_signal signal;
    std::stop_source source;
    Told told;
    auto request = question();
    request.cancel = source.get_token();
    async_complete(AsioExchanges{io}, client, request, asio::bind_cancellation_slot(signal.slot(), std::ref(told)));
    asio::steady_timer timer{io};
    timer.expires_after(30ms);
    timer.async_wait([&](std::error_code) {
        if (by_slot) signal.emit(asio::cancellation_type::terminal);
        else std::jthread{[&] { source.request_stop(); }};
    });
    auto const from = std::chrono::steady_clock::now();
    io.run();
    CHECK(told.times == 1);
    CHECK_FALSE(told.error.empty());
    CHECK(std::chrono::steady_clock::now() - from < 10s);
}

TEST_CASE("A completion dies with its io_context", "[R-772]") {
    fault::FaultServer server{{fault::Silence{}}};
    auto client = client_of(server);
    auto const alive = std::make_shared<int>(0);
    {
        asio::io_context io;
        async_complete(AsioExchanges{io}, client, question(), [alive](std::exception_ptr, ChatResponse const&) {});
        io.run_for(30ms);
        CHECK(alive.use_count() == 2);
    }
    CHECK(alive.use_count() == 1);
    CHECK(server.wait_until_open(0, 5s));
}
