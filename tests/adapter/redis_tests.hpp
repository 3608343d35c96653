// SPDX-License-Identifier: BSL-1.0
#pragma once
// The tests of every store over Redis. Before it come STORE, its name, and the type Store.

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <grit/fleet/memory_fleet.hpp>

#include "support/catch.hpp"
#include "support/lying_server.hpp"
#include "support/redis_server.hpp"

namespace {

using namespace grit;
using namespace std::chrono_literals;
using fleet::Script;
using fleet::StoreStatus;
using support::LyingServer;
using support::RedisServer;
using support::Served;
using support::wait_until;

static_assert(fleet::ScriptStore<Store>);

void no_model(fleet::Keyspace&, std::span<std::string_view const>, std::span<std::int64_t const>,
              std::span<std::int64_t>) {}

/// Answers with what it was given, and counts how often it ran.
constexpr Script echo{"redis.call('INCRBY', KEYS[1], 1) return {tonumber(ARGV[1]), tonumber(ARGV[2])}", no_model};
constexpr Script look{"return tonumber(redis.call('GET', KEYS[1]) or 0)", no_model};
constexpr Script loop{"while true do end", no_model};

/// What a store answered.
struct Said {
    StoreStatus status;
    std::vector<std::int64_t> numbers;
    std::chrono::nanoseconds took;
};

Said run(Store& store, Script const& script, std::vector<std::int64_t> const& args = {1, 2}, std::size_t room = 2,
         std::vector<std::string_view> const& keys = {"{test}:n"}) {
    Said said{StoreStatus::ok, std::vector<std::int64_t>(room, 99), {}};
    auto const begin = std::chrono::steady_clock::now();
    said.status = store.eval(script, keys, args, said.numbers);
    said.took = std::chrono::steady_clock::now() - begin;
    return said;
}
bool ok(Store& store) { return run(store, echo).status == StoreStatus::ok; }

using Numbers = std::vector<std::int64_t>;
/// What the machine of a test may add to a time limit.
constexpr auto scheduling = 2s;
/// A time limit that is only met by a server that does not answer.
constexpr auto patient = 5s;

RedisOptions to(RedisServer const& server) {
    return {.host = RedisServer::host, .port = server.port(), .timeout = patient, .again = 0s};
}
RedisOptions to(LyingServer const& server) {
    return {.host = "127.0.0.1", .port = server.port(), .timeout = patient, .again = 0s};
}
template <class Server>
RedisOptions impatient(Server const& server, Duration again) {
    RedisOptions options = to(server);
    options.timeout = 100ms;
    options.again = again;
    return options;
}
/// Answers each command of a connection with the same bytes.
LyingServer::Serve always(std::string answer) {
    return [answer = std::move(answer)](Served const& client, int) {
        while (!client.read().empty()) client.write(answer);
    };
}
std::string contains_nothing_of(std::string const& secret, std::string const& text) {
    return text.find(secret) == text.npos ? "" : text;
}
using Catch::Matchers::ContainsSubstring;

} // namespace

TEST_CASE(STORE ": a script runs by its sum, and by its text where Redis does not know it", "[R-830]") {
    SKIP_WITHOUT_REDIS();
    RedisServer server;
    Store store{to(server)};
    REQUIRE(run(store, echo, {5, -6}).numbers == Numbers{5, -6});
    REQUIRE(run(store, echo, {7, 8}).numbers == Numbers{7, 8});
    REQUIRE(store.last_error() == "");
    REQUIRE(server.info("cmdstat_evalsha").starts_with("calls=2,"));
    REQUIRE(server.info("cmdstat_eval").starts_with("calls=1,"));
    REQUIRE(server.command({"SCRIPT", "FLUSH"}) == "OK");
    REQUIRE(run(store, echo, {9, 10}).numbers == Numbers{9, 10});
    REQUIRE(server.info("cmdstat_eval").starts_with("calls=2,"));
    REQUIRE(run(store, look, {}, 1).numbers == Numbers{3}); // each ran once
}

