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

TEST_CASE("hiredis: a pipe that is broken is a status, and no signal", "[R-841]") {
    Store store{{.timeout = patient, .again = 0s}, [](timeval) {
                    int ends[2];
                    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
                    ::close(ends[1]);
                    return redisConnectFd(ends[0]);
                }};
    REQUIRE(run(store, echo).status == StoreStatus::timeout);
    REQUIRE(store.last_error() == "Broken pipe");
}

TEST_CASE("hiredis: after a failover the function asks anew who is the primary", "[R-843][R-835]") {
    SKIP_WITHOUT_REDIS();
    RedisServer const first;
    RedisServer const second{{{"replicaof", "127.0.0.1 " + std::to_string(first.port())}}};
    REQUIRE(wait_until([&] { return second.info("master_link_status") == "up"; }));
    std::atomic<int> primary = first.port();
    LyingServer const sentinel{[&](Served const& client, int) {
        REQUIRE_THAT(client.read(), ContainsSubstring("get-master-addr-by-name"));
        std::string const port = std::to_string(primary);
        client.write("*2\r\n$9\r\n127.0.0.1\r\n$" + std::to_string(port.size()) + "\r\n" + port + "\r\n");
        client.wait_for_end();
    }};
    Store store{{.timeout = patient, .again = 0s}, [&](timeval left) {
                    redisContext* const asked = redisConnectWithTimeout("127.0.0.1", sentinel.port(), left);
                    auto* const reply = static_cast<redisReply*>(
                        redisCommand(asked, "SENTINEL get-master-addr-by-name %s", "mymaster"));
                    REQUIRE(reply != nullptr);
                    int const port = std::stoi(reply->element[1]->str);
                    freeReplyObject(reply);
                    redisFree(asked);
                    return redisConnectWithTimeout("127.0.0.1", port, left);
                }};
    REQUIRE(ok(store));
    REQUIRE(wait_until([&] { return second.command({"GET", "{test}:n"}) == "1"; }));

    REQUIRE(second.command({"REPLICAOF", "NO", "ONE"}) == "OK");
    REQUIRE(first.command({"REPLICAOF", "127.0.0.1", std::to_string(second.port())}) == "OK");
    primary = second.port();
    REQUIRE(run(store, echo).status == StoreStatus::refused);
    REQUIRE_THAT(store.last_error(), ContainsSubstring("READONLY"));
    REQUIRE(ok(store));
    REQUIRE(run(store, look, {}, 1).numbers == Numbers{2});
    REQUIRE(sentinel.connections() == 2);
}
