// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/functions.hpp>

#include <chrono>
#include <functional>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <grit/llm/curl_transport.hpp>
#include <grit/llm/scripted_transport.hpp>

#include "support/catch.hpp"
#include "support/fault_server.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;
using Catch::Matchers::ContainsSubstring;

namespace {

using Scripted = ScriptedTransport;

ScriptedStep says(fault::Respond respond) { return HttpResponse{respond.status, respond.headers, respond.body}; }

ScriptedStep fails(TransportFailure kind) { return kind; }

ScriptedStep limited(Headers headers = {}) {
    return says(fault::error(429, "requests", "rate_limit_exceeded", "slow down", std::move(headers)));
}

ScriptedStep quota() {
    return says(fault::error(429, "insufficient_quota", "insufficient_quota", "You exceeded your current quota"));
}

ScriptedStep broken() { return says(fault::error(500, "server_error", "", "try again")); }

ChatRequest const hello{.model = "gpt-4o-mini", .messages = {{Role::user, "Hello!"}}};

/// Production as it is by default, but for its time.
struct Run {
    Scripted transport;
    grit::ManualTime time = {};

    explicit Run(std::vector<ScriptedStep> script) : transport{std::move(script)} {}

    CompletionResult operator()() {
        Client client{std::ref(transport), {.key = ApiKey{"sk-0123456789"}}};
        return production_complete(client, hello, CompletionRetrying{}.with(grit::Time{time}));
    }
};

} // namespace

TEST_CASE("a first answer is the result") {
    Run run{{says(fault::completion("Hello"))}};
    auto const result = run();
    CHECK(result.success);
    CHECK(result.content == "Hello");
    CHECK(result.tokens == 21);
    CHECK(result.model == "gpt-4o-mini-2024-07-18");
    CHECK(result.error.empty());
    CHECK(result.error_type.empty());
    CHECK(result.attempts == 1);
    CHECK(run.time.slept().empty());
}

TEST_CASE("what may succeed later is retried inside, and the answer is the result") {
    Run run{{broken(), fails(TransportFailure::reset), says(fault::completion("Hello"))}};
    auto const result = run();
    CHECK(result.success);
    CHECK(result.attempts == 3);
    REQUIRE(run.time.slept().size() == 2);
    CHECK(run.time.slept()[0] <= 1s);
    CHECK(run.time.slept()[1] <= 2s);
    CHECK(run.transport.requests()[0].body == run.transport.requests()[2].body);
}

TEST_CASE("a server that says when is asked again no sooner") {
    Run run{{limited({{"Retry-After", "7"}}), limited({{"Retry-After-Ms", "8500"}}), says(fault::completion("Hello"))}};
    CHECK(run().success);
    CHECK(run.time.slept() == std::vector<grit::Duration>{7s, 8500ms});
}

TEST_CASE("a server that says much later is not asked again") {
    Run run{{limited({{"Retry-After", "61"}})}};
    auto const result = run();
    CHECK_FALSE(result.success);
    CHECK(result.error_type == "RateLimitError");
    CHECK(result.attempts == 1);
    CHECK(run.time.slept().empty());
}

TEST_CASE("the last error becomes the result when the attempts are used up") {
    Run run{{broken(), limited(),
             says(fault::error(503, "service_unavailable_error", "server_is_overloaded", "overloaded"))}};
    auto const result = run();
    CHECK_FALSE(result.success);
    CHECK(result.error == "Error code: 503 - overloaded");
    CHECK(result.error_type == "ServiceUnavailableError");
    CHECK(result.attempts == 3);
    CHECK(result.content.empty());
    CHECK(run.time.slept().size() == 2);
}

TEST_CASE("what will not succeed later is not tried again") {
    auto const once = [](ScriptedStep answer, std::string const& type) {
        Run run{{std::move(answer)}};
        auto const result = run();
        CHECK_FALSE(result.success);
        CHECK(result.error_type == type);
        CHECK(result.attempts == 1);
        CHECK_FALSE(result.error.empty());
    };
    once(quota(), "InsufficientQuotaError");
    once(says(fault::error(400, "invalid_request_error", "", "no")), "BadRequestError");
    once(says(fault::error(401, "invalid_request_error", "invalid_api_key", "sk-0123456789?")), "AuthenticationError");
    once(says(fault::error(402, "billing_error", "", "pay")), "PaymentRequiredError");
    once(says(fault::error(500, "server_error", "", "no", {{"x-should-retry", "false"}})), "InternalServerError");
    once(says({200, {}, "<html>"}), "APIResponseValidationError");
    once(fails(TransportFailure::tls_verify), "APIConnectionError");
    once(fails(TransportFailure::dns_permanent), "APIConnectionError");
    once(std::make_exception_ptr(std::runtime_error{"not ours"}), "std::runtime_error");
}

