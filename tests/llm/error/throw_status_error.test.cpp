// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/error/throw_status_error.hpp>

#include <chrono>
#include <string>
#include <typeinfo>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;

namespace {

constexpr std::chrono::system_clock::time_point now{1696004797s};

/// The error of an answer: a copy of its base part and its dynamic type.
struct Caught {
    ApiStatusError error;
    std::string type;
};

Caught caught(HttpResponse const& response, ProviderError const& error = {}, ApiKey const& key = {}) {
    try {
        throw_status_error(response, error, key, now);
    } catch (ApiStatusError const& thrown) {
        return {thrown, typeid(thrown).name()};
    }
}

template <class E>
void check(int status, std::string const& name, ProviderError const& error = {}) {
    CAPTURE(status);
    auto const got = caught({.status = status}, error);
    CHECK(got.error.type_name() == name);
    CHECK(got.type == typeid(E).name());
    CHECK(got.error.status() == status);
}

} // namespace

TEST_CASE("every status has its class") {
    check<BadRequestError>(400, "BadRequestError");
    check<AuthenticationError>(401, "AuthenticationError");
    check<PaymentRequiredError>(402, "PaymentRequiredError");
    check<PermissionDeniedError>(403, "PermissionDeniedError");
    check<NotFoundError>(404, "NotFoundError");
    check<RequestTimeoutError>(408, "RequestTimeoutError");
    check<ConflictError>(409, "ConflictError");
    check<PreconditionFailedError>(412, "PreconditionFailedError");
    check<RequestTooLargeError>(413, "RequestTooLargeError");
    check<UnprocessableEntityError>(422, "UnprocessableEntityError");
    check<RateLimitError>(429, "RateLimitError");
    check<RequestHeaderFieldsTooLargeError>(431, "RequestHeaderFieldsTooLargeError");
    check<ClientClosedRequestError>(499, "ClientClosedRequestError");
    check<NotImplementedError>(501, "NotImplementedError");
    check<InternalServerError>(500, "InternalServerError");
    check<InternalServerError>(502, "InternalServerError");
    check<ServiceUnavailableError>(503, "ServiceUnavailableError");
    check<GatewayTimeoutError>(504, "GatewayTimeoutError");
    check<OverloadedError>(529, "OverloadedError");
    check<InternalServerError>(599, "InternalServerError");
    for (int const status : {0, 100, 302, 304, 405, 418, 451}) check<ApiStatusError>(status, "APIStatusError");
}

TEST_CASE("an answer about money is one, whichever status it has") {
    for (char const* const code :
         {"insufficient_quota", "credit_balance_exhausted", "organization_spend_limit_exceeded",
          "project_spend_limit_exceeded", "organization_usage_limit_exceeded", "enforced_spend_limit_reached",
          "contract_spend_limit_reached"}) {
        check<InsufficientQuotaError>(429, "InsufficientQuotaError", {.code = code});
    }
    check<InsufficientQuotaError>(429, "InsufficientQuotaError", {.type = "insufficient_quota"});
    check<InsufficientQuotaError>(400, "InsufficientQuotaError",
                                  {.message = "Your credit balance is too low to access the Anthropic API."});
    check<InsufficientQuotaError>(400, "InsufficientQuotaError",
                                  {.message = "You have reached your specified workspace API usage limits."});
    check<InsufficientQuotaError>(429, "InsufficientQuotaError", {.error_code = "enforced_spend_limit_reached"});
    check<InsufficientQuotaError>(403, "InsufficientQuotaError", {.error_code = "user_profile_not_billable"});
    check<RequestTimeoutError>(400, "RequestTimeoutError", {.error_code = "request_body_timeout"});
    check<RateLimitError>(429, "RateLimitError", {.message = "You have reached your specified rate"});
    check<PaymentRequiredError>(402, "PaymentRequiredError", {.type = "billing_error"});
    check<RateLimitError>(429, "RateLimitError", {.type = "requests", .code = "rate_limit_exceeded"});
    check<RateLimitError>(429, "RateLimitError", {.code = "ramp_limit_exceeded"});
    check<BadRequestError>(400, "BadRequestError", {.message = "Say: Your credit balance is too low"});
    check<InternalServerError>(500, "InternalServerError", {.code = "insufficient_quota"});
}

