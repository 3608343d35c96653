// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/client/ready_made_calls.hpp>

#include <chrono>
#include <functional>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <grit/llm/dialect/openai.hpp>
#include <grit/llm/transport/curl.hpp>
#include <grit/llm/transport/scripted.hpp>

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

TEST_CASE("an answer that was cut or filtered is no success, and its members are there", "[R-731]") {
    struct Row {
        char const* message;
        char const* reason;
        Completeness completeness;
        bool success;
        char const* error;
    };
    std::vector<Row> const rows{{R"({"content": "Hel"})", "length", Completeness::cut, false,
                                 "The answer was cut at a limit of tokens (finish reason \"length\")"},
                                {R"({"content": "Hel"})", "content_filter", Completeness::filtered, false,
                                 "The answer was filtered (finish reason \"content_filter\")"},
                                {R"({"content": "Hel", "tool_calls": [{"id": "c1", "function": {"name": "f"}}]})",
                                 "tool_calls", Completeness::tool_calls, true, ""},
                                {R"({"content": "Hel"})", "stop", Completeness::whole, true, ""},
                                {R"({"content": "Hel"})", "new_word", Completeness::unknown, true, ""}};
    for (auto const& row : rows) {
        CAPTURE(row.reason);
        Run run{{HttpResponse{.status = 200,
                              .headers = {{"x-request-id", "req_1"}},
                              .body = std::string{R"({"choices": [{"message": )"} + row.message +
                                      R"(, "finish_reason": ")" + row.reason +
                                      R"("}], "usage": {"prompt_tokens": 2, "completion_tokens": 3}})"}}};
        auto const result = run();
        CHECK(result.success == row.success);
        CHECK(result.completeness == row.completeness);
        CHECK(result.is_whole() == (row.success && row.completeness != Completeness::unknown));
        CHECK(result.error == row.error);
        CHECK(result.error_type == (row.success ? "" : "IncompleteAnswer"));
        CHECK(result.category.has_value() == !row.success);
        CHECK(result.content == "Hel");
        CHECK(result.finish_reason == row.reason);
        CHECK(result.usage.completion_tokens == 3);
        CHECK(result.tokens == 5);
        CHECK(result.request_id == "req_1");
        CHECK(result.tool_calls.size() == (row.completeness == Completeness::tool_calls ? 1U : 0U));
        CHECK(result.attempts == 1);
    }
    Run failing{{HttpResponse{.status = 400, .headers = {{"x-request-id", "req_2"}}, .body = "{}"}}};
    CHECK(failing().request_id == "req_2");
    Run empty{{HttpResponse{.status = 200, .headers = {{"x-request-id", "req_3"}}, .body = R"({"choices": 7})"}}};
    CHECK(empty().request_id == "req_3");
    Run broken_off{{HttpResponse{.status = 200,
                                 .headers = {{"x-request-id", "req_4"}},
                                 .body = "data: {\"choices\": [{\"delta\": {\"content\": \"Hel\"}}]}\n\n"}}};
    Client client{std::ref(broken_off.transport)};
    auto const result = production_stream(client, hello, [](std::string_view) {});
    CHECK(result.error_type == "StreamError");
    CHECK(result.request_id == "req_4");
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

namespace {

/// What each of the nine functions is asked for, and the way it ends.
struct Nine {
    ScriptedTransport transport;
    grit::ManualTime time = {};

    explicit Nine(std::vector<ScriptedStep> script) : transport{std::move(script)} {}

    auto client() { return Client{std::ref(transport), {}, OpenAi{}, CompletionRetrying{}.with(grit::Time{time})}; }
    std::size_t requests() const { return transport.requests().size(); }
};

ScriptedStep hi() { return says(fault::completion("Hello")); }
ScriptedStep wrong() { return says(fault::error(400, "invalid_request_error", "", "no such thing")); }
ScriptedStep locked() { return says(fault::error(401, "invalid_request_error", "invalid_api_key", "who are you?")); }

struct Lines {
    std::vector<std::pair<grit::LogLevel, std::string>>* lines;
    void log(grit::LogLevel level, std::string_view text) const { lines->emplace_back(level, text); }
};

/// The loop that complete_with_retry replaces, as it is written by hand; `uniform` gives what its jitter adds.
template <class C, class Uniform>
std::string by_hand(C& client, int max_attempts, grit::ManualTime& time, Uniform const& uniform) {
    for (int attempt = 0; attempt < max_attempts; ++attempt) {
        try {
            return client.attempt(hello).content;
        } catch (RateLimitError const&) {
            if (attempt == max_attempts - 1) throw;
        } catch (ApiConnectionError const&) {
            if (attempt == max_attempts - 1) throw;
        } catch (InternalServerError const&) {
            if (attempt == max_attempts - 1) throw;
        }
        time.sleep(std::chrono::seconds{1 << attempt} + uniform());
    }
    return {};
}

} // namespace

