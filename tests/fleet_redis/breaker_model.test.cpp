// SPDX-License-Identifier: BSL-1.0
// The exchange of breakers in Lua, run by a Redis, beside its model in C++.

#include <grit/adapter/hiredis.hpp>
#include <grit/fleet/circuit_script.hpp>

#include <cstdlib>
#include <map>
#include <random>

#include "support/catch.hpp"
#include "support/redis_server.hpp"

using namespace grit::fleet;
using namespace grit::fleet::detail;
using namespace std::chrono_literals;

TEST_CASE("R-876: the exchange of breakers does in Lua what it does in C++, with clock steps both ways", "[R-876]") {
    SKIP_WITHOUT_REDIS();
    support::RedisServer server;
    grit::HiredisStore redis{{.port = server.port(), .timeout = 10s}};
    MemoryFleet<> model;
    std::mt19937_64 random{20};
    auto const draw = [&](std::int64_t least, std::int64_t most) {
        return std::uniform_int_distribution{least, most}(random);
    };
    auto const chance = [&](int percent) { return draw(0, 99) < percent; };
    constexpr std::int64_t second = 1'000'000;

    char const* const given = std::getenv("GRIT_STEPS"); // more with GRIT_STEPS=100000
    int const steps = given != nullptr ? std::atoi(given) : 4000;
    int differences = 0;
    int states[4]{}, mine[4]{}, changes = 0;
    std::int64_t now = 0, since = 0;
    std::map<std::int64_t, std::int64_t> epochs;
    std::vector<std::string> keys;
    auto const both = [&](Script const& script, std::vector<std::string> const& names,
                          std::vector<std::int64_t> const& args, std::size_t size) {
        std::vector<std::string_view> const views{names.begin(), names.end()};
        std::vector<std::int64_t> expected(size), got(size);
        REQUIRE(model.eval(script, views, args, expected) == StoreStatus::ok);
        StoreStatus const status = redis.eval(script, views, args, got);
        INFO(redis.last_error());
        REQUIRE(status == StoreStatus::ok);
        if (expected != got && ++differences == 1) CHECK(expected == got);
        return expected;
    };
    for (int step = 0; step != steps; ++step) {
        if (step % 500 == 0) { // other circuits, and a store that knows of nothing
            now = draw(1'700'000'000, 1'800'000'000) * second;
            std::string const tag = "{m" + std::to_string(step) + "}:";
            keys = {tag + "w", tag + "c", tag + "m"};
            epochs.clear();
        }
        std::int64_t const before = now;
        now += chance(1)    ? draw(-3600, 3600) * second
               : chance(1)  ? 86'400 * second
               : chance(50) ? draw(0, 2000)
                            : draw(0, 2 * second);
        auto const somebody = [&] { return draw(1, 3) << 60 | 1; };
        // The keys of a Redis go by its own clock, those of the model by the given one: members are others after a
        // leap.
        if (now < before || now > before + 2 * second)
            keys[2] = "{m" + std::to_string(step / 500 * 500) + "}:m" + std::to_string(step);
        if (chance(10) || now > before + 2 * second)
            both(members_script, {keys[2]}, {now, somebody(), chance(10) ? 0 : 300 * second}, 1);
        std::int64_t const most = chance(50) ? draw(1, 3) : 0;
        bool const is_share = chance(50);
        std::vector<std::int64_t> args{
            now, somebody(), chance(80) ? since : 0, most, is_share ? 0 : draw(1, 3), is_share ? draw(1, 100) : 0};
        std::int64_t const messages = draw(0, 3);
        std::vector<std::int64_t> circuits;
        for (std::int64_t i = 0; i != messages; ++i) {
            std::int64_t const circuit = (draw(0, 3) << 50) + 3;
            circuits.push_back(circuit);
            std::int64_t const known = chance(70)   ? epochs[circuit]
                                       : chance(90) ? draw(0, epochs[circuit])
                                                    : epochs[circuit] + draw(1, 2);
            std::int64_t const verb = chance(40) ? draw(4, 5) : chance(70) ? draw(1, 9) : draw(0, 13);
            args.insert(args.end(), {circuit, verb, known, draw(0, 2 * second), draw(0, 63)});
        }
        auto const reply = both(exchange_script, keys, args,
                                Exchange::header + static_cast<std::size_t>(messages + most) * Exchange::per_reply);
        for (std::size_t i = 0; i != circuits.size(); ++i) {
            auto const said = std::span{reply}.subspan(Exchange::header + i * Exchange::per_reply);
            epochs[circuits[i]] = said[1];
            ++states[said[0]];
            ++mine[said[4]];
        }
        if (most > 0) since = reply[1];
        changes += static_cast<int>(reply[2]);
    }
    CHECK(differences == 0);
    for (int const n : states) CHECK(n > 10); // it was there
    for (int const n : mine) CHECK(n > 0);
    CHECK(changes > 100);
}
