// SPDX-License-Identifier: BSL-1.0
// A client over real HTTP, against a server that goes wrong.
#include <grit/llm.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/fault_server.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;
using Catch::Matchers::ContainsSubstring;
using Clock = std::chrono::steady_clock;

namespace {

ChatRequest const hello{.model = "gpt-4o-mini", .messages = {{Role::user, "Hello!"}}};

CurlTransport direct() { return CurlTransport{{.proxy = ""}}; }

Endpoint to(fault::FaultServer const& server, Timeouts timeouts = {.connect = 5s, .attempt = 10s}) {
    return {.base_url = server.url() + "/v1", .key = ApiKey{"sk-0123456789"}, .timeouts = timeouts};
}

/// Two attempts without a wait worth the name.
constexpr grit::Retrying<grit::StopAfterAttempt<2>, grit::WaitFixed<1ms>, grit::RetryIfException<is_retryable>> twice;

template <class Rep, class Period>
bool within(Clock::time_point start, std::chrono::duration<Rep, Period> limit) {
    return Clock::now() - start < limit;
}

std::size_t entries(char const* directory) {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator{directory}, std::filesystem::directory_iterator{}));
}

} // namespace

TEST_CASE("live: streams of both providers, in every framing and cut of bytes") {
    for (auto const* const end : {"\n", "\r", "\r\n"})
        for (std::size_t const split : {0U, 1U, 7U})
            for (auto const framing : {fault::Framing::chunked, fault::Framing::until_close}) {
                fault::FaultServer const server{
                    {fault::Stream{.events = fault::with_line_ends(fault::openai_events({"Hel", "lo"}), end),
                                   .split = split,
                                   .framing = framing},
                     fault::Stream{.events = fault::with_line_ends(fault::anthropic_events({"Hel", "lo"}), end),
                                   .split = split,
                                   .framing = framing}}};
                std::string seen;
                auto const take = [&](std::string_view text) { seen += text; };
                Client openai{direct(), to(server)};
                Client anthropic{direct(), to(server), Anthropic{}};
                auto const first = openai.stream(hello, take);
                CHECK(first.content == "Hello");
                CHECK(first.usage.total_tokens > 0);
                auto const second = anthropic.stream(hello, take);
                CHECK(second.content == "Hello");
                CHECK(second.usage.total_tokens > 0);
                CHECK(seen == "HelloHello");
            }
}

TEST_CASE("live: a stream that goes wrong at any of its events is never an answer") {
    auto const run = [](auto dialect, std::vector<std::string> const& events, std::size_t finish,
                        std::string const& error) {
        for (std::size_t count = 0; count < events.size(); ++count) {
            auto with_error = events;
            with_error.resize(count);
            with_error.push_back(error);
            std::vector<fault::Step> steps{fault::Stream{.events = events, .count = count, .end = fault::End::close},
                                           fault::Stream{.events = events, .count = count, .end = fault::End::reset},
                                           fault::Stream{.events = events, .count = count, .end = fault::End::silence},
                                           fault::Stream{.events = with_error}};
            fault::Stream const ended{
                .events = events, .count = count, .end = fault::End::close, .framing = fault::Framing::until_close};
            if (count < finish) {
                steps.emplace_back(ended);
            } else { // an end in order, after the finish reason
                fault::FaultServer const server{{ended}};
                Client client{direct(), to(server), dialect};
                CHECK(client.stream(hello, [](std::string_view) {}).content == "Hello");
            }
            for (fault::Step const& step : steps) {
                fault::FaultServer const server{{step}};
                Client client{direct(), to(server, {.first_token = 200ms, .idle = 200ms, .attempt = 5s}), dialect};
                std::string seen;
                auto const start = Clock::now();
                try {
                    CallLog log;
                    client.stream(hello, [&](std::string_view text) { seen += text; }, twice, grit::no_context, log);
                    FAIL("an answer out of " << count << " events");
                } catch (StreamError const& broken) {
                    CHECK_FALSE(seen.empty());
                    CHECK(broken.partial().content == seen);
                    CHECK(server.requests().size() == 1);
                } catch (ApiError const& failed) {
                    CAPTURE(failed.what());
                    CHECK(seen.empty());
                    CHECK(server.requests().size() == (is_retryable(failed) ? 2 : 1));
                }
                CHECK(within(start, 3s));
            }
        }
    };
    run(OpenAi{}, fault::openai_events({"Hel", "lo"}), 4, fault::openai_error_event("server_error", "", "x"));
    run(Anthropic{}, fault::anthropic_events({"Hel", "lo"}), 7, fault::anthropic_error_event("overloaded_error", "x"));
}

