// SPDX-License-Identifier: BSL-1.0
#include <grit/adapter/asio_redis_tls.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <sys/wait.h>
#include <unistd.h>

#include <grit/fleet/memory_fleet.hpp>

#include "support/catch.hpp"
#include "support/lying_server.hpp"
#include "support/redis_server.hpp"

using namespace grit;
using namespace std::chrono_literals;
using fleet::StoreStatus;
using support::RedisServer;

namespace {

static_assert(fleet::ScriptStore<AsioTlsStore>);

void no_model(fleet::Keyspace&, std::span<std::string_view const>, std::span<std::int64_t const>,
              std::span<std::int64_t>) {}
constexpr fleet::Script count{"return redis.call('INCRBY', KEYS[1], ARGV[1])", no_model};

RedisOptions to(RedisServer const& server) {
    return {.host = RedisServer::host, .port = server.tls_port(), .timeout = 5s, .again = 0s};
}
std::shared_ptr<asio::ssl::context> trusting(RedisServer const& server) {
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    context->load_verify_file(server.certificate());
    return context;
}
StoreStatus run(AsioTlsStore& store, std::int64_t by, std::int64_t& sum) {
    std::string_view const keys[]{"{test}:n"};
    std::int64_t const args[]{by};
    return store.eval(count, keys, args, {&sum, 1});
}
StoreStatus run(AsioTlsStore& store) {
    std::int64_t sum = 0;
    return run(store, 1, sum);
}

} // namespace

TEST_CASE("asio_redis_tls: a certificate of the own authority and of the right name is taken", "[R-842][R-834]") {
    SKIP_WITHOUT_REDIS();
    RedisServer server{{{"tls", "IP:127.0.0.1"}, {"requirepass", "secret"}}};
    RedisOptions options = to(server);
    options.password = "secret";
    AsioTlsStore store{options, trusting(server)};
    std::int64_t sum = 0;
    for (std::int64_t i = 1; i != 5; ++i) {
        REQUIRE(run(store, 1, sum) == StoreStatus::ok);
        REQUIRE(sum == i);
    }
    REQUIRE(std::stoi(server.command({"CLIENT", "KILL", "TYPE", "normal"})) == 1); // which says goodbye by TLS
    REQUIRE(run(store, 1, sum) == StoreStatus::ok);
    REQUIRE(sum == 5);
    server.kill();
    REQUIRE(run(store, 1, sum) == StoreStatus::down);
    REQUIRE(sum == 0);
}

TEST_CASE("asio_redis_tls: a certificate that nobody vouches for, or of another name, is not", "[R-842]") {
    SKIP_WITHOUT_REDIS();
    using Catch::Matchers::ContainsSubstring;
    RedisServer const server{{{"tls", "DNS:redis.example"}}};
    AsioTlsStore unknown{to(server)};
    REQUIRE(run(unknown) == StoreStatus::down);
    REQUIRE_THAT(unknown.last_error(), ContainsSubstring("certificate verify failed"));
    AsioTlsStore another_name{to(server), trusting(server)};
    REQUIRE(run(another_name) == StoreStatus::down);
    REQUIRE_THAT(another_name.last_error(), ContainsSubstring("certificate verify failed"));

    auto careless = trusting(server); // a context cannot switch it off
    careless->set_verify_mode(asio::ssl::verify_none);
    AsioTlsStore still{to(server), careless};
    REQUIRE(run(still) == StoreStatus::down);

    AsioTlsStore by_name{to(server), trusting(server), "redis.example"};
    REQUIRE(run(by_name) == StoreStatus::ok);
    REQUIRE(server.command({"GET", "{test}:n"}) == "1"); // the others did not get so far
}

TEST_CASE("asio_redis_tls: who does not speak TLS costs the timeout", "[R-831][R-842]") {
    SKIP_WITHOUT_REDIS();
    RedisServer const server;
    RedisOptions options{.host = RedisServer::host, .port = server.port(), .timeout = 100ms, .again = 0s};
    AsioTlsStore store{options};
    auto const begin = std::chrono::steady_clock::now();
    REQUIRE(run(store) == StoreStatus::down);
    REQUIRE(std::chrono::steady_clock::now() - begin < 100ms + 2s);
    REQUIRE(!store.last_error().empty());

    support::LyingServer const silent{[](support::Served const& client, int) { client.wait_for_end(); }};
    options.port = silent.port();
    AsioTlsStore other{options};
    REQUIRE(run(other) == StoreStatus::down); // and not timeout: no script was sent
    REQUIRE(other.last_error() == "no answer in time");
}

TEST_CASE("asio_redis_tls: a Redis that hangs, and a fork", "[R-831][R-833][R-839]") {
    SKIP_WITHOUT_REDIS();
    RedisServer const server{{{"tls", "IP:127.0.0.1"}}};
    AsioTlsStore store{to(server), trusting(server)};
    std::int64_t sum = 0;
    REQUIRE(run(store, 1, sum) == StoreStatus::ok);
    pid_t const child = ::fork();
    if (child == 0) {
        bool good = true;
        for (int i = 0; good && i != 50; ++i) good = run(store) == StoreStatus::ok;
        store.~AsioTlsStore();
        ::_exit(good ? 0 : 1);
    }
    bool good = true;
    for (int i = 0; good && i != 50; ++i) good = run(store) == StoreStatus::ok;
    int status = -1;
    ::waitpid(child, &status, 0);
    REQUIRE(good);
    REQUIRE(status == 0);
    REQUIRE(run(store, 1, sum) == StoreStatus::ok);
    REQUIRE(sum == 102);

    RedisOptions options = to(server);
    options.timeout = 500ms;
    AsioTlsStore hasty{options, trusting(server)};
    REQUIRE(support::wait_until([&] { return run(hasty) == StoreStatus::ok; }));
    server.stop();
    REQUIRE(run(hasty, 1000, sum) == StoreStatus::timeout);
    server.cont();
    REQUIRE(support::wait_until([&] { return run(hasty, 0, sum) == StoreStatus::ok && sum >= 1000; }));
    REQUIRE(run(hasty, 0, sum) == StoreStatus::ok);
    REQUIRE(sum < 2000);
}