TEST_CASE("the server may ask for a retry that its status does not") {
    Run run{{says(fault::error(400, "invalid_request_error", "", "no", {{"x-should-retry", "true"}})),
             says(fault::completion("Hello"))}};
    CHECK(run().attempts == 2);
}

TEST_CASE("no result shows the key") {
    Run run{{says(fault::error(401, "invalid_request_error", "invalid_api_key", "Incorrect API key: sk-0123456789"))}};
    CHECK(run().error == "Error code: 401 - Incorrect API key: [redacted]");
}

TEST_CASE("only a lack of memory is thrown") {
    Run run{{std::make_exception_ptr(std::bad_alloc{})}};
    CHECK_THROWS_AS(run(), std::bad_alloc);
}

TEST_CASE("any policy does: one that knows a single type, or none at all") {
    Scripted transport{{limited(), quota(), says(fault::completion("Hello"))}};
    Client client{std::ref(transport)};
    grit::ManualTime time;
    constexpr grit::Retrying<grit::StopAfterAttempt<5>, grit::WaitExponential<1s, 60s>,
                             grit::RetryIf<RateLimitError, ApiConnectionError>>
        robust;
    auto const result = production_complete(client, hello, robust.with(grit::Time{time}));
    CHECK(result.error_type == "InsufficientQuotaError");
    CHECK(result.attempts == 2);
    CHECK(time.slept() == std::vector<grit::Duration>{1s});
    auto const once = [](auto const& operation) { return operation(grit::Attempt{}); };
    CHECK(production_complete(client, hello, once).success);
}

TEST_CASE("over real HTTP: limited, broken, reset, stalled, closed, and then an answer") {
    fault::FaultServer const server{
        {fault::error(429, "requests", "rate_limit_exceeded", "slow down", {{"Retry-After-Ms", "50"}}),
         fault::error(500, "server_error", "", "try again"), fault::Reset{}, fault::Stall{}, fault::Close{},
         fault::completion("Hello")}};
    Client client{CurlTransport{{.proxy = ""}},
                  {.base_url = server.url() + "/v1", .key = ApiKey{"sk-0123456789"}, .timeouts = {.attempt = 100ms}}};
    std::vector<std::string> types;
    grit::Retrying const policy{grit::StopAfterAttempt<6>{}, grit::WaitHint<1s, grit::WaitFixed<1ms>>{},
                                grit::RetryIfException<is_retryable>{},
                                grit::BeforeSleep{[&](grit::Attempt const&, grit::Failure const& failure) {
                                    types.emplace_back(failure.as<ApiError>()->type_name());
                                    CHECK_THAT(failure.what(), !ContainsSubstring("0123456789"));
                                }}};
    auto const result = production_complete(client, hello, policy);
    CHECK(result.success);
    CHECK(result.content == "Hello");
    CHECK(result.attempts == 6);
    CHECK(types == std::vector<std::string>{"RateLimitError", "InternalServerError", "APIConnectionError",
                                            "APITimeoutError", "APIConnectionError"});
    auto const requests = server.requests();
    REQUIRE(requests.size() == 6);
    CHECK(requests[1].at - requests[0].at >= 50ms);
    CHECK(requests[0].body == requests[5].body);
}

TEST_CASE("over real HTTP: a spent quota is asked about once") {
    fault::FaultServer const server{
        {fault::error(429, "insufficient_quota", "insufficient_quota", "You exceeded your current quota")}};
    Client client{CurlTransport{{.proxy = ""}}, {.base_url = server.url()}};
    auto const result = production_complete(client, hello);
    CHECK_FALSE(result.success);
    CHECK(result.error_type == "InsufficientQuotaError");
    CHECK(server.requests().size() == 1);
}