TEST_CASE(STORE ": a Redis that was restarted is taken up without a failure, though it has forgotten the script",
          "[R-830][R-834]") {
    SKIP_WITHOUT_REDIS();
    RedisServer server;
    Store store{to(server)};
    REQUIRE(ok(store));
    server.kill();
    server.start();
    REQUIRE(ok(store));
    REQUIRE(run(store, look, {}, 1).numbers == Numbers{1});
    REQUIRE(server.command({"CLIENT", "KILL", "TYPE", "normal"}) == "1"); // as an operator, or the option timeout, does
    REQUIRE(ok(store));
}

TEST_CASE(STORE ": a reply is integers, and no more than there is room for", "[R-838]") {
    SKIP_WITHOUT_REDIS();
    RedisServer const server;
    Store store{to(server)};
    static constexpr Script fewer{"return {1}", no_model};
    static constexpr Script none{"return {}", no_model};
    static constexpr Script alone{"return -3", no_model};
    static constexpr Script longer{"return {1, 2, 3}", no_model};
    static constexpr Script text{"return 'a text'", no_model};
    static constexpr Script text_in_list{"return {1, 'x'}", no_model};
    static constexpr Script nothing{"return false", no_model};
    static constexpr Script nested{"return {1, {2}}", no_model};
    static constexpr Script status{"return redis.status_reply('FINE')", no_model};
    REQUIRE(run(store, fewer).numbers == Numbers{1, 0});
    REQUIRE(run(store, none).numbers == Numbers{0, 0});
    REQUIRE(run(store, none, {}, 0).status == StoreStatus::ok);
    REQUIRE(run(store, alone).numbers == Numbers{-3, 0});
    for (Script const* const script : {&longer, &text, &text_in_list, &nothing, &nested, &status}) {
        CAPTURE(script->text());
        Said const said = run(store, *script);
        REQUIRE(said.status == StoreStatus::refused);
        REQUIRE(said.numbers == Numbers{0, 0});
        REQUIRE(store.last_error() == "the answer is not a list of at most 2 integers");
        REQUIRE(run(store, echo, {3, 4}).numbers == Numbers{3, 4}); // nothing of it is left
    }
}

TEST_CASE(STORE ": integers keep all their digits", "[R-838]") {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    std::string asked;
    LyingServer const server{[&](Served const& client, int) {
        asked = client.read();
        client.write("*2\r\n:" + std::to_string(most) + "\r\n:" + std::to_string(least) + "\r\n");
        client.wait_for_end();
    }};
    {
        Store store{to(server)};
        REQUIRE(run(store, echo, {most, least}).numbers == Numbers{most, least});
    }
    REQUIRE_THAT(asked, ContainsSubstring("$19\r\n" + std::to_string(most) + "\r\n$20\r\n" + std::to_string(least)));
}

TEST_CASE(STORE ": a Redis that hangs costs the timeout once, and a late answer is nobody's", "[R-831][R-832][R-833]") {
    SKIP_WITHOUT_REDIS();
    RedisServer const server;
    Store store{impatient(server, 300ms)};
    REQUIRE(wait_until([&] { return ok(store); }));
    auto const ran = [&] { return std::stoi(server.command({"GET", "{test}:n"})); };
    int const before = ran();

    server.stop();
    Said const slow = run(store, echo, {111, 111});
    REQUIRE(slow.status == StoreStatus::timeout);
    REQUIRE(slow.numbers == Numbers{0, 0});
    REQUIRE(slow.took >= 100ms);
    REQUIRE(slow.took < 100ms + scheduling);
    Said const next = run(store, echo, {222, 222});
    REQUIRE(next.status == StoreStatus::down);
    REQUIRE(store.last_error() == "no answer in time");
    server.cont();

    // 111 ran, and its answer was sent. 222 did not, then or later.
    REQUIRE(wait_until([&] { return ran() == before + 1; }));
    Said said = run(store, echo, {333, 333});
    REQUIRE(wait_until([&] { return (said = run(store, echo, {333, 333})).status == StoreStatus::ok; }));
    REQUIRE(said.numbers == Numbers{333, 333});
    REQUIRE(run(store, echo, {444, 444}).numbers == Numbers{444, 444});
    REQUIRE(store.last_error() == "");
}

