// SPDX-License-Identifier: BSL-1.0
#include <grit/adapter/hiredis.hpp>

#define STORE "hiredis"
namespace {
using Store = grit::HiredisStore;
}
#include "adapter/redis_tests.hpp"

TEST_CASE("hiredis: a function makes the connection, with what is left of the time", "[R-843]") {
    SKIP_WITHOUT_REDIS();
    RedisServer const server{{{"requirepass", "secret"}}};
    int made = 0;
    RedisOptions options = to(server);
    options.port = support::Port::free();
    Store store{options, [&](timeval left) {
                    ++made;
                    REQUIRE((left.tv_sec >= 4 && left.tv_sec < 6));
                    redisContext* const context = redisConnectUnixWithTimeout(server.unix_socket().c_str(), left);
                    if (void* const reply = redisCommand(context, "AUTH %s", "secret")) freeReplyObject(reply);
                    return context;
                }};
    for (std::int64_t i = 0; i != 3; ++i) REQUIRE(run(store, echo, {i, 1}).numbers == Numbers{i, 1});
    REQUIRE(made == 1);
    REQUIRE(server.command({"CLIENT", "KILL", "TYPE", "normal"}) == "1");
    REQUIRE(ok(store));
    REQUIRE(made == 2);
}

TEST_CASE("hiredis: a function that makes no connection, or one with an error, or throws", "[R-841][R-843]") {
    RedisOptions const options{.timeout = patient, .again = 0s};
    Store null{options, [](timeval) -> redisContext* { return nullptr; }};
    REQUIRE(run(null, echo).status == StoreStatus::down);
    REQUIRE(null.last_error() == "no connection was made");

    Store wrong{options,
                [](timeval left) { return redisConnectWithTimeout("127.0.0.1", support::Port::free(), left); }};
    REQUIRE(run(wrong, echo).status == StoreStatus::down);
    REQUIRE(wrong.last_error() == "Connection refused");

    Store throwing{options, [](timeval) -> redisContext* { throw std::runtime_error("no sentinel knows it"); }};
    REQUIRE(run(throwing, echo).status == StoreStatus::down);
    REQUIRE(throwing.last_error() == "no sentinel knows it");
    Store throwing_anything{options, [](timeval) -> redisContext* { throw 1; }};
    REQUIRE(run(throwing_anything, echo).status == StoreStatus::down);
}
