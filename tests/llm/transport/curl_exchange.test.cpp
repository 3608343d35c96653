// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/transport/curl_exchange.hpp>

#include <atomic>
#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <dlfcn.h>

#include <grit/llm/transport/curl.hpp>

#include "support/catch.hpp"
#include "support/fault_server.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;
using Clock = std::chrono::steady_clock;

namespace {

/// How many look-ups hang at this moment, and how long each does.
std::atomic<int> hanging = 0;
constexpr auto long_look_up = 4s;

HttpRequest request_to(std::string url, Timeouts timeouts = {.connect = 5s, .attempt = 10s}) {
    return {.url = std::move(url), .body = "{}", .timeouts = timeouts};
}

TransportFailure failure_of(CurlTransport const& transport, HttpRequest const& request) {
    try {
        transport(request);
    } catch (ApiConnectionError const& error) {
        return error.kind();
    }
    FAIL("an answer");
    throw;
}

/// Each hangs in a thread of libcurl's own, which is to be gone before the program ends.
void wait_for_look_ups() {
    auto const end = Clock::now() + 2 * long_look_up;
    while (hanging > 0 && Clock::now() < end) std::this_thread::sleep_for(20ms);
    CHECK(hanging == 0);
}

} // namespace

/// Stands before the C library's: a resolver whose servers do not answer.
extern "C" int getaddrinfo(char const* node, char const* service, addrinfo const* hints, addrinfo** result) {
    if (node != nullptr && std::string_view{node} == "hangs.invalid") {
        ++hanging;
        std::this_thread::sleep_for(long_look_up);
        --hanging;
        return EAI_AGAIN;
    }
    if (node != nullptr && std::string_view{node} == "unknown.invalid") return EAI_NONAME;
    if (node != nullptr && std::string_view{node} == "later.invalid") return EAI_AGAIN;
    using Function = int(char const*, char const*, addrinfo const*, addrinfo**);
    static auto* const real = reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    return real(node, service, hints, result);
}

TEST_CASE("a poll waits until something is to be done, not at all for what is due, and a minute at most") {
    auto const now = Clock::now();
    CHECK(detail::poll_time(now, now) == 0);
    CHECK(detail::poll_time(now, now - 1ms) == 0);
    CHECK(detail::poll_time(now, Clock::time_point::min()) == 0);
    CHECK(detail::poll_time(now, now + 1ns) == 1);
    CHECK(detail::poll_time(now, now + 2s) == 2000);
    CHECK(detail::poll_time(now, Clock::time_point::max()) == 60'000);
}

TEST_CASE("a look-up that hangs is left at the limit and at a stop") {
    CurlTransport const transport{{.proxy = ""}};
    auto const start = Clock::now();
    CHECK(failure_of(transport, request_to("http://hangs.invalid/", {.connect = 200ms})) ==
          TransportFailure::connect_timeout);
    CHECK(failure_of(transport, request_to("http://hangs.invalid/", {.attempt = 200ms})) ==
          TransportFailure::attempt_timeout);
    std::stop_source source;
    auto request = request_to("http://hangs.invalid/");
    request.cancel = source.get_token();
    std::thread stopper{[&] {
        std::this_thread::sleep_for(200ms);
        source.request_stop();
    }};
    CHECK_THROWS_AS(transport(request), ApiUserAbortError);
    stopper.join();
    CHECK(Clock::now() - start < long_look_up); // so none of the three waited for its look-up
    wait_for_look_ups();
}

TEST_CASE("a name that does not exist is not one that cannot be looked up now") {
    CurlTransport const transport{{.proxy = ""}};
    CHECK(failure_of(transport, request_to("http://unknown.invalid/")) == TransportFailure::dns_permanent);
    CHECK(failure_of(transport, request_to("http://later.invalid/")) == TransportFailure::dns_temporary);
}

TEST_CASE("a part of an address is read as libcurl reads it") {
    CHECK(detail::url_part("HTTPS://Example.com:8443/v1", CURLUPART_SCHEME) == "https");
    CHECK(detail::url_part("https://example.com:8443/v1", CURLUPART_HOST) == "example.com");
    CHECK(detail::url_part("sk-0123456789", CURLUPART_SCHEME).empty());
}

TEST_CASE("a request that meets a broken kept connection is not sent again unseen") {
    for (fault::Step const& step : std::vector<fault::Step>{fault::Close{}, fault::Reset{}}) {
        fault::FaultServer const server{{fault::Respond{200, {}, "1"}, step, fault::Respond{200, {}, "3"}}};
        CurlTransport const transport{{.proxy = ""}};
        auto const request = request_to(server.url());
        CHECK(transport(request).body == "1");
        auto const kind = failure_of(transport, request);
        CHECK((kind == TransportFailure::reset || kind == TransportFailure::early_end));
        CHECK(server.requests().size() == 2);
        CHECK(transport(request).body == "3");
    }
}
