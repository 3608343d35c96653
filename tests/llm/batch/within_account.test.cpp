// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/batch/within_account.hpp>

#include <chrono>
#include <functional>
#include <string>

#include <grit/fleet/memory_fleet.hpp>
#include <grit/llm/client/client.hpp>
#include <grit/llm/client/ready_made_calls.hpp>
#include <grit/llm/dialect/openai.hpp>
#include <grit/pipeline.hpp>
#include <grit/time/manual.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;
using grit::Duration;
using grit::ManualTime;
namespace fleet = grit::fleet;

namespace {

HttpResponse answer(int tokens) {
    return {.status = 200,
            .body = R"({"choices":[{"index":0,"message":{"role":"assistant","content":"yes"},"finish_reason":"stop"}],)"
                    R"("usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":)" +
                    std::to_string(tokens) + "}}"};
}

/// Virtual time in which an agent goes on while somebody sleeps.
struct Ticking {
    ManualTime& time;
    fleet::Agent& agent;
    grit::TimePoint now() const { return time.now(); }
    void sleep(Duration d) const {
        for (auto const end = time.now() + d; time.now() < end; time.advance(1ms)) agent.tick();
        agent.tick();
    }
};

/// A client in virtual time under a limit of twelve requests and six thousand tokens a minute.
struct Account {
    using Server = std::function<HttpResponse(int n)>;
    explicit Account(Server serves) : server(std::move(serves)) {}

    void run(Duration d) { ticking.sleep(d); }
    ChatResponse ask() {
        return client.complete(request, grit::pipeline(client.policy(), WithinAccount{limits, request, 1000}));
    }
    /// How many tokens can be taken within about a second.
    int left() {
        int n = 0;
        for (int found_nothing = 0; found_nothing != 5;) {
            if (limits.try_acquire(0, 100)) {
                n += 100;
                found_nothing = 0;
            } else {
                ++found_nothing;
                run(60ms);
            }
        }
        return n;
    }

    using Policy =
        grit::Retrying<grit::StopAfterAttempt<2>, grit::RetryIfException<is_retryable>, grit::Time<ManualTime>>;
    ManualTime time{std::chrono::hours{1}};
    fleet::MemoryFleet<ManualTime> memory{grit::Time{time}};
    fleet::Agent agent{memory, grit::Name<"account">{}, grit::Time{time}};
    Ticking ticking{time, agent};
    fleet::RateLimiter<fleet::PerMinute<12, "rpm">, fleet::PerMinute<6000, "tpm">, fleet::ColdStart<100>,
                       grit::MaxWait<300ms>, grit::Time<Ticking>>
        limits{agent, {}, {}, {}, {}, grit::Time{ticking}};
    Server server;
    int sent = 0;
    ChatRequest request{.messages = {{Role::user, "Hello!"}}};
    Client<std::function<HttpResponse(HttpRequest const&)>, OpenAi, Policy> client{
        [this](HttpRequest const&) { return server(++sent); }, Endpoint{.base_url = "http://one", .model = "m"},
        OpenAi{}, Policy{grit::Time{time}}};
};

} // namespace

TEST_CASE("A call within an account takes an estimate and settles what it used", "[R-776]") {
    Account account{[](int) { return answer(2500); }};
    CHECK(account.ask().content == "yes");
    account.run(300ms);
    int const left = account.left();
    CHECK(left >= 3300);
    CHECK(left <= 4500); // with what comes in the meantime
}

TEST_CASE("An attempt that failed gives its tokens back, and each attempt takes a request", "[R-776]") {
    Account account{[](int n) { return n % 2 == 1 ? HttpResponse{.status = 500, .body = "{}"} : answer(1000); }};
    for (int i = 0; i != 5; ++i) {
        CHECK(account.ask().content == "yes");
        account.run(100ms);
    }
    CHECK(account.sent == 10);
    int const left = account.left();
    CHECK(left >= 900);
    CHECK(left <= 1800);
    for (int refused = 0; refused == 0;) {
        try {
            account.ask();
        } catch (grit::RateLimitedError const&) {
            ++refused;
        }
    }
    CHECK(account.sent <= 14); // requests are limited, too
}

TEST_CASE("A call that the guard of the client refuses takes nothing from the account", "[R-776]") {
    Account account{[](int) { return answer(100); }};
    account.client.guard().force_open();
    for (int i = 0; i != 20; ++i) {
        CHECK_THROWS_AS(account.ask(), grit::CircuitOpenError);
        account.run(300ms);
    }
    CHECK(account.sent == 0);
    CHECK(account.left() >= 4000);
}

TEST_CASE("A Retry-After within an account pauses it", "[R-776]") {
    Account account{[](int) { return HttpResponse{.status = 429, .headers = {{"Retry-After", "20"}}, .body = "{}"}; }};
    CHECK_THROWS(account.ask());
    CHECK(account.sent == 1); // the second attempt found the account paused
    account.run(10s);
    CHECK_FALSE(account.limits.try_acquire(1, 1));
    account.run(11s);
    CHECK(account.limits.try_acquire(1, 1));
}

TEST_CASE("A call within an account may be streamed, and be one of production", "[R-776]") {
    Account account{[](int) { return answer(100); }};
    auto const result =
        production_complete(account.client, account.request,
                            grit::pipeline(account.client.policy(), WithinAccount{account.limits, account.request}));
    CHECK(result.success);
}