TEST_CASE("live: connections are used again, by streams and by other threads too") {
    fault::FaultServer const server{{fault::completion("a"), fault::Stream{.events = fault::openai_events({"b"})},
                                     fault::error(400, "invalid_request_error", "", "no"), fault::completion("c")}};
    Client client{direct(), to(server)};
    CHECK(client.complete(hello).content == "a");
    CHECK(client.stream(hello, [](std::string_view) {}).content == "b");
    CHECK_THROWS_AS(client.complete(hello), BadRequestError);
    std::thread{[&] { CHECK(client.complete(hello).content == "c"); }}.join();
    CHECK(server.connections() == 1);
}

TEST_CASE("live: one client is used by eight threads, and keeps at most eight connections") {
    fault::FaultServer const server{{fault::completion("Hello")}};
    Client client{direct(), to(server)};
    std::vector<std::thread> threads;
    std::vector<int> good(8);
    for (auto& count : good)
        threads.emplace_back([&client, &count] {
            for (int i = 0; i < 50; ++i) count += client.complete(hello).content == "Hello" ? 1 : 0;
        });
    for (auto& thread : threads) thread.join();
    CHECK(good == std::vector<int>(8, 50));
    CHECK(server.connections() <= 8);
}

TEST_CASE("live: failing calls leave no descriptor, thread or connection behind") {
    fault::FaultServer const server{{fault::Reply{[n = 0](fault::Request const& request) mutable {
        switch (++n % 6) {
        case 0: return fault::wire(fault::error(500, "server_error", "", "x"), request);
        case 1: return fault::wire(fault::Reset{}, request);
        case 2: return fault::wire(fault::Stall{}, request);
        case 3: return fault::wire(fault::Close{}, request);
        case 4: return fault::wire(fault::garbage(), request);
        default: return fault::wire(fault::Silence{}, request);
        }
    }}}};
    std::size_t descriptors = 0;
    std::size_t threads = 0;
    {
        auto const transport = direct();
        Client client{transport, to(server, {.connect = 1s, .first_byte = 5ms, .idle = 5ms, .attempt = 1s})};
        auto const fail = [&](int times) {
            for (int i = 0; i < times; ++i) {
                CHECK_THROWS_AS(client.complete(hello, Once{}), ApiError);
                client.guard().reset(); // or it would protect the server from this test
            }
        };
        fail(10);
        REQUIRE(server.wait_until_open(1, 2s));
        descriptors = entries("/proc/self/fd");
        threads = entries("/proc/self/task");
        fail(200);
        REQUIRE(server.wait_until_open(1, 2s)); // a connection that answered in order may be kept
        CHECK(entries("/proc/self/fd") <= descriptors + 2);
        CHECK(entries("/proc/self/task") <= threads);
        CHECK(transport.idle_connections() == 1);
    }
    CHECK(server.wait_until_open(0, 2s));
}

TEST_CASE("live: whoever trickles or stalls is left at the deadline") {
    for (fault::Step const& step :
         std::vector<fault::Step>{fault::Trickle{.interval = 30ms}, fault::Stall{}, fault::Silence{},
                                  fault::slow_head(fault::completion("x"), 10s)}) {
        fault::FaultServer const server{{step}};
        Client client{direct(), to(server, {.connect = 5s, .idle = 20s, .attempt = 20s})};
        auto request = hello;
        request.deadline = 300ms;
        auto const start = Clock::now();
        CHECK_THROWS_AS(client.complete(request), ApiTimeoutError);
        CHECK(within(start, 1500ms));
        CHECK_FALSE(within(start, 290ms));
        CHECK(server.wait_until_open(0, 2s));
    }
}

TEST_CASE("live: the deadline ends a stream that never ends") {
    fault::FaultServer const server{{fault::Stream{.events = fault::openai_events(std::vector<std::string>(1000, "x")),
                                                   .interval = std::chrono::milliseconds{20}}}};
    Client client{direct(), to(server)};
    auto request = hello;
    request.deadline = 300ms;
    auto const start = Clock::now();
    try {
        client.stream(request, [](std::string_view) {});
        FAIL("an answer");
    } catch (StreamError const& error) {
        CHECK(error.cause_type() == "APITimeoutError");
        CHECK_FALSE(error.partial().content.empty());
    }
    CHECK(within(start, 1500ms));
}

