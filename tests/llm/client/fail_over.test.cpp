// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/client/fail_over.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include <grit/llm/client/stream_error.hpp>
#include <grit/llm/dialect/anthropic.hpp>
#include <grit/llm/dialect/openai.hpp>
#include <grit/llm/error/connection_error.hpp>
#include <grit/llm/error/status_error.hpp>

#include "support/catch.hpp"
#include "support/provider.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;

namespace {

/// What the decision is of the error that an answer becomes.
template <class D>
bool of_answer(fault::Respond const& answer) {
    try {
        D::decode({answer.status, answer.headers, answer.body}, {}, {});
    } catch (std::exception const& error) {
        return FailOver{}(error);
    }
    FAIL("an answer");
    return false;
}
bool of_openai(int status, std::string_view type, std::string_view code, std::string_view message = "no") {
    return of_answer<OpenAi>(fault::error(status, type, code, message));
}
bool of_anthropic(int status, std::string_view type, std::string_view message = "no") {
    return of_answer<Anthropic>(fault::anthropic_error(status, type, message));
}
bool of_kind(TransportFailure kind) {
    try {
        detail::throw_transport_failure(kind);
    } catch (std::exception const& error) {
        return FailOver{}(error);
    }
}

} // namespace

TEST_CASE("fail over: every way to get no whole answer, but not a request that cannot be sent", "[R-710]") {
    using enum TransportFailure;
    for (auto const kind : {refused, unreachable, connect_timeout, first_byte_timeout, first_token_timeout,
                            idle_timeout, attempt_timeout, dns_temporary, dns_permanent, tls_handshake, tls_verify,
                            tls_setup, reset, early_end, partial_body, protocol, too_large, unknown})
        CHECK(of_kind(kind));
    CHECK_FALSE(of_kind(invalid_request));
}

TEST_CASE("fail over: every status, with what OpenAI and compatible servers say in it", "[R-710]") {
    struct Row {
        int status;
        std::string_view type;
        std::string_view code;
        std::string_view message;
        bool next;
    };
    for (auto const& row : std::vector<Row>{
             // the fault of the endpoint
             {500, "server_error", "", "no", true},
             {501, "", "", "no", true},
             {502, "", "", "<html>", true},
             {503, "", "server_is_overloaded", "no", true},
             {504, "", "", "no", true},
             {520, "", "", "no", true},
             {529, "", "", "no", true},
             {408, "", "", "no", true},
             {409, "", "", "no", true},
             {425, "", "", "no", true},
             {498, "", "", "no", true},
             {499, "", "", "no", true},
             // its rate, its key, its money
             {429, "requests", "rate_limit_exceeded", "no", true},
             {429, "tokens", "rate_limit_exceeded", "Request too large for m", true},
             {429, "insufficient_quota", "insufficient_quota", "pay", true},
             {402, "", "", "pay", true},
             {401, "invalid_request_error", "invalid_api_key", "no", true},
             {403, "", "unsupported_country_region_territory", "no", true},
             // its models
             {404, "invalid_request_error", "model_not_found", "no", true},
             {404, "", "DeploymentNotFound", "no", true},
             {404, "", "", "page not found", true},
             {400, "invalid_request_error", "model_not_found", "no", true},
             {400, "", "invalid_model", "no", true},
             {400, "invalid_request_error", "context_length_exceeded", "no", true},
             {400, "exceed_context_size_error", "", "no", true},
             {400, "BadRequestError", "", "This model's maximum context length is 4096 tokens.", true},
             {400, "", "", "The input token count (9) exceeds the maximum number of tokens allowed (8).", true},
             {400, "invalid_request_error", "string_above_max_length", "no", true},
             {413, "", "", "no", true},
             // its address
             {301, "", "", "moved", true},
             {405, "", "", "no", true},
             // the fault of the caller
             {400, "invalid_request_error", "", "no", false},
             {400, "invalid_request_error", "invalid_value", "no", false},
             {400, "invalid_request_error", "content_policy_violation", "no", false},
             {412, "", "", "no", false},
             {422, "", "", "no", false},
             {422, "", "", "the context window is no field", false},
             {431, "", "", "no", false}}) {
        CAPTURE(row.status, row.type, row.code, row.message);
        CHECK(of_openai(row.status, row.type, row.code, row.message) == row.next);
    }
}

TEST_CASE("fail over: every error of Anthropic's", "[R-710]") {
    CHECK(of_anthropic(529, "overloaded_error"));
    CHECK(of_anthropic(500, "api_error"));
    CHECK(of_anthropic(504, "timeout_error"));
    CHECK(of_anthropic(429, "rate_limit_error"));
    CHECK(of_anthropic(401, "authentication_error"));
    CHECK(of_anthropic(403, "permission_error"));
    CHECK(of_anthropic(402, "billing_error"));
    CHECK(of_anthropic(400, "invalid_request_error", "Your credit balance is too low to access the API."));
    CHECK(of_anthropic(404, "not_found_error", "model: claude-x"));
    CHECK(of_anthropic(413, "request_too_large"));
    CHECK(of_anthropic(400, "invalid_request_error", "prompt is too long: 208310 tokens > 200000 maximum"));
    CHECK(of_anthropic(400, "invalid_request_error",
                       "input length and `max_tokens` exceed context limit: 199759 + 21333 > 200000"));
    CHECK_FALSE(of_anthropic(400, "invalid_request_error", "messages: roles must alternate"));
}

TEST_CASE("fail over: the server's own word on a retry does not keep the call at it", "[R-710]") {
    CHECK(FailOver{}(InternalServerError{{.status = 500, .should_retry = false}}));
    CHECK(FailOver{}(BadRequestError{{.status = 400, .should_retry = true}}));
    CHECK_FALSE(FailOver{}(BadRequestError{{.status = 400, .should_retry = false}}));
}

TEST_CASE("fail over: an answer that is none, and what a stage refuses", "[R-710]") {
    CHECK(FailOver{}(ApiResponseValidationError{"no JSON", {.status = 200}}));
    CHECK(FailOver{}(grit::Rejected{"breaker", 5s}));
    CHECK_FALSE(FailOver{}(grit::Cancelled{"call"}));
    CHECK_FALSE(FailOver{}(grit::DeadlineExceeded{"call"}));
}

TEST_CASE("fail over: never for the caller's own doing, and never once a part was seen", "[R-710]") {
    CHECK_FALSE(FailOver{}(ApiUserAbortError{}));
    CHECK_FALSE(FailOver{}(InvalidRequestError{"no seed"}));
    CHECK_FALSE(FailOver{}(std::runtime_error{"not ours"}));
    CHECK_FALSE(FailOver{}(std::bad_alloc{}));
    InternalServerError const cause{{.status = 500}};
    CHECK_FALSE(FailOver{}(StreamError{cause, std::make_exception_ptr(cause), {}}));
}

TEST_CASE("fail over: a callable of one's own is asked with the error", "[R-710]") {
    FailOverIf const only_money{[](std::exception const& error) { return categorize(error) == Category::billing; }};
    CHECK(only_money(PaymentRequiredError{{.status = 402}}));
    CHECK_FALSE(only_money(InternalServerError{{.status = 500}}));
}
