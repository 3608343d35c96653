// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/batch/complete_all.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <grit/llm/dialect/openai.hpp>
#include <grit/llm/transport/manual_loop.hpp>
#include <grit/time/manual.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;
using grit::Duration;
using grit::ManualTime;
using grit::TimePoint;

namespace {

/// What a server does with the request number n, counted from 1.
using Server = std::function<HttpResponse(int n, HttpRequest const& request)>;

HttpResponse answer(std::string const& text = "yes", int tokens = 10) {
    return {.status = 200,
            .body = R"({"choices":[{"index":0,"message":{"role":"assistant","content":")" + text +
                    R"("},"finish_reason":"stop"}],"usage":{"prompt_tokens":)" + std::to_string(tokens / 2) +
                    R"(,"completion_tokens":)" + std::to_string(tokens - tokens / 2) + R"(,"total_tokens":)" +
                    std::to_string(tokens) + "}}"};
}
HttpResponse failure(int status, Headers headers = {}) {
    return {.status = status, .headers = std::move(headers), .body = R"({"error":{"message":"no","type":"server"}})"};
}

/// A transport that writes down when it was asked.
class Wire {
public:
    Wire(ManualTime& time, Server server) : time_(time), server_(std::move(server)) {}
    HttpResponse operator()(HttpRequest const& request) {
        at.push_back(Duration{time_.now().time_since_epoch()});
        return server_(int(at.size()), request);
    }
    std::vector<Duration> at = {};

private:
    ManualTime& time_;
    Server server_;
};
using TestClient = Client<std::reference_wrapper<Wire>>;

/// Two endpoints in virtual time, each request of which takes 100 ms.
struct Fleet {
    explicit Fleet(
        Server serves_first, Server serves_second = [](int, HttpRequest const&) { return answer("two"); })
        : first(time, std::move(serves_first)), second(time, std::move(serves_second)) {}

    ManualTime time{};
    Wire first;
    Wire second;
    TestClient one{std::ref(first), Endpoint{.base_url = "http://one", .model = "m1"}};
    TestClient two{std::ref(second), Endpoint{.base_url = "http://two", .model = "m2"}};
    BatchOptions options{.in_flight = {4}};
    std::map<std::int64_t, CompletionResult> results{};
    std::vector<std::int64_t> order{};
    std::int64_t most_held_back = 0;

    /// Asks for so many completions.
    BatchCounts run(int requests, std::vector<BatchEndpoint<TestClient>> endpoints) {
        ManualLoop loop{time, 100ms};
        int pulled = 0;
        auto const next = [&]() -> Pull {
            if (pulled == requests) return {.ended = true};
            return {.request = ChatRequest{.messages = {{Role::user, "question " + std::to_string(pulled++)}}}};
        };
        auto const done = [&](std::int64_t index, CompletionResult&& result) {
            order.push_back(index);
            results[index] = std::move(result);
        };
        return complete_all(
            loop, std::span<BatchEndpoint<TestClient> const>{endpoints}, next, done, options,
            [&](BatchCounts const& counts) { most_held_back = std::max(most_held_back, counts.held_back); });
    }
    BatchCounts run(int requests) { return run(requests, {{one}}); }
    BatchCounts run_with_both(int requests) { return run(requests, {{one}, {two}}); }
};

Server always(HttpResponse response) {
    return [response](int, HttpRequest const&) { return response; };
}

} // namespace

TEST_CASE("A batch answers every request, so many at a time", "[R-760]") {
    Fleet fleet{always(answer())};
    auto const counts = fleet.run(10);
    CHECK(counts.pulled == 10);
    CHECK(counts.succeeded == 10);
    CHECK(counts.failed == 0);
    CHECK(counts.attempts == 10);
    CHECK(counts.usage.total_tokens == 100);
    CHECK(fleet.results.size() == 10);
    // Four, four, two: each round takes 100 ms.
    CHECK(fleet.time.now() == TimePoint{300ms});
    CHECK(fleet.first.at == std::vector<Duration>{0ms, 0ms, 0ms, 0ms, 100ms, 100ms, 100ms, 100ms, 200ms, 200ms});
}

TEST_CASE("One request that fails ends no other", "[R-760]") {
    Fleet fleet{[](int n, HttpRequest const&) { return n == 2 ? failure(400) : answer(); }};
    auto const counts = fleet.run(5);
    CHECK(counts.succeeded == 4);
    CHECK(counts.failed == 1);
    CHECK(fleet.results.at(1).error_type == "BadRequestError");
    CHECK(fleet.results.at(4).success);
}

