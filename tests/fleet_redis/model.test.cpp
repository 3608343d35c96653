// SPDX-License-Identifier: BSL-1.0
// The scripts in Lua, run by a Redis, beside their models in C++.

#include <grit/adapter/hiredis.hpp>
#include <grit/fleet.hpp>

#include <cstdlib>
#include <random>

#include "support/catch.hpp"
#include "support/redis_server.hpp"

using grit::Duration, grit::HiredisStore;
using namespace grit::fleet;
using namespace std::chrono_literals;
using support::RedisServer;

namespace {

namespace script = grit::fleet::detail;
constexpr std::int64_t second = 1'000'000;

/// A Redis and a model that are asked the same.
struct Both {
    RedisServer server;
    HiredisStore redis{{.port = server.port(), .timeout = 10s}};
    MemoryFleet<> model;
    std::mt19937_64 random{20};
    int differences = 0;

    std::int64_t draw(std::int64_t least, std::int64_t most) {
        return std::uniform_int_distribution{least, most}(random);
    }
    bool chance(int percent) { return draw(0, 99) < percent; }

    void ask(Script const& script, std::vector<std::string> const& keys, std::vector<std::int64_t> const& args,
             std::size_t size) {
        std::vector<std::string_view> const names{keys.begin(), keys.end()};
        std::vector<std::int64_t> expected(size);
        std::vector<std::int64_t> got(size);
        REQUIRE(model.eval(script, names, args, expected) == StoreStatus::ok);
        StoreStatus const status = redis.eval(script, names, args, got);
        INFO(redis.last_error());
        REQUIRE(status == StoreStatus::ok);
        if (expected != got && ++differences == 1) CHECK(expected == got);
    }
};

/// How many steps: more with GRIT_STEPS=100000.
int steps() {
    char const* const given = std::getenv("GRIT_STEPS");
    return given != nullptr ? std::atoi(given) : 4000;
}

} // namespace

TEST_CASE("the script of a limit does what its model does, with clock steps both ways", "[R-858]") {
    SKIP_WITHOUT_REDIS();
    Both both;
    std::vector<script::LimitArgs> limits;
    std::vector<std::string> keys;
    std::int64_t now = 0;
    for (int step = 0; step != steps(); ++step) {
        if (step % 200 == 0) { // other limits, and a time since 1970 that a double holds to the microsecond
            limits.clear();
            keys.clear();
            now = both.draw(1'700'000'000, 1'800'000'000) * second;
            for (std::int64_t i = both.draw(1, 3); i != 0; --i) {
                Duration const period = std::chrono::microseconds{
                    both.chance(50) ? 60 * second : both.draw(1, both.chance(50) ? second : 10'000 * second)};
                int const n = static_cast<int>(both.draw(1, both.chance(50) ? 10 : 200'000));
                script::Pace const pace = script::Pace::of(n, period, static_cast<int>(both.draw(1, 2 * n)));
                if (!pace.is_valid()) continue;
                limits.push_back({pace.rate, pace.period, pace.burst, both.draw(0, pace.burst)});
                keys.push_back("{model}:" + std::to_string(step) + ":" + std::to_string(i));
            }
            if (limits.empty()) continue;
        }
        if (limits.empty()) continue;
        now += both.chance(1)    ? both.draw(-3600, 3600) * second
               : both.chance(50) ? both.draw(0, 2000)
                                 : both.draw(0, 2 * second);
        std::vector<std::int64_t> args{now};
        for (script::LimitArgs limit : limits) {
            limit.want = both.chance(10) ? 0 : both.draw(0, limit.burst + 2);
            limit.least =
                both.chance(30) ? both.draw(0, limit.burst + 1) : both.draw(0, std::min(limit.want, limit.burst));
            if (both.chance(20)) limit.settle = both.draw(-3 * limit.burst, 3 * limit.burst);
            if (both.chance(5)) limit.observed = both.draw(0, limit.burst + 1);
            if (both.chance(1)) limit.pause = both.draw(0, 10 * second);
            if (both.chance(1)) limit.rate += 1; // changed while the key lives
            args.resize(args.size() + script::LimitArgs::size);
            limit.put(args.data() + args.size() - script::LimitArgs::size);
        }
        both.ask(script::limit_script, keys, args, 3 + limits.size());
    }
    CHECK(both.differences == 0);
}

TEST_CASE("the script of a budget does what its model does", "[R-858]") {
    SKIP_WITHOUT_REDIS();
    Both both;
    for (int step = 0; step != steps() / 4; ++step) {
        std::int64_t const most = 1000 * both.draw(2, 1000);
        both.ask(script::budget_script, {"{model}:" + std::to_string(step / 100)},
                 {both.draw(1, second), most, both.draw(0, 3000), both.chance(10) ? both.draw(0, 5000) : 0,
                  both.draw(0, 5) * 1000},
                 2);
    }
    CHECK(both.differences == 0);
}

TEST_CASE("the script of the members does what its model does", "[R-858]") {
    SKIP_WITHOUT_REDIS();
    Both both;
    std::int64_t now = 1'764'000'000 * second;
    for (int step = 0; step != steps() / 4; ++step) {
        now += both.chance(1) ? both.draw(0, 3600) * second : both.draw(0, 20 * second);
        // All are kept for the same time, long enough that the Redis, whose keys expire by its own, has them.
        both.ask(script::members_script, {"{model}:m"},
                 {now, both.draw(1, 12) << 58 | 1, both.chance(20) ? 0 : 300 * second}, 1);
    }
    CHECK(both.differences == 0);
}

TEST_CASE("a key in Redis lives for a day, or longer where its burst takes longer to come back", "[R-865]") {
    SKIP_WITHOUT_REDIS();
    RedisServer const server;
    HiredisStore redis{{.port = server.port(), .timeout = 10s}};
    auto const ttl = [&](script::LimitArgs const& limit, std::string const& key) {
        std::vector<std::int64_t> args(1 + script::LimitArgs::size);
        limit.put(args.data() + 1);
        std::string_view const names[]{key};
        std::array<std::int64_t, 4> reply{};
        REQUIRE(redis.eval(script::limit_script, names, args, reply) == StoreStatus::ok);
        return std::strtoll(server.command({"TTL", key}).c_str(), nullptr, 10);
    };
    CHECK(ttl({1, second, 10, 0, 1}, "{chat}:l:a") >= 86390);
    CHECK(ttl({1, 3600 * second, 100, 0, 1}, "{chat}:l:b") >= 2 * 100 * 3600 - 10);
    std::array<std::int64_t, 2> reply{};
    std::string_view const names[]{"{chat}:t"};
    std::int64_t const args[]{0, 10'000, 0, 0, 0};
    REQUIRE(redis.eval(script::budget_script, names, args, reply) == StoreStatus::ok);
    CHECK(std::strtoll(server.command({"TTL", "{chat}:t"}).c_str(), nullptr, 10) >= 86390);
}