TEST_CASE(STORE ": a Redis that was killed is down, and is found when it is back", "[R-831][R-832]") {
    SKIP_WITHOUT_REDIS();
    RedisServer server;
    Store store{to(server)};
    REQUIRE(ok(store));
    server.kill();
    for (int i = 0; i != 3; ++i) {
        Said const said = run(store, echo);
        REQUIRE(said.status == StoreStatus::down);
        REQUIRE(said.numbers == Numbers{0, 0});
        REQUIRE_THAT(store.last_error(), ContainsSubstring("onnection refused"));
        REQUIRE(said.took < scheduling);
    }
    server.start();
    REQUIRE(ok(store));
}

TEST_CASE(STORE ": for a while after a failure it answers without asking", "[R-832]") {
    LyingServer const server{[](Served const& client, int) { client.wait_for_end(); }};
    Store store{impatient(server, 1h)};
    REQUIRE(run(store, echo).status == StoreStatus::timeout);
    for (int i = 0; i != 1000; ++i) REQUIRE(run(store, echo).status == StoreStatus::down);
    REQUIRE(server.connections() == 1);
    REQUIRE(store.last_error() == "no answer in time");

    RedisOptions nobody = to(server);
    nobody.port = support::Port::free();
    nobody.again = 1h;
    Store other{nobody};
    REQUIRE(run(other, echo).status == StoreStatus::down);
    LyingServer const late{always("*0\r\n")};
    REQUIRE(run(other, echo).status == StoreStatus::down);
    REQUIRE_THAT(other.last_error(), ContainsSubstring("onnection refused"));
}

TEST_CASE(STORE ": an answer in pieces is read, and the deadline is that of the whole", "[R-831]") {
    auto const bytewise = [](std::chrono::milliseconds pause) {
        return [pause](Served const& client, int) {
            while (!client.read().empty())
                for (char const c : std::string_view{"*2\r\n:12345678901\r\n:-7\r\n"}) {
                    client.write({&c, 1});
                    std::this_thread::sleep_for(pause);
                }
        };
    };
    LyingServer const quick{bytewise(0ms)};
    Store store{to(quick)};
    for (int i = 0; i != 3; ++i) REQUIRE(run(store, echo).numbers == Numbers{12345678901, -7});

    LyingServer const slow{bytewise(60ms)}; // 1.4 s in all, and never 100 ms without a byte
    Store hasty{impatient(slow, 0s)};
    Said const said = run(hasty, echo);
    REQUIRE(said.status == StoreStatus::timeout);
    REQUIRE(said.took >= 100ms);
    REQUIRE(said.took < 1300ms);
}

TEST_CASE(STORE ": the deadline is that of EVALSHA and EVAL together", "[R-831]") {
    LyingServer const server{[](Served const& client, int) {
        client.read();
        std::this_thread::sleep_for(700ms);
        client.write("-NOSCRIPT No matching script.\r\n");
        client.wait_for_end();
    }};
    RedisOptions options = to(server);
    options.timeout = 1s;
    Store store{options};
    Said const said = run(store, echo);
    REQUIRE(said.status == StoreStatus::timeout);
    REQUIRE(said.took >= 1s);
    REQUIRE(said.took < 1650ms); // a limit for each would be 1700 ms
}

TEST_CASE(STORE ": a second answer to one command is not taken for that of the next", "[R-833]") {
    LyingServer const at_once{[](Served const& client, int number) {
        client.read();
        client.write(number == 0 ? "*1\r\n:1\r\n*1\r\n:2\r\n" : "*1\r\n:3\r\n");
        client.wait_for_end();
    }};
    Store store{to(at_once)};
    REQUIRE(run(store, echo).status == StoreStatus::refused);
    REQUIRE(run(store, echo).numbers == Numbers{3, 0});

    std::atomic<bool> more = false;
    LyingServer const later{[&](Served const& client, int number) {
        client.read();
        client.write(number == 0 ? "*1\r\n:1\r\n" : "*1\r\n:3\r\n");
        if (number == 0) {
            std::this_thread::sleep_for(50ms);
            client.write("*1\r\n:2\r\n");
            more = true;
        }
        client.wait_for_end();
    }};
    Store other{to(later)};
    REQUIRE(run(other, echo).numbers == Numbers{1, 0});
    REQUIRE(wait_until([&] { return more.load(); }));
    REQUIRE(run(other, echo).numbers == Numbers{3, 0});

    LyingServer const when_asked_again{[](Served const& client, int number) {
        client.read();
        if (number == 0) client.read();
        client.write(number == 0 ? "*1\r\n:1\r\n" : "*1\r\n:3\r\n");
        client.wait_for_end();
    }};
    Store hasty{impatient(when_asked_again, 0s)};
    REQUIRE(run(hasty, echo).status == StoreStatus::timeout);
    Said said = run(hasty, echo);
    REQUIRE(wait_until(
        [&] { return said.status == StoreStatus::ok || (said = run(hasty, echo)).status == StoreStatus::ok; }));
    REQUIRE(said.numbers == Numbers{3, 0});
}

