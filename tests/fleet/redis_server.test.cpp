// SPDX-License-Identifier: BSL-1.0
#include "support/redis_server.hpp"

#include "support/catch.hpp"

using support::RedisServer;

TEST_CASE("redis_server: it answers, forgets when it is started again, and is gone with its object") {
    SKIP_WITHOUT_REDIS();
    pid_t pid = 0;
    std::string socket;
    {
        RedisServer server;
        pid = server.pid();
        socket = server.unix_socket();
        REQUIRE(server.command({"SET", "it's", "a value"}) == "OK");
        REQUIRE(server.command({"GET", "it's"}) == "a value");
        REQUIRE(server.info("role") == "master");
        REQUIRE(std::filesystem::exists(socket));
        auto const port = server.port();
        server.kill();
        server.start();
        REQUIRE(server.port() == port);
        REQUIRE(server.pid() != pid);
        REQUIRE(server.command({"GET", "it's"}).empty());
        pid = server.pid();
    }
    REQUIRE(::kill(pid, 0) == -1);
    REQUIRE(!std::filesystem::exists(socket));
}

TEST_CASE("redis_server: a stopped one goes on, and ends in the state of being stopped") {
    SKIP_WITHOUT_REDIS();
    RedisServer server;
    server.stop();
    server.cont();
    REQUIRE(server.command({"PING"}) == "PONG");
    server.stop();
}

TEST_CASE("redis_server: options, a replica, a cluster and TLS") {
    SKIP_WITHOUT_REDIS();
    RedisServer const server{{{"requirepass", "se'cret"}}};
    REQUIRE(server.command({"PING"}) == "PONG");
    RedisServer const replica{{{"replicaof", "127.0.0.1 " + std::to_string(server.port())}, {"masterauth", "se'cret"}}};
    REQUIRE(support::wait_until([&] { return replica.info("master_link_status") == "up"; }));
    REQUIRE(RedisServer{{{"cluster-enabled", "yes"}}}.info("cluster_enabled") == "1");
    RedisServer const tls{{{"tls", "IP:127.0.0.1"}}};
    REQUIRE(std::filesystem::exists(tls.certificate()));
    REQUIRE(tls.tls_port() != 0);
}

TEST_CASE("redis_server: what cannot start says why") {
    SKIP_WITHOUT_REDIS();
    REQUIRE_THROWS_WITH((RedisServer{{{"port", "x"}}}), Catch::Matchers::ContainsSubstring("does not start"));
}
