// SPDX-License-Identifier: BSL-1.0
// What docs/explanation/more_than_retries.md says holds in the simulation: in which order policies do better or worse.
#include "../../docs/figures/storm.hpp"

#include "support/catch.hpp"

using namespace storm;

namespace {

std::array<Result, variants> const& results() {
    static std::array<Result, variants> const all = simulate_all();
    return all;
}
Result const& of(Variant variant) { return results()[variant]; }
constexpr Variant without_limit[] = {naive, backoff, jitter};
constexpr Variant with_remedy[] = {budget, breaker, limiter, all, shorter_line};

} // namespace

// One test, since each is a process of its own that would run the simulation anew.
TEST_CASE("a storm of retries goes as its page says", "[R-690]") {
    SECTION("the scene is what the page says") {
        for (Result const& r : results()) {
            CAPTURE(r.name);
            Second const before = sum(r.history, 0, outage_begins - 5);
            CHECK(before.calls > 750 * 5);
            CHECK(before.calls < 850 * 5);
            CHECK(before.good == before.calls);
            CHECK(before.sent == before.calls); // nobody retries while all is well
        }
        Second const alone = sum(of(no_retry).history, outage_begins, outage_ends - 1);
        CHECK(alone.good == 0);
        CHECK(alone.sent == alone.calls);
    }

    SECTION("retries that nothing limits do not end with the outage, however they wait") {
        for (Variant const v : without_limit) {
            CAPTURE(of(v).name);
            CHECK(of(v).sent_per_100_calls > 350);
            CHECK(of(v).recovered_after == -1);
            CHECK(of(v).good_percent < 5);
            // To the end the server gets more than it can bear, and nobody gets an answer.
            Second const late = sum(of(v).history, last_second - 20, last_second - 10);
            CHECK(late.sent > 10 * 1'000);
            CHECK(late.good == 0);
        }
    }

    SECTION("they keep nearly every call while one in five requests fails") {
        for (Variant const v : without_limit) CHECK(of(v).good_percent_of_some >= 98);
        CHECK(of(no_retry).good_percent_of_some >= 78);
        CHECK(of(no_retry).good_percent_of_some <= 82);
    }

    SECTION("without a retry the server is back at once") {
        CHECK(of(no_retry).recovered_after <= 1);
        for (Result const& r : results()) CHECK(of(no_retry).good_percent >= r.good_percent);
    }

    SECTION("each remedy ends the storm") {
        for (Variant const v : with_remedy) {
            CAPTURE(of(v).name);
            CHECK(of(v).recovered_after >= 0);
            CHECK(of(v).recovered_after <= 10);
            CHECK(of(v).good_percent > of(jitter).good_percent + 50);
            CHECK(of(v).good_percent_of_some > of(no_retry).good_percent_of_some);
        }
    }

    SECTION("a budget adds a tenth, is back at once, and is too small for one in five") {
        CHECK(of(budget).sent_per_100_calls <= 110);
        CHECK(of(budget).sent_per_100_calls_of_some <= 112); // its stock, too
        CHECK(of(budget).recovered_after <= 1);
        CHECK(of(budget).good_percent_of_some < of(jitter).good_percent_of_some - 5);

        grit::RetryBudget<1'000, std::ratio<3, 10>{}> larger;
        Result const more = simulate("a larger share", Scene{}, [&](World& w) {
            return grit::Retrying{grit::StopAfterAttempt<4>{}, grit::WaitRandomExponential<1s, 30s>{},
                                  grit::StopOverBudget{larger}, grit::Random{w.generator}};
        });
        CHECK(more.good_percent_of_some > of(budget).good_percent_of_some + 5);
        CHECK(more.recovered_after >= 0);
    }

    SECTION("a breaker spares the server, keeps what can be kept, and is late to come back") {
        CHECK(of(breaker).sent_per_100_calls < of(no_retry).sent_per_100_calls / 2);
        CHECK(of(breaker).good_percent_of_some >= 98);
        CHECK(of(breaker).recovered_after > of(budget).recovered_after);
        CHECK(of(breaker).good_percent < of(budget).good_percent);
        CHECK(of(breaker).good_percent < of(no_retry).good_percent);
    }

    SECTION("a rate limit keeps the load below what the server can bear, and refuses first attempts, too") {
        for (Second const& second : of(limiter).history) CHECK(second.sent <= 900 + 90);
        CHECK(of(limiter).good_percent_of_some < of(jitter).good_percent_of_some - 5);
    }

    SECTION("all together send the least, and have the price of each") {
        for (Result const& r : results()) CHECK(of(all).sent_per_100_calls <= r.sent_per_100_calls);
        CHECK(of(all).good_percent_of_some < of(breaker).good_percent_of_some - 5);
        CHECK(of(all).good_percent_of_some <= of(budget).good_percent_of_some + 1);
    }

    SECTION("a short line at the server does what no wait of the clients does") {
        CHECK(of(shorter_line).sent_per_100_calls > 350); // the same load
        CHECK(of(shorter_line).recovered_after >= 0);
        CHECK(of(shorter_line).good_percent_of_some >= 98);
    }

    SECTION("there is no storm where load times attempts stays below what the server can bear") {
        Scene quiet;
        quiet.clients = 250; // 200 calls a second
        Result const r =
            simulate("few clients", quiet, [](World&) { return grit::Retrying{grit::StopAfterAttempt<4>{}}; });
        CHECK(r.sent_per_100_calls > 350);
        CHECK(r.recovered_after >= 0);
        CHECK(r.recovered_after <= 1);
    }
}

TEST_CASE("R-883: a quorum keeps what one vote for all would lose", "[R-883]") {
    auto const fleets = simulate_fleets();
    for (Result const& r : fleets) {
        CAPTURE(r.name);
        CHECK(r.sent_per_100_calls <= 5); // of a hundred processes one probes
        CHECK(r.recovered_after >= 0);
        CHECK(r.recovered_after <= 10);
    }
    CHECK(fleets[one_vote].good_percent_of_some < 60); // less than without any policy, which is 80
    CHECK(fleets[tenth].good_percent_of_some >= 95);
    CHECK(fleets[quarter].good_percent_of_some >= 95);
    CHECK(fleets[tenth_and_budget].good_percent_of_some >= 80); // a tenth of a retry is too little for one in five
}