TEST_CASE(STORE ": a replica refuses what writes, and is asked on a new connection once it was promoted",
          "[R-835][R-830]") {
    SKIP_WITHOUT_REDIS();
    RedisServer const primary;
    RedisServer const replica{{{"replicaof", "127.0.0.1 " + std::to_string(primary.port())}}};
    REQUIRE(wait_until([&] { return replica.info("master_link_status") == "up"; }));
    Store store{to(replica)};
    REQUIRE(run(store, echo).status == StoreStatus::refused);
    REQUIRE_THAT(store.last_error(), ContainsSubstring("READONLY"));
    auto const connections = [&] { return std::stoi(replica.info("total_connections_received")); };
    REQUIRE(replica.command({"REPLICAOF", "NO", "ONE"}) == "OK");
    int const before = connections();
    REQUIRE(ok(store));
    REQUIRE(connections() == before + 2); // that of the store, and that which asks
}

TEST_CASE(STORE ": a replica that lost its primary refuses", "[R-835]") {
    SKIP_WITHOUT_REDIS();
    RedisServer const replica{{{"replicaof", "127.0.0.1 " + std::to_string(support::Port::free())},
                               {"replica-serve-stale-data", "no"},
                               {"replica-read-only", "no"}}};
    Store store{to(replica)};
    REQUIRE(run(store, echo).status == StoreStatus::refused);
    REQUIRE_THAT(store.last_error(), ContainsSubstring("MASTERDOWN"));
}

TEST_CASE(STORE ": errors that tell of another server close the connection, others do not", "[R-835][R-836]") {
    for (auto const& [line, closes] : std::vector<std::pair<std::string, bool>>{
             {"LOADING Redis is loading the dataset in memory", true},
             {"READONLY You can't write against a read only replica.", true},
             {"ERR Error running script (call to f_1): @user_script:1: -READONLY You can't write", true}, // Redis 6
             {"MASTERDOWN Link with MASTER is down", true},
             {"BUSY Redis is busy running a script.", false},
             {"ERR of a script", false},
             {"CLUSTERDOWN The cluster is down", false},
             {"no reason was given", false}}) {
        CAPTURE(line);
        LyingServer const server{always(line.starts_with("no reason") ? "-\r\n" : "-" + line + "\r\n")};
        Store store{to(server)};
        for (int i = 0; i != 2; ++i) {
            REQUIRE(run(store, echo).status == StoreStatus::refused);
            REQUIRE(store.last_error() == line);
        }
        REQUIRE(wait_until([&] { return server.connections() == (closes ? 2 : 1); }));
    }
}

