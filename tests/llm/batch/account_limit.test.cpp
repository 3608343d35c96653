// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/batch/account_limit.hpp>

#include <chrono>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <grit/llm/batch/complete_all.hpp>
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

/// Lets in so many a second, all at its beginning, and writes down what it is told.
class PerSecond final : public AccountLimit {
public:
    PerSecond(ManualTime& time, int most) : time_(time), most_(most) {}
    Duration take(double tokens) noexcept override {
        auto const now = time_.now();
        if (now < paused_until) return paused_until - now;
        auto const second = std::chrono::floor<std::chrono::seconds>(now);
        if (second != second_) {
            second_ = second;
            in_second_ = 0;
        }
        if (in_second_ == most_) return TimePoint{second} + 1s - now;
        ++in_second_;
        taken += tokens;
        return Duration::zero();
    }
    void give_back(double tokens) noexcept override {
        --in_second_;
        taken -= tokens;
        ++given_back;
    }
    void settle(double tokens) noexcept override { taken += tokens; }
    void observe(RateLimits const& limits) noexcept override {
        if (limits.requests.remaining) seen = *limits.requests.remaining;
    }
    void pause(Duration d) noexcept override { paused_until = std::max(paused_until, time_.now() + d); }

    double taken = 0;
    int given_back = 0;
    std::int64_t seen = -1;
    TimePoint paused_until = TimePoint::min();

private:
    ManualTime& time_;
    int most_;
    int in_second_ = 0;
    std::chrono::time_point<TimePoint::clock, std::chrono::seconds> second_ = {};
};

using Server = std::function<HttpResponse(int n)>;

HttpResponse answer(Headers headers = {}) {
    return {.status = 200,
            .headers = std::move(headers),
            .body = R"({"choices":[{"index":0,"message":{"role":"assistant","content":"yes"},"finish_reason":"stop"}],)"
                    R"("usage":{"prompt_tokens":60,"completion_tokens":40,"total_tokens":100}})"};
}

struct OneBatch {
    explicit OneBatch(Server serves) : server(std::move(serves)) {}

    BatchCounts run(int requests) {
        ManualLoop loop{time, 100ms};
        int pulled = 0;
        auto const next = [&]() -> Pull {
            if (pulled == requests) return {.ended = true};
            return {.request = ChatRequest{.messages = {{Role::user, "question " + std::to_string(pulled++)}}}};
        };
        BatchEndpoint<Client<std::function<HttpResponse(HttpRequest const&)>>> const endpoint{.client = client,
                                                                                              .account = &account};
        return complete_all(
            loop, std::span{&endpoint, 1}, next, [](std::int64_t, CompletionResult&&) {}, BatchOptions{},
            [](BatchCounts const&) {});
    }

    ManualTime time{};
    PerSecond account{time, 5};
    Server server;
    std::vector<TimePoint> at{};
    Client<std::function<HttpResponse(HttpRequest const&)>> client{[this](HttpRequest const&) {
                                                                       at.push_back(time.now());
                                                                       return server(int(at.size()));
                                                                   },
                                                                   Endpoint{.base_url = "http://one", .model = "m"}};
};

} // namespace

TEST_CASE("A call of a batch waits until its account lets it in, and settles what it used", "[R-774]") {
    OneBatch batch{[](int) { return answer({{"x-ratelimit-remaining-requests", "7"}}); }};
    CHECK(batch.run(20).succeeded == 20);
    REQUIRE(batch.at.size() == 20);
    for (std::size_t i = 0; i + 5 < batch.at.size(); ++i)
        CHECK(std::chrono::floor<std::chrono::seconds>(batch.at[i]) !=
              std::chrono::floor<std::chrono::seconds>(batch.at[i + 5]));
    CHECK(batch.time.now() < TimePoint{4s});
    CHECK(std::round(batch.account.taken) == 2000);
    CHECK(batch.account.seen == 7);
}

TEST_CASE("A Retry-After pauses the account, for all who share it", "[R-774]") {
    OneBatch batch{[](int n) {
        return n == 1 ? HttpResponse{.status = 429, .headers = {{"Retry-After", "20"}}, .body = "{}"} : answer();
    }};
    CHECK(batch.run(1).succeeded == 1);
    CHECK(batch.account.paused_until >= TimePoint{20s});
    CHECK(batch.at.at(1) >= TimePoint{20s});
    CHECK(std::round(batch.account.taken) == 100); // the refused one used no tokens
}

TEST_CASE("What a guard did not let out is given back to the account", "[R-774]") {
    OneBatch batch{[](int) { return answer(); }};
    batch.client.guard().open_for(1s);
    CHECK(batch.run(2).succeeded == 2);
    CHECK(batch.account.given_back > 0);
    CHECK(std::round(batch.account.taken) == 200);
}
