// SPDX-License-Identifier: BSL-1.0
// What the official SDKs test about retries, asked of this client. Where it decides otherwise, the row says why.
#include <grit/llm/client/client.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <grit/llm/dialect/openai.hpp>
#include <grit/llm/error/retry_after.hpp>
#include <grit/llm/transport/scripted.hpp>

#include "support/catch.hpp"
#include "support/provider.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;

namespace {

// Friday, 29 September 2023, 16:26:37 GMT
constexpr std::chrono::system_clock::time_point frozen{1696004797s};

/// The policy of the SDKs but for its bound: half a second, doubled up to eight, no jitter; at most 60 s on request.
using Policy = grit::Retrying<grit::StopAfterAttempt<4>, grit::WaitHint<60s, grit::WaitExponential<500ms, 8s>>,
                              grit::RetryIfException<is_retryable>>;

struct Told {
    int requests = 0;
    std::vector<grit::Duration> slept = {};
    std::string error_type = {};
};

/// Throws what an answer with these fields means, on the frozen clock, until `failures` are used up.
Told told(int status, Headers const& headers, int failures = 1) {
    Told result;
    grit::ManualTime time;
    try {
        Policy{}.with(grit::Time{time})([&] {
            if (++result.requests <= failures)
                throw_status_error({.status = status, .headers = headers}, {.message = "x"}, {}, frozen);
        });
    } catch (ApiError const& error) {
        result.error_type = error.type_name();
    }
    result.slept.assign(time.slept().begin(), time.slept().end());
    return result;
}

} // namespace

TEST_CASE("SDK table: Retry-After on a 429 and the wait that follows") {
    struct Row {
        std::string header;
        grit::Duration wait; // zero: the call ends at once
    };
    std::vector<Row> const rows{
        {"20", 20s},
        {"0", 500ms},
        {"-10", 500ms},
        {"60", 60s},
        {"61", 0s}, // one SDK sleeps 61 s, the other comes back after half a second and is refused again
        {"120", 0s},
        {"121", 0s},
        {"Fri, 29 Sep 2023 16:26:57 GMT", 20s},
        {"Fri, 29 Sep 2023 16:26:37 GMT", 500ms},
        {"Fri, 29 Sep 2023 16:26:27 GMT", 500ms},
        {"Fri, 29 Sep 2023 16:27:37 GMT", 60s},
        {"Fri, 29 Sep 2023 16:27:38 GMT", 0s},
        {"Fri, 29 Sep 2023 16:28:37 GMT", 0s},
        {"Fri, 29 Sep 2023 16:28:38 GMT", 0s},
        {"99999999999999999999999999999999999", 0s}, // the longest wait there is, not none
        {"inf", 500ms},
        {"nan", 500ms},
        {"Zun, 29 Sep 2023 16:26:27 GMT", 500ms},
        {"Fri, 29 Sep 100000 16:26:57 GMT", 500ms},
        {"", 500ms}};
    for (auto const& row : rows) {
        CAPTURE(row.header);
        auto const result = told(429, {{"retry-after", row.header}});
        if (row.wait == 0s) {
            CHECK(result.requests == 1);
            CHECK(result.error_type == "RateLimitError");
        } else {
            CHECK(result.requests == 2);
            CHECK(result.slept == std::vector{row.wait});
        }
    }
}

TEST_CASE("SDK table: the wait doubles up to its bound, however many attempts there were") {
    CHECK(told(500, {}, 3).slept == std::vector<grit::Duration>{500ms, 1s, 2s});
    STATIC_REQUIRE(grit::Retrying<grit::StopAfterAttempt<7>, grit::WaitExponential<500ms, 8s>>::schedule<6>()[5] == 8s);
    grit::ManualTime time;
    constexpr grit::Retrying<grit::StopAfterAttempt<1105>, grit::WaitExponential<500ms, 8s>, grit::RetryIf<ApiError>>
        many;
    CHECK_THROWS_AS(many.with(grit::Time{time})([] { throw ApiError{"x"}; }), ApiError);
    CHECK(time.slept().back() == 8s);
}

TEST_CASE("SDK table: the longest wait that a server may ask for, in each of its words") {
    CHECK(told(429, {{"retry-after", "60"}}).requests == 2);
    CHECK(told(429, {{"retry-after", "61"}}).requests == 1);
    CHECK(told(429, {{"retry-after-ms", "60000"}}).requests == 2);
    CHECK(told(429, {{"retry-after-ms", "60001"}}).requests == 1);
    CHECK(told(429, {{"retry-after-ms", "600"}, {"retry-after", "7"}}).slept == std::vector<grit::Duration>{600ms});
    CHECK(told(429, {{"retry-after-ms", "0"}, {"retry-after", "7"}}).slept == std::vector<grit::Duration>{500ms});
}

TEST_CASE("SDK table: which statuses are retried") {
    auto const retried = [](int status, Headers const& headers = {}) { return told(status, headers).requests == 2; };
    for (int const status : {408, 409, 425, 429, 498, 500, 502, 503, 504, 529, 599}) CHECK(retried(status));
    for (int const status : {302, 400, 401, 402, 403, 404, 405, 413, 418, 422}) CHECK_FALSE(retried(status));
    CHECK(retried(400, {{"x-should-retry", "true"}}));
    CHECK_FALSE(retried(500, {{"x-should-retry", "false"}}));
    CHECK(retried(500, {{"x-should-retry", "False"}})); // only the two words count
}

TEST_CASE("SDK table: a date that cannot be read does not hide the error") {
    auto const result = told(400, {{"retry-after", "Fri, 99 Foo 2023 16:26:57 GMT"}});
    CHECK(result.error_type == "BadRequestError");
    CHECK(result.requests == 1);
}

TEST_CASE("SDK table: the retries that were taken are told of, in the answer and to the server") {
    for (bool const by_status : {true, false})
        for (std::size_t const failures : {0U, 2U, 4U}) {
            std::vector<ScriptedStep> script;
            for (std::size_t i = 0; i < failures; ++i)
                script.push_back(by_status ? ScriptedStep{HttpResponse{.status = 500}}
                                           : ScriptedStep{TransportFailure::reset});
            script.emplace_back(fault::completion("x").body);
            ScriptedTransport transport{script};
            grit::ManualTime time;
            constexpr grit::Retrying<grit::StopAfterAttempt<5>, grit::WaitExponential<500ms, 8s>,
                                     grit::RetryIfException<is_retryable>>
                policy;
            Client client{std::ref(transport), {}, OpenAi{}, policy.with(grit::Time{time})};
            CHECK(client.complete({.model = "m"}).attempts.size() == failures + 1);
            CHECK(transport.requests().back().headers.find("x-stainless-retry-count") == std::to_string(failures));
        }
}

TEST_CASE("SDK table: money is never retried, where every SDK retries it") {
    auto const requests = [](fault::Respond const& respond) {
        ScriptedTransport transport{{HttpResponse{respond.status, respond.headers, respond.body}}};
        Client client{std::ref(transport)};
        CHECK_THROWS_AS(client.complete({.model = "m"}), InsufficientQuotaError);
        return transport.requests().size();
    };
    CHECK(requests(fault::error(429, "insufficient_quota", "insufficient_quota", "x")) == 1);
    CHECK(requests(fault::anthropic_error(429, "rate_limit_error", "x", "enforced_spend_limit_reached")) == 1);
    CHECK(requests(fault::anthropic_error(400, "invalid_request_error", "Your credit balance is too low to access")) ==
          1);
}
