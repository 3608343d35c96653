// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/transport/curl_many.hpp>

#include <array>
#include <chrono>
#include <iterator>
#include <list>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include <grit/llm/transport/manual_loop.hpp>
#include <grit/llm/transport/task.hpp>

#include "support/catch.hpp"
#include "support/fault_server.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;
using grit::Duration;
using grit::TimePoint;

static_assert(ExchangeLoop<CurlMany, CurlTransport>);
static_assert(ExchangeLoop<ManualLoop, CurlTransport>);

namespace {

struct Ended {
    std::string text = {};
    std::string error = {};
};

HttpRequest request_to(std::string const& url, Timeouts timeouts = {.connect = 5s, .attempt = 10s}) {
    return {.url = url, .body = "{}", .timeouts = timeouts};
}

/// Many exchanges in one loop.
struct Many {
    CurlTransport transport{};
    CurlMany loop{};
    std::list<HttpRequest> requests{};
    std::list<Ended> ended{};
    std::list<Task<void>> tasks{};

    Task<void> one(HttpRequest const& request, Ended& into, BodySink const* sink) {
        try {
            auto const response = co_await loop.exchange(transport, request, sink);
            into.text = std::to_string(response.status) + " " + response.body;
        } catch (std::exception const& error) {
            into.error = error.what();
        }
    }
    Ended& start(HttpRequest request, BodySink const* sink = nullptr) {
        requests.push_back(std::move(request));
        ended.emplace_back();
        tasks.push_back(one(requests.back(), ended.back(), sink));
        tasks.back().start();
        return ended.back();
    }
    bool is_done() const {
        for (auto const& task : tasks)
            if (!task.is_done()) return false;
        return true;
    }
    void run() {
        auto const limit = grit::saturating_add(loop.now(), grit::to_duration(20s));
        while (!is_done() && loop.now() < limit) loop.turn(limit);
        REQUIRE(is_done());
    }
};

} // namespace

TEST_CASE("Many exchanges go on at a time in one thread, and their connections are used again", "[R-769]") {
    fault::FaultServer server{{fault::Respond{.body = "yes"}}};
    Many many;
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 16; ++i) many.start(request_to(server.url()));
        many.run();
    }
    for (auto const& one : many.ended) CHECK(one.text == "200 yes");
    CHECK(server.requests().size() == 48);
    CHECK(server.connections() <= 16);
}

TEST_CASE("Each of many exchanges has its own limits and its own failure", "[R-769]") {
    fault::FaultServer good{{fault::Respond{.body = "yes"}}};
    fault::FaultServer silent{{fault::Silence{}}};
    fault::FaultServer broken{{fault::Reset{}}};
    Many many;
    auto const& late = many.start(request_to(silent.url(), {.first_byte = 50ms}));
    auto const& lost = many.start(request_to(broken.url()));
    auto const& refused = many.start(request_to(fault::refusing_url()));
    auto const& nonsense = many.start(request_to("ftp://nowhere"));
    auto const& fine = many.start(request_to(good.url()));
    many.run();
    CHECK(late.error == "Request timed out: no answer in time");
    CHECK(lost.error.starts_with("Connection error: the connection broke"));
    CHECK(refused.error.starts_with("Connection error: connection refused"));
    CHECK(nonsense.error.starts_with("Connection error: the request cannot be sent"));
    CHECK(fine.text == "200 yes");
}

TEST_CASE("A stop ends one of many exchanges at once, from any thread", "[R-769]") {
    fault::FaultServer silent{{fault::Silence{}}};
    Many many;
    std::stop_source source;
    auto request = request_to(silent.url());
    request.cancel = source.get_token();
    auto const& one = many.start(request);
    std::jthread const stops{[&] {
        while (silent.requests().empty()) std::this_thread::yield();
        source.request_stop();
    }};
    auto const from = many.loop.now();
    many.run();
    CHECK_FALSE(one.error.empty());
    CHECK(many.loop.now() - from < 5s);
}