TEST_CASE("nine functions: safe_complete gives an answer or a sentence") {
    auto const said = [](ScriptedStep step) {
        Nine nine{{std::move(step)}};
        auto client = nine.client();
        return safe_complete(client, hello);
    };
    CHECK(said(hi()) == "Hello");
    CHECK(said(limited()) == "Rate limited. Please try again later.");
    CHECK(said(wrong()) == "API error: Error code: 400 - no such thing");
    CHECK(said(quota()) == "API error: Error code: 429 - You exceeded your current quota");
    CHECK(said(std::make_exception_ptr(std::runtime_error{"odd"})) == "Unexpected error: odd");
    CHECK_THROWS_AS(said(std::make_exception_ptr(std::bad_alloc{})), std::bad_alloc);
}

TEST_CASE("nine functions: complete_with_retry decides as the loop by hand does") {
    for (auto const& script : std::vector<std::vector<ScriptedStep>>{{hi()},
                                                                     {limited(), hi()},
                                                                     {broken(), fails(TransportFailure::reset), hi()},
                                                                     {limited(), broken(), limited(), hi()},
                                                                     {limited(), wrong()},
                                                                     {quota()}}) {
        Nine hand{script};
        Nine policy{script};
        auto const outcome = [](auto const& call) -> std::string {
            try {
                return call();
            } catch (ApiError const& error) {
                return std::string{error.type_name()};
            }
        };
        auto by_hand_client = hand.client();
        auto policy_client = policy.client();
        CHECK(outcome([&] { return by_hand(by_hand_client, 3, hand.time, [] { return 500ms; }); }) ==
              outcome([&] { return complete_with_retry(policy_client, hello, 3, 1s, grit::Time{policy.time}); }));
        CHECK(hand.requests() == policy.requests());
        REQUIRE(hand.time.slept().size() == policy.time.slept().size());
        for (std::size_t i = 0; i < hand.time.slept().size(); ++i) {
            CHECK(policy.time.slept()[i] >= std::chrono::seconds{1 << i});
            CHECK(policy.time.slept()[i] <= std::chrono::seconds{(1 << i) + 1});
        }
    }
    Nine nine{{hi()}};
    auto client = nine.client();
    CHECK_THROWS_AS(complete_with_retry(client, hello, 0), std::invalid_argument);
}

TEST_CASE("nine functions: complete_with_tenacity retries what it names, and throws the last error as it was") {
    Nine nine{{limited(), fails(TransportFailure::reset), hi()}};
    auto client = nine.client();
    constexpr TenacityRetrying policy;
    CHECK(complete_with_tenacity(client, hello, policy.with(grit::Time{nine.time})) == "Hello");
    CHECK(nine.time.slept() == std::vector<grit::Duration>{1s, 2s});
    STATIC_REQUIRE(TenacityRetrying::max_attempts == 3);
    Nine server{{broken()}};
    auto other = server.client();
    CHECK_THROWS_AS(complete_with_tenacity(other, hello, policy.with(grit::Time{server.time})), InternalServerError);
    CHECK(server.requests() == 1);
}

TEST_CASE("nine functions: robust_complete tells of every failure at info and of every wait at warning") {
    Nine nine{{limited(), limited(), hi()}};
    auto client = nine.client();
    std::vector<std::pair<grit::LogLevel, std::string>> lines;
    CHECK(robust_complete(client, hello, Lines{&lines}, grit::Time{nine.time}) == "Hello");
    using enum grit::LogLevel;
    CHECK(lines ==
          std::vector<std::pair<grit::LogLevel, std::string>>{
              {info, "robust_complete: attempt 1 failed: Error code: 429 - slow down"},
              {warning, "robust_complete: attempt 1 failed: Error code: 429 - slow down; next attempt in 1 s"},
              {info, "robust_complete: attempt 2 failed: Error code: 429 - slow down"},
              {warning, "robust_complete: attempt 2 failed: Error code: 429 - slow down; next attempt in 2 s"}});
    Nine worse{{limited()}};
    auto other = worse.client();
    CHECK_THROWS_AS(
        robust_complete(other, hello, [](grit::LogLevel, std::string_view) {}, grit::Time{worse.time}), RateLimitError);
    CHECK(worse.time.slept() == std::vector<grit::Duration>{1s, 2s, 4s, 8s});
}

