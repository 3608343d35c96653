// SPDX-License-Identifier: BSL-1.0
#include <grit/fleet/circuit_script.hpp>

#include <grit/time/manual.hpp>

#include "support/catch.hpp"

namespace {

using namespace grit::fleet;
using namespace grit::fleet::detail;

/// The store, as processes ask it for circuits of one hash, at given times.
struct Store {
    MemoryFleet<> memory;
    std::int64_t now = 1'000'000'000'000;

    std::vector<std::int64_t> ask(std::int64_t from, std::vector<std::int64_t> messages, std::int64_t quorum = 1,
                                  std::int64_t percent = 0, std::int64_t since = 0, std::int64_t most = 0) {
        std::string_view const keys[]{"{f}:w", "{f}:c", "{f}:m"};
        std::vector<std::int64_t> args{now, from, since, most, quorum, percent};
        args.insert(args.end(), messages.begin(), messages.end());
        std::vector<std::int64_t> reply(3 + messages.size() / 5 * 6 + static_cast<std::size_t>(most) * 6);
        memory.eval(exchange_script, keys, args, reply);
        return reply;
    }
    void member(std::int64_t id) {
        std::string_view const keys[]{"{f}:m"};
        std::int64_t const args[]{now, id, 3'000'000};
        std::int64_t n = 0;
        memory.eval(members_script, keys, args, {&n, 1});
    }
};
constexpr std::int64_t number(Verb verb) { return static_cast<std::int64_t>(verb); }

} // namespace

TEST_CASE("R-872: a quorum is a share of the members that live, and two where there are two", "[R-872]") {
    STATIC_REQUIRE(votes_needed(3, 0, 100) == 3);
    STATIC_REQUIRE(votes_needed(0, 25, 1) == 1);
    STATIC_REQUIRE(votes_needed(0, 25, 2) == 2);
    STATIC_REQUIRE(votes_needed(0, 25, 8) == 2);
    STATIC_REQUIRE(votes_needed(0, 25, 9) == 3);
    STATIC_REQUIRE(votes_needed(0, 100, 16) == 16);

    Store store;
    for (std::int64_t id = 1; id <= 9; ++id) store.member(id);
    std::vector<std::int64_t> const vote{7, number(Verb::vote), 0, 5'000'000, 0};
    CHECK(store.ask(1, vote, 0, 25) == std::vector<std::int64_t>{9, 0, 0, 0, 0, 0, 0, 0, 1});
    CHECK(store.ask(1, vote, 0, 25)[8] == 1); // twice is once
    CHECK(store.ask(2, vote, 0, 25)[8] == 2);
    store.now += 2'999'999; // members and votes are kept for three seconds
    CHECK(store.ask(3, vote, 0, 25) == std::vector<std::int64_t>{9, 0, 0, 1, 1, 5'000'000, 1, 0, 0});
}

TEST_CASE("R-872: a vote is not kept beyond its time, and none prolongs a circuit that is open", "[R-872]") {
    Store store;
    std::vector<std::int64_t> const vote{7, number(Verb::vote), 0, 5'000'000, 0};
    store.ask(1, vote, 2);
    store.now += 3'000'000;
    CHECK(store.ask(2, vote, 2)[3] == 0);
    CHECK(store.ask(1, vote, 2)[3] == 1);
    store.now += 1'000'000;
    CHECK(store.ask(2, vote, 2)[5] == 4'000'000);
    // What the service asks for does.
    CHECK(store.ask(2, {7, number(Verb::pause), 1, 9'000'000, 0}, 2)[5] == 9'000'000);
    CHECK(store.ask(2, {7, number(Verb::pause), 1, 3'000'000, 0}, 2)[5] == 9'000'000);
}

TEST_CASE("R-876: a clock of the store that is set back keeps a circuit open no longer than its span", "[R-876]") {
    Store store;
    store.ask(1, {7, number(Verb::vote), 0, 5'000'000, 0});
    store.now -= 3'600'000'000;
    CHECK(store.ask(1, {7, number(Verb::look), 1, 0, 0})[5] == 5'000'000);
    store.now += 5'000'000;
    CHECK(store.ask(1, {7, number(Verb::look), 1, 0, 0})[5] == 0);
}

TEST_CASE("R-877: who asks since a change hears of what changed after it, a page at a time", "[R-877]") {
    Store store;
    for (std::int64_t circuit = 11; circuit <= 15; ++circuit)
        store.ask(1, {circuit, number(Verb::vote), 0, 5'000'000, 0});
    std::vector<std::int64_t> heard;
    std::int64_t since = 0;
    for (int page = 0; page != 3; ++page) {
        auto const reply = store.ask(2, {}, 1, 0, since, 2);
        since = reply[1];
        for (std::int64_t i = 0; i != reply[2]; ++i) heard.push_back(reply[3 + static_cast<std::size_t>(i) * 6]);
    }
    CHECK(heard == std::vector<std::int64_t>{11, 12, 13, 14, 15});
    CHECK(store.ask(2, {}, 1, 0, since, 2)[2] == 0);
    store.ask(1, {12, number(Verb::want_probe), 1, 1, 0}); // not due: nothing changes
    CHECK(store.ask(2, {}, 1, 0, since, 2)[2] == 0);
    store.memory.clear();
    store.now -= 1'000'000'000; // even if the clock goes back as the store loses all
    store.ask(1, {12, number(Verb::vote), 3, 5'000'000, 0});
    auto const reply = store.ask(2, {}, 1, 0, since, 2);
    CHECK(reply[2] == 1);
    CHECK(reply[3] == 12);
    CHECK(reply[4] == 4); // newer than what the voter had seen
    CHECK(reply[1] < since);
}

TEST_CASE("R-877: a closed circuit is forgotten after a day without a change, an open one is not", "[R-877]") {
    Store store;
    for (std::int64_t const circuit : {1, 2, 3}) store.ask(1, {circuit, number(Verb::force), 0, 0, 0});
    store.ask(1, {2, number(Verb::release), 1, 0, 0});
    store.now += 86'400'000'010;
    for (int i = 0; i != 3; ++i) store.ask(1, {});
    CHECK(store.ask(1, {2, number(Verb::look), 0, 0, 0})[4] == 0);
    CHECK(store.ask(1, {1, number(Verb::look), 0, 0, 0})[4] == 1);
    CHECK(store.ask(1, {3, number(Verb::look), 0, 0, 0})[3] == 3);
}