#if defined(__cpp_lib_jthread)
TEST_CASE("live: a stop closes the connection of a stream at once") {
    fault::FaultServer const server{
        {fault::Stream{.events = fault::openai_events({"Hel", "lo"}), .count = 2, .end = fault::End::silence}}};
    Client client{direct(), to(server)};
    std::stop_source source;
    auto request = hello;
    request.cancel = source.get_token();
    auto start = Clock::now();
    CHECK_THROWS_AS(client.stream(request,
                                  [&](std::string_view) {
                                      start = Clock::now();
                                      source.request_stop();
                                  }),
                    ApiUserAbortError);
    CHECK(within(start, 500ms));
    CHECK(server.wait_until_open(0, 1s));
    CHECK(server.requests().size() == 1);
}

TEST_CASE("live: a stop ends a wait between two attempts at once") {
    fault::FaultServer const server{{fault::error(429, "", "", "slow", {{"Retry-After", "30"}})}};
    Client client{direct(), to(server)};
    std::stop_source source;
    auto request = hello;
    request.cancel = source.get_token();
    std::thread stopper{[&] {
        std::this_thread::sleep_for(100ms);
        source.request_stop();
    }};
    auto const start = Clock::now();
    CHECK_THROWS_AS(client.complete(request), RateLimitError);
    CHECK(within(start, 2s));
    stopper.join();
    CHECK(server.requests().size() == 1);
}
#endif

TEST_CASE("live: a key that the server echoes is in nothing that can be logged") {
    for (int const status : {200, 400, 401, 429, 500}) {
        fault::FaultServer const server{{fault::echo_credentials(status)}};
        Client openai{direct(), to(server)};
        Client anthropic{direct(), to(server), Anthropic{}};
        auto const check = [](auto& client) {
            auto const result = production_complete(client, hello, Once{});
            CHECK_FALSE(result.success);
            CHECK_THAT(result.error, !ContainsSubstring("0123456789"));
            CHECK_THAT(result.history.at(0).error, !ContainsSubstring("0123456789"));
            try {
                client.attempt(hello);
            } catch (ApiStatusError const& error) {
                for (auto const& text : {std::string{error.what()}, error.message(), error.type(), error.code(),
                                         error.error_code(), error.request_id(), error.body()})
                    CHECK_THAT(text, !ContainsSubstring("0123456789"));
            } catch (ApiResponseValidationError const& error) {
                for (auto const& text : {std::string{error.what()}, error.body(), error.request_id()})
                    CHECK_THAT(text, !ContainsSubstring("0123456789"));
            }
        };
        check(openai);
        check(anthropic);
    }
}

TEST_CASE("live: no redirect carries the key away") {
    fault::FaultServer const elsewhere{{fault::completion("stolen")}};
    for (int const status : {301, 302, 303, 307, 308}) {
        fault::FaultServer const server{{fault::redirect(status, elsewhere.url() + "/v1/chat/completions")}};
        Client client{direct(), to(server)};
        CHECK_THROWS_AS(client.complete(hello), ApiStatusError);
    }
    CHECK(elsewhere.requests().empty());
}

TEST_CASE("live: one client is used by 32 threads at a time, and a failure of one call is that of no other") {
    std::vector<fault::Step> script;
    for (int i = 0; i < 320; ++i) {
        if (i % 5 == 0) script.push_back(fault::Respond{.status = 429, .body = "{}"});
        script.push_back(
            fault::Respond{.body = R"({"choices":[{"message":{"content":"Hi!"},"finish_reason":"stop"}]})"});
    }
    fault::FaultServer const server{script};
    Client<CurlTransport> client{direct(), to(server)};
    std::atomic<int> good = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 32; ++i)
        threads.emplace_back([&] {
            for (int n = 0; n < 10; ++n) {
                CallLog log;
                constexpr grit::Retrying<grit::StopAfterAttempt<20>, grit::WaitFixed<1ms>,
                                         grit::RetryIfException<is_retryable>>
                    patient;
                if (client.complete(hello, patient, grit::no_context, log).content == "Hi!") ++good;
            }
        });
    for (auto& thread : threads) thread.join();
    CHECK(good == 320);
    CHECK(server.requests().size() == 384);
}