TEST_CASE(STORE ": out of memory, a script that loops and a missing right are refusals", "[R-836]") {
    SKIP_WITHOUT_REDIS();
    RedisServer const server{{{"maxmemory", "1"}, {"busy-reply-threshold", "20"}}};
    Store store{to(server)};
    REQUIRE(run(store, echo).status == StoreStatus::refused);
    REQUIRE_THAT(store.last_error(), ContainsSubstring("OOM"));
    REQUIRE(server.command({"CONFIG", "SET", "maxmemory", "0"}) == "OK");
    REQUIRE(ok(store));

    Store looping{impatient(server, 0s)};
    REQUIRE(wait_until([&] { return run(looping, loop).status == StoreStatus::timeout; }));
    REQUIRE(wait_until([&] { return run(store, echo).status == StoreStatus::refused; }));
    REQUIRE_THAT(store.last_error(), ContainsSubstring("BUSY"));
    REQUIRE(wait_until([&] { return server.command({"SCRIPT", "KILL"}) == "OK"; }));
    REQUIRE(wait_until([&] { return ok(store); }));

    REQUIRE(server.command({"ACL", "SETUSER", "reader", "on", ">word", "+@all", "-incrby", "~{test}:n"}) == "OK");
    RedisOptions options = to(server);
    options.user = "reader";
    options.password = "word";
    Store reader{options};
    REQUIRE(run(reader, look, {}, 1).status == StoreStatus::ok);
    REQUIRE(run(reader, echo).status == StoreStatus::refused);
    REQUIRE_THAT(reader.last_error(), ContainsSubstring("can't run this command"));
    REQUIRE(run(reader, echo, {1, 2}, 2, {"{other}"}).status == StoreStatus::refused);
    REQUIRE_THAT(reader.last_error(), ContainsSubstring("NOPERM"));
}

TEST_CASE(STORE ": with the password it works, without or with another it is refused, and none is shown",
          "[R-836][R-837]") {
    SKIP_WITHOUT_REDIS();
    RedisServer const server{{{"requirepass", "se'cret-of-mine"}}};
    RedisOptions options = to(server);
    Store without{options};
    REQUIRE(run(without, echo).status == StoreStatus::refused);
    REQUIRE_THAT(without.last_error(), ContainsSubstring("NOAUTH"));

    options.password = "se'cret-of-mine";
    Store right{options};
    REQUIRE(ok(right));

    options.password = "another-secret";
    options.again = 1h;
    Store wrong{options};
    REQUIRE(run(wrong, echo).status == StoreStatus::refused);
    REQUIRE_THAT(wrong.last_error(), ContainsSubstring("WRONGPASS"));
    REQUIRE(run(wrong, echo).status == StoreStatus::down);
    REQUIRE_THAT(wrong.last_error(), ContainsSubstring("WRONGPASS"));

    RedisServer const renamed{{{"rename-command", "AUTH LOGIN"}}}; // says the words of a command that it does not know
    options.port = renamed.port();
    options.password += std::string(200, 'x'); // of which it says the first half
    Store echoed{options};
    REQUIRE(run(echoed, echo).status == StoreStatus::refused);
    REQUIRE_THAT(echoed.last_error(), ContainsSubstring("unknown command"));
    REQUIRE(contains_nothing_of("another", echoed.last_error()) == "");

    LyingServer const liar{[](Served const& client, int) {
        client.read();
        client.write("+OK\r\n");
        client.read();
        client.write("-another-secret, another-secret!\r\n");
        client.wait_for_end();
    }};
    options.port = liar.port();
    options.password = "another-secret";
    Store told{options};
    REQUIRE(run(told, echo).status == StoreStatus::refused);
    REQUIRE(told.last_error() == "***, ***!");
}

TEST_CASE(STORE ": a database by its number, and a socket by its path") {
    SKIP_WITHOUT_REDIS();
    RedisServer const server;
    RedisOptions options = to(server);
    options.database = 3;
    Store store{options};
    REQUIRE(ok(store));
    REQUIRE(server.command({"-n", "3", "GET", "{test}:n"}) == "1");
    REQUIRE(server.command({"GET", "{test}:n"}) == "");
    options.database = 99;
    Store none{options};
    REQUIRE(run(none, echo).status == StoreStatus::refused);
    REQUIRE_THAT(none.last_error(), ContainsSubstring("DB index"));

    options = to(server);
    options.port = support::Port::free();
    options.path = server.unix_socket();
    Store local{options};
    REQUIRE(ok(local));
    options.path += "-gone";
    Store gone{options};
    REQUIRE(run(gone, echo).status == StoreStatus::down);
    REQUIRE_THAT(gone.last_error(), ContainsSubstring("No such file"));
    options.path = std::string(500, 'x');
    Store too_long{options};
    REQUIRE(run(too_long, echo).status == StoreStatus::down);
}