TEST_CASE("An exchange that is destroyed is broken off, and the others go on", "[R-769]") {
    fault::FaultServer good{{fault::Respond{.body = "yes"}}};
    fault::FaultServer silent{{fault::Silence{}}};
    Many many;
    many.start(request_to(silent.url()));
    many.loop.turn(grit::saturating_add(many.loop.now(), grit::to_duration(20ms)));
    many.tasks.clear();
    auto const& fine = many.start(request_to(good.url()));
    many.run();
    CHECK(fine.text == "200 yes");
    CHECK(silent.wait_until_open(0, 5s));
}

TEST_CASE("Whoever is resumed may destroy another exchange that has ended, too", "[R-769]") {
    Many many;
    std::array<std::optional<Task<void>>, 3> tasks;
    int resumed = 0;
    auto const request = request_to("http://127.0.0.1:1", {.attempt = 0s}); // all end in the first turn
    auto const one = [&](std::size_t number) -> Task<void> {
        try {
            co_await many.loop.exchange(many.transport, request);
        } catch (ApiConnectionError const&) {
            if (++resumed == 1) tasks[(number + 1) % tasks.size()].reset();
        }
    };
    for (std::size_t i = 0; i < tasks.size(); ++i) tasks[i].emplace(one(i));
    for (auto& task : tasks) task->start();
    many.loop.turn(many.loop.now());
    CHECK(resumed == 2);
}

TEST_CASE("Whoever wakes may destroy another that sleeps until then", "[R-769]") {
    grit::ManualTime time;
    ManualLoop loop{time};
    std::list<Task<void>> naps;
    std::string order;
    auto const nap = [&](char name) -> Task<void> {
        co_await loop.sleep(1s);
        order += name;
        if (order.size() == 1) naps.erase(std::next(naps.begin()));
    };
    for (char const name : {'a', 'b', 'c'}) naps.push_back(nap(name));
    for (auto& one : naps) one.start();
    loop.turn(TimePoint{2s});
    CHECK(order == "ac");
}

TEST_CASE("A streamed body of one of many comes piece by piece", "[R-769]") {
    fault::FaultServer server{{fault::Stream{.events = {"data: 1\n\n", "data: 2\n\n"}}}};
    Many many;
    std::string read;
    auto take = [&](HttpResponse const&, std::string_view piece) {
        read += piece;
        return Reading::more;
    };
    BodySink const sink{take};
    auto const& one = many.start(request_to(server.url()), &sink);
    many.run();
    CHECK(one.text == "200 ");
    CHECK(read == "data: 1\n\ndata: 2\n\n");
}

TEST_CASE("A turn ends when it is woken, when a descriptor can be read, and at its time", "[R-769]") {
    CurlMany loop;
    auto const far = grit::saturating_add(loop.now(), grit::to_duration(20s));
    int pipe[2];
    REQUIRE(::pipe(pipe) == 0);
    REQUIRE(::write(pipe[1], "x", 1) == 1);
    loop.turn(far, pipe[0]);
    std::jthread const wakes{[&] { loop.wake(); }};
    loop.turn(far);
    loop.turn(loop.now());
    CHECK(loop.now() < far);
    ::close(pipe[0]);
    ::close(pipe[1]);
}

TEST_CASE("Sleeps in a loop end in the order of their times", "[R-769]") {
    CurlMany loop;
    std::string order;
    auto const nap = [&](Duration d, char name) -> Task<void> {
        co_await loop.sleep(d);
        order += name;
    };
    std::list<Task<void>> naps;
    naps.push_back(nap(30ms, 'c'));
    naps.push_back(nap(10ms, 'a'));
    naps.push_back(nap(20ms, 'b'));
    for (auto& one : naps) one.start();
    auto const far = grit::saturating_add(loop.now(), grit::to_duration(10s));
    while (order.size() < 3 && loop.now() < far) loop.turn(far);
    CHECK(order == "abc");
}