TEST_CASE("A Retry-After holds back all that follow, and counts for no attempt", "[R-761]") {
    Fleet fleet{[](int n, HttpRequest const&) { return n == 3 ? failure(429, {{"Retry-After", "90"}}) : answer(); }};
    auto const counts = fleet.run(12);
    CHECK(counts.succeeded == 12);
    CHECK(counts.attempts == 13);
    // Four went out at once; then nothing until the time has come, then one that tries, then the rest.
    auto const& at = fleet.first.at;
    CHECK(at[3] == 0ms);
    CHECK(at[4] >= 90s);
    CHECK(at[4] <= 91s);
    CHECK(at[5] - at[4] >= 100ms);
    CHECK(fleet.most_held_back == 4);
}

TEST_CASE("A server that only says 429 is asked once each time that it named", "[R-761]") {
    Fleet fleet{always(failure(429, {{"Retry-After", "90"}}))};
    fleet.options.deadline = 10min;
    auto const counts = fleet.run(10'000);
    CHECK(counts.done == 0);
    CHECK(counts.abandoned == 4);
    CHECK(counts.pulled == 4);
    // Four at once, then one in 90 s.
    CHECK(fleet.first.at.size() == 4 + 6);
    CHECK(fleet.time.now() == TimePoint{10min});
}

TEST_CASE("A time to wait that is zero, or over already, is none: the attempt counts", "[R-761][R-764]") {
    for (auto const* const none : {"0", "Fri, 29 Sep 2023 16:26:57 GMT"}) {
        Fleet fleet{always(failure(429, {{"Retry-After", none}}))};
        fleet.options.deadline = 10min;
        auto const counts = fleet.run(1);
        CHECK(counts.attempts == 3);
        CHECK(counts.failed == 1);
        CHECK(fleet.results.at(0).error_type == "RateLimitError");
    }
}

TEST_CASE("An outage fails no request: the circuit opens, all wait, one tries", "[R-762]") {
    Fleet* self = nullptr;
    Fleet fleet{[&](int, HttpRequest const&) -> HttpResponse {
        if (self->time.now() < TimePoint{45s}) throw ApiConnectionError{TransportFailure::refused, "refused"};
        return answer();
    }};
    self = &fleet;
    auto const counts = fleet.run(100);
    CHECK(counts.succeeded == 100);
    CHECK(counts.failed == 0);
    CHECK(fleet.first.at.size() < 115);
}

TEST_CASE("Whoever tries an endpoint and learns nothing does not try it again at once", "[R-762]") {
    ManualTime time;
    Wire wire{time, [](int n, HttpRequest const&) -> HttpResponse {
                  if (n == 1) return failure(429, {{"Retry-After", "1"}});
                  throw ApiConnectionError{TransportFailure::refused, "refused"};
              }};
    Client client{std::ref(wire), {.model = "m"}, OpenAi{}, CompletionRetrying{}, Once{}}; // no breaker
    ManualLoop loop{time, 10ms};
    BatchEndpoint<decltype(client)> const endpoint{client};
    bool pulled = false;
    auto const next = [&]() -> Pull {
        if (std::exchange(pulled, true)) return {.ended = true};
        return {.request = ChatRequest{.messages = {{Role::user, "x"}}}};
    };
    auto const counts = complete_all(
        loop, std::span{&endpoint, 1}, next, [](std::int64_t, CompletionResult&&) {}, {.deadline = 10s},
        [](BatchCounts const&) {});
    CHECK(counts.attempts > 5);
    CHECK(counts.attempts < 15);
}

TEST_CASE("What had gone out before an endpoint closed, and fails, lets nobody in beside the one that tries",
          "[R-762]") {
    Fleet fleet{[](int n, HttpRequest const&) {
        if (n == 1) return failure(429, {{"Retry-After-Ms", "10"}}); // at 100 ms: closed until 110 ms
        return n == 2 ? failure(500) : answer();                     // at 150 ms
    }};
    CHECK(fleet.run(4, {{fleet.one, 1200.0, {}}}).succeeded == 4);
    auto const while_one_tries = [](Duration at) { return at >= 110ms && at < 250ms; };
    CHECK(std::ranges::count_if(fleet.first.at, while_one_tries) == 1);
}

TEST_CASE("Where one endpoint lets nobody in, the next is asked at once", "[R-763]") {
    SECTION("a Retry-After") {
        Fleet fleet{always(failure(429, {{"Retry-After", "90"}}))};
        auto const counts = fleet.run_with_both(20);
        CHECK(counts.succeeded == 20);
        CHECK(fleet.first.at.size() == 4);
        CHECK(fleet.time.now() < TimePoint{2s});
        CHECK(fleet.results.at(19).content == "two");
    }
    SECTION("authentication, for each request anew") {
        Fleet fleet{always(failure(401))};
        CHECK(fleet.run_with_both(20).succeeded == 20);
        CHECK(fleet.first.at.size() == 20);
    }
    SECTION("an open circuit") {
        Fleet fleet{[](int, HttpRequest const&) -> HttpResponse {
            throw ApiConnectionError{TransportFailure::refused, "refused"};
        }};
        auto const counts = fleet.run_with_both(100);
        CHECK(counts.succeeded == 100);
        CHECK(fleet.first.at.size() < 20);
    }
    SECTION("both closed: all wait for the one that opens first") {
        Fleet fleet{always(failure(429, {{"Retry-After", "90"}})), [](int n, HttpRequest const&) {
                        return n <= 4 ? failure(429, {{"Retry-After", "30"}}) : answer("two");
                    }};
        auto const counts = fleet.run_with_both(20);
        CHECK(counts.succeeded == 20);
        CHECK(fleet.first.at.size() == 4);
        CHECK(fleet.time.now() < TimePoint{35s});
    }
}

TEST_CASE("What fails by itself is tried again, and then fails", "[R-764]") {
    Fleet fleet{[](int, HttpRequest const& request) {
        return request.body.find("question 3") == request.body.npos ? answer() : failure(500);
    }};
    auto const counts = fleet.run(8);
    CHECK(counts.succeeded == 7);
    CHECK(fleet.results.at(3).error_type == "InternalServerError");
    CHECK(fleet.results.at(3).attempts == 3);
    CHECK(counts.retried == 2);
}

TEST_CASE("A request that timed out after it was sent is sent again only if that is wanted", "[R-765]") {
    auto const again = GENERATE(true, false);
    Fleet fleet{[](int n, HttpRequest const&) -> HttpResponse {
        if (n == 1) throw ApiTimeoutError{TransportFailure::attempt_timeout, "late"};
        return answer();
    }};
    fleet.options.resend_after_timeout = again;
    auto const counts = fleet.run_with_both(1);
    CHECK(counts.sent_and_timed_out == 1);
    CHECK(counts.succeeded == (again ? 1 : 0));
    CHECK(counts.attempts == (again ? 2 : 1));
}

TEST_CASE("Requests and tokens a minute are kept", "[R-766]") {
    Fleet fleet{always(answer("yes", 100))};
    fleet.options.in_flight = {64};
    SECTION("requests") {
        CHECK(fleet.run(130, {{fleet.one, 60.0, {}}}).succeeded == 130);
        for (std::size_t i = 0; i + 60 < fleet.first.at.size(); ++i)
            CHECK(fleet.first.at[i + 60] - fleet.first.at[i] >= 60s);
        CHECK(fleet.time.now() < TimePoint{131s});
    }
    SECTION("tokens, as they are counted and not as they were estimated") {
        CHECK(fleet.run(130, {{fleet.one, {}, 6000.0}}).succeeded == 130);
        // A hundred tokens each: sixty requests a minute, but for those that went out before the first was counted.
        CHECK(fleet.time.now() > TimePoint{120s});
        CHECK(fleet.time.now() < TimePoint{180s});
    }
    SECTION("a limit that lets nothing through") {
        CHECK_THROWS_WITH(fleet.run(1, {{fleet.one, 0.0, {}}}),
                          Catch::Matchers::ContainsSubstring("lets nothing through"));
    }
}

TEST_CASE("An answer that says that nothing is left holds back the next requests", "[R-766]") {
    Fleet fleet{[](int n, HttpRequest const&) {
        auto response = answer();
        if (n == 1) response.headers = {{"x-ratelimit-remaining-requests", "0"}, {"x-ratelimit-reset-requests", "20s"}};
        return response;
    }};
    fleet.options.in_flight = {1};
    CHECK(fleet.run(3).succeeded == 3);
    CHECK(fleet.first.at[1] >= 20s);
    CHECK(fleet.first.at[1] < 21s);
}

TEST_CASE("A stop and a deadline break off what goes on, and pull nothing more", "[R-767]") {
    std::stop_source source;
    Fleet fleet{[&](int n, HttpRequest const&) {
        if (n == 6) source.request_stop();
        return answer();
    }};
    fleet.options.cancel = source.get_token();
    auto const counts = fleet.run(100);
    CHECK(counts.done == 4);
    CHECK(counts.abandoned > 0);
    CHECK(counts.pulled == counts.done + counts.abandoned);
    CHECK(fleet.results.size() == 4);
}

TEST_CASE("A cut answer is told even if it comes as the batch is stopped: it is paid for", "[R-767]") {
    std::stop_source source;
    Fleet fleet{[](int, HttpRequest const&) {
        auto cut = answer();
        cut.body.replace(cut.body.find("stop"), 4, "length");
        return cut;
    }};
    ManualLoop loop{fleet.time, 100ms};
    BatchEndpoint<TestClient> const endpoint{fleet.one};
    int told = 0;
    auto const done = [&](std::int64_t, CompletionResult&& result) {
        CHECK(result.error_type == "IncompleteAnswer");
        if (++told == 1) source.request_stop(); // the other answer is there at the same time
    };
    int pulled = 0;
    auto const next = [&]() -> Pull {
        if (pulled == 2) return {.ended = true};
        return {.request = ChatRequest{.messages = {{Role::user, "question " + std::to_string(pulled++)}}}};
    };
    auto const counts = complete_all(loop, std::span{&endpoint, 1}, next, done,
                                     BatchOptions{.cancel = source.get_token()}, [](BatchCounts const&) {});
    CHECK(told == 2);
    CHECK(counts.done == 2);
    CHECK(counts.failed == 2);
    CHECK(counts.abandoned == 0);
}

TEST_CASE("The deadline and the stop of a request are its own", "[R-767]") {
    Fleet fleet{always(failure(429, {{"Retry-After", "90"}}))};
    ManualLoop loop{fleet.time, 100ms};
    std::vector<ChatRequest> requests(2);
    requests[0].deadline = 5s;
    requests[1].deadline = 7s;
    BatchEndpoint<TestClient> const endpoint{fleet.one};
    std::size_t at = 0;
    auto const next = [&]() -> Pull {
        if (at == requests.size()) return {.ended = true};
        return {.request = requests[at++]};
    };
    std::map<std::int64_t, std::pair<CompletionResult, TimePoint>> results;
    complete_all(
        loop, std::span{&endpoint, 1}, next,
        [&](std::int64_t index, CompletionResult&& result) { results[index] = {std::move(result), fleet.time.now()}; },
        BatchOptions{}, [](BatchCounts const&) {});
    REQUIRE(results.size() == 2);
    CHECK(results[0].first.error_type == "APITimeoutError");
    CHECK(results[0].second == TimePoint{5s});
    CHECK(results[1].second == TimePoint{7s});
}

TEST_CASE("The stop of a request ends its wait for its turn", "[R-767]") {
    Fleet fleet{always(answer())};
    ManualLoop loop{fleet.time, 100ms};
    std::stop_source source;
    std::vector<ChatRequest> requests(2);
    requests[1].cancel = source.get_token();
    BatchEndpoint<TestClient> const endpoint{fleet.one, 1.0, {}}; // the second one has its turn a minute later
    std::size_t at = 0;
    auto const next = [&]() -> Pull {
        if (at == requests.size()) return {.ended = true};
        return {.request = requests[at++]};
    };
    std::map<std::int64_t, CompletionResult> results;
    complete_all(
        loop, std::span{&endpoint, 1}, next,
        [&](std::int64_t index, CompletionResult&& result) { results[index] = std::move(result); }, BatchOptions{},
        [&](BatchCounts const&) {
            if (fleet.time.now() >= TimePoint{5s}) source.request_stop();
        });
    REQUIRE(results.size() == 2);
    CHECK(results[0].success);
    CHECK(results[1].error_type == "APIUserAbortError");
    CHECK(fleet.time.now() < TimePoint{6s});
    CHECK(fleet.first.at.size() == 1);
}

TEST_CASE("What the callable that takes a result throws ends the batch", "[R-768]") {
    Fleet fleet{always(answer())};
    ManualLoop loop{fleet.time, 100ms};
    std::vector<ChatRequest> const requests(5);
    BatchEndpoint<TestClient> const endpoint{fleet.one};
    std::size_t at = 0;
    auto const next = [&]() -> Pull {
        if (at == requests.size()) return {.ended = true};
        return {.request = requests[at++]};
    };
    auto const full = [](std::int64_t, CompletionResult&&) { throw std::runtime_error{"the disk is full"}; };
    CHECK_THROWS_WITH(
        complete_all(loop, std::span{&endpoint, 1}, next, full, BatchOptions{}, [](BatchCounts const&) {}),
        "the disk is full");
    for (auto const& options : {BatchOptions{.in_flight = {0}}, BatchOptions{.max_attempts = 0}})
        CHECK_THROWS_AS(complete_all(loop, std::span{&endpoint, 1}, next, full, options, [](BatchCounts const&) {}),
                        std::invalid_argument);
}