TEST_CASE(STORE ": a cluster refuses keys of two tags and keys of another node", "[R-836]") {
    SKIP_WITHOUT_REDIS();
    RedisServer const one{{{"cluster-enabled", "yes"}, {"cluster-require-full-coverage", "no"}}};
    RedisServer const other{{{"cluster-enabled", "yes"}, {"cluster-require-full-coverage", "no"}}};
    // {test} is in slot 6918.
    REQUIRE(one.command({"CLUSTER", "KEYSLOT", "{test}:n"}) == "6918");
    REQUIRE(one.command({"CLUSTER", "ADDSLOTSRANGE", "0", "8191"}) == "OK");
    REQUIRE(other.command({"CLUSTER", "ADDSLOTSRANGE", "8192", "16383"}) == "OK");
    REQUIRE(one.command({"CLUSTER", "MEET", "127.0.0.1", std::to_string(other.port()),
                         std::to_string(other.cluster_port())}) == "OK");
    Store store{to(one)};
    REQUIRE(wait_until([&] { return ok(store); }));
    REQUIRE(run(store, echo, {1, 2}, 2, {"{test}:n", "{elsewhere}:n"}).status == StoreStatus::refused);
    REQUIRE_THAT(store.last_error(), ContainsSubstring("CROSSSLOT"));
    Store wrong{to(other)};
    REQUIRE(wait_until([&] {
        (void)run(wrong, echo);
        return wrong.last_error().starts_with("MOVED 6918 127.0.0.1:");
    }));
    REQUIRE(run(wrong, echo).status == StoreStatus::refused);
    REQUIRE(ok(store));
}

TEST_CASE(STORE ": a child makes a connection of its own and leaves that of its parent", "[R-839]") {
    SKIP_WITHOUT_REDIS();
    RedisServer const server;
    Store store{to(server)};
    REQUIRE(ok(store));
    for (bool const ends_by_destroying : {false, true}) {
        pid_t const child = ::fork();
        if (child == 0) {
            bool good = true;
            for (std::int64_t i = 0; good && i != 200; ++i) good = run(store, echo, {i, -1}).numbers == Numbers{i, -1};
            if (ends_by_destroying) store.~Store();
            ::_exit(good ? 0 : 1);
        }
        bool good = true;
        for (std::int64_t i = 0; good && i != 200; ++i) good = run(store, echo, {i, 1}).numbers == Numbers{i, 1};
        int status = -1;
        ::waitpid(child, &status, 0);
        REQUIRE(good);
        REQUIRE(status == 0);
        REQUIRE(run(store, echo, {5, 6}).numbers == Numbers{5, 6});
    }
    REQUIRE(server.info("total_error_replies") == "1"); // NOSCRIPT of the first run: no two commands were ever mixed
    REQUIRE(run(store, look, {}, 1).numbers == Numbers{1 + 2 * 401});
}

// Not where undefined behaviour is looked for: without a descriptor that sanitizer takes every object for none.
#if defined(__SANITIZE_ADDRESS__)
#define GRIT_LOOKS_AT_OBJECTS 1
#elif defined(__has_feature)
#define GRIT_LOOKS_AT_OBJECTS __has_feature(undefined_behavior_sanitizer)
#else
#define GRIT_LOOKS_AT_OBJECTS 0
#endif
#if !GRIT_LOOKS_AT_OBJECTS
TEST_CASE(STORE ": where the process has no descriptor left it is down, not at its end", "[R-841]") {
    LyingServer const server{always("*0\r\n")};
    Store store{to(server)};
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit none = before;
    none.rlim_cur = 0;
    ::setrlimit(RLIMIT_NOFILE, &none);
    Said const said = run(store, echo);
    ::setrlimit(RLIMIT_NOFILE, &before);
    REQUIRE(said.status == StoreStatus::down);
    REQUIRE(store.last_error() != "");
    REQUIRE(ok(store));
}
#endif
#undef GRIT_LOOKS_AT_OBJECTS

TEST_CASE(STORE ": a connection that breaks in the midst of a command is no signal", "[R-841]") {
    LyingServer const server{[](Served const& client, int) { client.read(); }};
    Store store{to(server)};
    Numbers const many(200'000, 1'234'567'890); // more than the buffers of two sockets hold
    for (int i = 0; i != 5; ++i) REQUIRE(run(store, echo, many).status == StoreStatus::timeout);
    REQUIRE(store.last_error() != "");
}