TEST_CASE("an event about money is an error about money, whatever else it says") {
    auto const is_money = [](ProviderError const& error) {
        try {
            throw_event_error({.status = 200}, error, {}, {});
        } catch (InsufficientQuotaError const& spent) {
            return spent.status() >= 400 && spent.status() < 500;
        } catch (ApiStatusError const&) {
            return false;
        }
    };
    CHECK(is_money({.code = "credit_balance_exhausted"}));
    CHECK(is_money({.type = "billing_not_active"}));
    CHECK(is_money({.type = "api_error", .error_code = "contract_spend_limit_reached"}));
    CHECK(is_money({.type = "server_error", .code = "billing_hard_limit_reached"}));
    CHECK(is_money({.type = "invalid_request_error", .code = "billing_hard_limit_reached"}));
    CHECK_FALSE(is_money({.message = "Your credit balance is too low", .type = "rate_limit_error"}));
    CHECK_FALSE(is_money({.type = "server_error"}));
    CHECK_FALSE(is_money({}));
    CHECK_THROWS_AS(throw_event_error({.status = 200}, {.type = "billing_error"}, {}, {}), PaymentRequiredError);
}

TEST_CASE("an error keeps what the headers say") {
    auto const error =
        caught(
            {.status = 429, .headers = {{"Retry-After", "16"}, {"X-Request-Id", "req_1"}, {"X-Should-Retry", "true"}}})
            .error;
    CHECK(error.retry_after() == 16s);
    CHECK(error.request_id() == "req_1");
    CHECK(error.should_retry() == true);
    CHECK(caught({.status = 529, .headers = {{"request-id", "req_2"}}}).error.request_id() == "req_2");
    CHECK(caught({.status = 500, .headers = {{"x-should-retry", "false"}}}).error.should_retry() == false);
    CHECK_FALSE(caught({.status = 500, .headers = {{"x-should-retry", "yes"}}}).error.should_retry().has_value());
    CHECK_FALSE(caught({.status = 400, .headers = {{"retry-after", "some day"}}}).error.retry_after().has_value());
}

TEST_CASE("the wait is that of the header, else of the body, of its sentence, of the limits that are used up") {
    Headers const used_up{{"x-ratelimit-remaining-requests", "0"}, {"x-ratelimit-reset-requests", "4s"}};
    auto const told = [&](ProviderError const& error, int status = 429, Headers const& more = {}) {
        auto headers = used_up;
        headers.merge(more);
        return caught({.status = status, .headers = headers}, error).error.retry_after();
    };
    CHECK(told({.message = "try again in 3s", .wait = "2s"}, 429, {{"Retry-After", "1"}}) == 1s);
    CHECK(told({.message = "try again in 3s", .wait = "2s"}) == 2s);
    CHECK(told({.message = "try again in 3s", .wait = "soon"}) == 3s);
    CHECK(told({.message = "slow"}) == 4s);
    CHECK_FALSE(told({.message = "slow"}, 503).has_value());
    CHECK(told({.message = "try again in 3s"}, 503) == 3s);
}

TEST_CASE("a text is kept up to its bound and not longer") {
    std::string const page(100'000, 'x');
    auto const error = caught({.status = 502}, {.type = page, .code = page, .body = page}).error;
    CHECK(error.body().size() == max_body_bytes + 3);
    CHECK(error.message().size() == max_message_bytes + 3);
    CHECK(error.type().size() == max_field_bytes + 3);
    CHECK(error.code().size() == max_field_bytes + 3);
    CHECK(std::string{error.what()}.size() < max_message_bytes + 40);
    CHECK(caught({.status = 502}, {.message = "x" + std::string(max_message_bytes - 2, 'y') + "\xc3\xa4"})
              .error.message() == "x" + std::string(max_message_bytes - 2, 'y') + "...");
}

TEST_CASE("a message is one line that no terminal obeys") {
    auto const error = caught({.status = 500}, {.message = "one\r\ntwo\x1b[31m\x7f"}).error;
    CHECK(error.message() == "one  two [31m ");
    // The same beginning of an escape sequence in one character, the end of a line in others; letters stay.
    auto const other = caught({.status = 500}, {.message = "a\xc2\x9b"
                                                           "31m\xc2\x85\xe2\x80\xa8\xe2\x80\xa9\xc2\xa0\xc3\x9b"})
                           .error;
    CHECK(other.message() == "a 31m   \xc2\xa0\xc3\x9b");
}

TEST_CASE("the key is nowhere in an error, even where a cut would have halved it") {
    ApiKey const key{"sk-0123456789"};
    std::string const echo{"you sent sk-0123456789"};
    auto const far = std::string(max_message_bytes - 5, '-') + "sk-0123456789";
    for (auto const& text : {echo, far}) {
        auto const error = caught({.status = 401, .headers = {{"x-request-id", echo}}},
                                  {.message = text, .type = echo, .code = echo, .body = text}, key)
                               .error;
        for (auto const& shown : {std::string{error.what()}, error.message(), error.type(), error.code(), error.body(),
                                  error.request_id()}) {
            CHECK(shown.find("sk-0") == std::string::npos);
        }
    }
}