TEST_CASE("nine functions: complete_with_timeout gives an answer in time, or a sentence") {
    Nine nine{{hi()}};
    auto client = nine.client();
    CHECK(complete_with_timeout(client, hello, 2s) == "Hello");
    CHECK(nine.transport.requests()[0].timeouts.attempt <= 2s);
    Nine slow{{fails(TransportFailure::attempt_timeout)}};
    auto other = slow.client();
    CHECK(complete_with_timeout(other, hello) == "Request timed out. Please try again.");
    Nine locked_out{{locked()}};
    auto third = locked_out.client();
    CHECK_THROWS_AS(complete_with_timeout(third, hello), AuthenticationError);
}

TEST_CASE("nine functions: categorize_error") {
    CHECK(categorize_error(RateLimitError{{.status = 429}}) == Category::retryable);
    CHECK(categorize_error(InternalServerError{{.status = 500}}) == Category::retryable);
    CHECK(categorize_error(ApiConnectionError{TransportFailure::reset, "x"}) == Category::retryable);
    CHECK(categorize_error(AuthenticationError{{.status = 401}}) == Category::fatal);
    CHECK(categorize_error(BadRequestError{{.status = 400}}) == Category::user_error);
    CHECK(categorize_error(InsufficientQuotaError{{.status = 429}}) == Category::billing);
    CHECK(categorize_error(PaymentRequiredError{{.status = 402}}) == Category::billing);
    CHECK(categorize_error(std::runtime_error{"?"}) == Category::fatal);
}

TEST_CASE("nine functions: handle_llm_call acts by category, and not for ever") {
    Nine nine{{limited(), hi()}};
    auto client = nine.client();
    CHECK(handle_llm_call(client, hello) == "Hello");
    Nine bad{{wrong()}};
    auto second = bad.client();
    CHECK(handle_llm_call(second, hello) == "Invalid request: Error code: 400 - no such thing");
    Nine poor{{quota()}};
    auto third = poor.client();
    CHECK(handle_llm_call(third, hello) == "Please check your billing settings.");
    CHECK(poor.requests() == 1);
    Nine fatal{{locked()}};
    auto fourth = fatal.client();
    CHECK_THROWS_AS(handle_llm_call(fourth, hello), AuthenticationError);
    Nine down{{broken()}};
    auto fifth = down.client();
    CHECK_THROWS_AS(handle_llm_call(fifth, hello), InternalServerError);
    CHECK(down.requests() == 3);
}

TEST_CASE("nine functions: make_api_call goes through a breaker, once") {
    Nine nine{{broken(), broken(), broken(), hi()}};
    auto client = nine.client();
    grit::ManualTime time;
    grit::CircuitBreaker circuit{grit::OpenAfterFailures<3>{}, grit::OpenFor<60s>{}, grit::Time{time}};
    for (int i = 0; i < 3; ++i) CHECK_THROWS_AS(make_api_call(client, hello, circuit), InternalServerError);
    CHECK_THROWS_AS(make_api_call(client, hello, circuit), grit::CircuitOpenError);
    CHECK(nine.requests() == 3);
    time.advance(60s);
    CHECK(make_api_call(client, hello, circuit).content == "Hello");
    CHECK(circuit.state() == grit::CircuitState::closed);
}

TEST_CASE("the nine functions, all of them") {
    Nine nine{{hi()}};
    auto client = nine.client();
    Once stage;
    CHECK(safe_complete(client, hello) == "Hello");
    CHECK(complete_with_retry(client, hello) == "Hello");
    CHECK(complete_with_tenacity(client, hello) == "Hello");
    CHECK(robust_complete(client, hello) == "Hello");
    CHECK(complete_with_timeout(client, hello) == "Hello");
    CHECK(make_api_call(client, hello, stage).content == "Hello");
    CHECK(categorize_error(ApiError{"x"}) == Category::fatal);
    CHECK(handle_llm_call(client, hello) == "Hello");
    CHECK(production_complete(client, hello).content == "Hello");
    CHECK(nine.requests() == 8);
}