TEST_CASE(STORE ": no bytes of a server break it", "[R-840]") {
    // What is true, changed here and there; then what is cut off, and what comes with more behind it.
    static std::vector<std::string> const seeds{"*2\r\n:1\r\n:2\r\n",
                                                "-ERR no\r\n",
                                                "-NOSCRIPT No matching script\r\n",
                                                "+OK\r\n",
                                                ":12\r\n",
                                                "$5\r\nhello\r\n",
                                                "$-1\r\n",
                                                "*-1\r\n",
                                                "*2\r\n*1\r\n:1\r\n$1\r\nx\r\n",
                                                "*1\r\n$2147483648\r\n",
                                                "*4294967296\r\n:1\r\n",
                                                "*2147483647\r\n",
                                                "*99999999999999999999\r\n",
                                                ":9223372036854775808\r\n",
                                                "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n",
                                                "HTTP/1.1 400 Bad Request\r\n\r\n",
                                                "%1\r\n+a\r\n:1\r\n",
                                                "_\r\n",
                                                "#t\r\n",
                                                ",1.5\r\n",
                                                ">1\r\n:1\r\n",
                                                "\r\n",
                                                ""};
    auto const lie = [](SplitMix64& random) {
        std::string bytes = seeds[random() % seeds.size()];
        for (std::uint64_t changes = random() % 4; changes != 0 && !bytes.empty(); --changes) {
            std::size_t const at = random() % bytes.size();
            switch (random() % 5) {
            case 0: bytes[at] = static_cast<char>(random()); break;
            case 1: bytes.erase(at, 1 + random() % 3); break;
            case 2: bytes.insert(at, 1, "\r\n*:$+-09"[random() % 9]); break;
            case 3: bytes += seeds[random() % seeds.size()]; break;
            case 4: bytes.insert(at, std::string(random() % 9000, static_cast<char>('0' + random() % 10))); break;
            }
        }
        return bytes;
    };
    LyingServer const server{[&](Served const& client, int number) {
        SplitMix64 random{static_cast<std::uint64_t>(number)};
        while (random() % 4 != 0 && !client.read().empty()) client.write(lie(random));
    }};
    RedisOptions options = to(server);
    options.timeout = 20ms; // of an answer that does not end, on a connection that does not either
    Store store{options};
    int counts[4]{};
    for (int i = 0; i != 1500; ++i) {
        Said const said = run(store, echo);
        ++counts[static_cast<int>(said.status)];
        REQUIRE((said.status == StoreStatus::ok) == (store.last_error() == ""));
        REQUIRE(store.last_error().size() <= 512);
        if (said.status != StoreStatus::ok) REQUIRE(said.numbers == Numbers{0, 0});
        REQUIRE(said.took < 20ms + scheduling);
    }
    REQUIRE(counts[0] > 10);
    REQUIRE(counts[3] > 100);
}

TEST_CASE(STORE ": options that cannot be are refused", "[R-844]") {
    REQUIRE_THROWS_WITH(Store{RedisOptions{.timeout = 0s}}, ContainsSubstring("timeout is not above zero"));
    REQUIRE_THROWS_WITH(Store{RedisOptions{.again = -1s}}, ContainsSubstring("negative"));
    REQUIRE_THROWS_WITH(Store{RedisOptions{.user = "somebody"}}, ContainsSubstring("without a password"));
    REQUIRE_NOTHROW(Store{RedisOptions{.timeout = Duration::max(), .again = Duration::max()}});
}

TEST_CASE(STORE ": the while that it is down differs by a quarter both ways", "[R-832]") {
    REQUIRE(grit::detail::jittered_again(200ms, 0) == 150ms);
    REQUIRE(grit::detail::jittered_again(200ms, ~std::uint64_t{0}) == 250ms);
    REQUIRE(grit::detail::jittered_again(0s, 12345) == 0s);
    REQUIRE(grit::detail::jittered_again(Duration::max(), ~std::uint64_t{0}) == Duration::max());
}
