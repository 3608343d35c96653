// SPDX-License-Identifier: BSL-1.0
#include <grit/fleet/agent.hpp>

#include <thread>

#include <grit/time/manual.hpp>

#include "support/catch.hpp"
#include "support/cut_store.hpp"

namespace {

using namespace std::chrono_literals;
namespace fleet = grit::fleet;
using fleet::FleetMoment, fleet::StoreStatus;

static_assert(fleet::ScriptStore<support::CutStore>);
static_assert(fleet::ScriptStore<fleet::MemoryFleet<>>);

/// A part that asks for an exchange each second.
struct EachSecond final : fleet::Part {
    int exchanges = 0;
    int left = 0;
    grit::TimePoint exchange(fleet::Agent&, grit::TimePoint now) override {
        ++exchanges;
        return now + 1s;
    }
    void leave(fleet::Agent&) override { ++left; }
};

} // namespace

TEST_CASE("an agent asks each part when it is due, and says when that is") {
    grit::ManualTime time;
    fleet::MemoryFleet memory{grit::Time{time}};
    fleet::Agent agent{memory, grit::Name<"chat">{}, grit::Time{time}};
    EachSecond part;
    agent.add(part);
    CHECK(agent.next_due() == time.now());
    agent.tick();
    agent.tick();
    CHECK(part.exchanges == 1);
    CHECK(agent.next_due() == time.now() + 1s);
    time.advance(1s);
    agent.tick();
    CHECK(part.exchanges == 2);
    int woken = 0;
    agent.on_wake([&] { ++woken; });
    agent.wake(part, time.now() + 10ms);
    CHECK(agent.next_due() == time.now() + 10ms);
    CHECK(woken == 1);
    agent.wake(part, time.now() + 20ms);
    CHECK(agent.next_due() == time.now() + 10ms);
    CHECK(woken == 1); // it is due before
    time.advance(10ms);
    agent.tick();
    CHECK(part.exchanges == 3);
    agent.leave();
    CHECK(part.left == 1);
    agent.remove(part);
    time.advance(10s);
    agent.tick();
    CHECK(part.exchanges == 3);
}

TEST_CASE("an agent counts the members of its fleet, until they leave or are silent for three seconds") {
    grit::ManualTime time;
    fleet::MemoryFleet memory{grit::Time{time}};
    fleet::Agent one{memory, grit::Name<"chat">{}, grit::Time{time}};
    fleet::Agent two{memory, grit::Name{"chat"}, grit::Time{time}};
    fleet::Agent other{memory, grit::Name<"mail">{}, grit::Time{time}};
    one.tick();
    two.tick();
    other.tick();
    CHECK(two.members() == 2);
    CHECK(other.members() == 1);
    time.advance(1s);
    one.tick();
    CHECK(one.members() == 2);
    time.advance(2s);
    one.tick();
    CHECK(one.members() == 1); // two was silent
    two.tick();
    two.leave();
    time.advance(1s);
    one.tick();
    CHECK(one.members() == 1);
}

TEST_CASE("an agent tells once that its store is lost, with the reason, and once that it is back") {
    grit::ManualTime time;
    fleet::MemoryFleet memory{grit::Time{time}};
    support::CutStore store{memory};
    std::vector<std::pair<FleetMoment, std::string>> heard;
    fleet::Agent agent{store, grit::Name<"chat">{}, grit::Time{time},
                       fleet::OnFleetEvent{[&](fleet::FleetEvent const& event) noexcept {
                           CHECK(event.fleet == "chat");
                           heard.emplace_back(event.moment, event.error);
                       }}};
    agent.tick();
    CHECK(heard.empty());
    store.status = StoreStatus::timeout;
    for (int i = 0; i != 3; ++i) {
        time.advance(1s);
        agent.tick();
    }
    CHECK_FALSE(agent.store_up());
    CHECK(agent.members() == 1);
    store.status = StoreStatus::ok;
    time.advance(1s);
    agent.tick();
    CHECK(agent.store_up());
    CHECK(heard == std::vector<std::pair<FleetMoment, std::string>>{{FleetMoment::store_lost, "cut off"},
                                                                    {FleetMoment::store_back, ""}});
}

TEST_CASE("several listeners of an agent are told in the order named") {
    grit::ManualTime time;
    fleet::MemoryFleet memory{grit::Time{time}};
    support::CutStore store{memory};
    std::vector<int> heard;
    auto const hears = [&](int number) {
        return fleet::OnFleetEvent{[&heard, number](fleet::FleetEvent const&) noexcept { heard.push_back(number); }};
    };
    fleet::Agent agent{store, grit::Name<"chat">{}, grit::Time{time}, hears(1), hears(2), hears(3)};
    store.status = StoreStatus::timeout;
    agent.tick();
    CHECK(heard == std::vector{1, 2, 3});
}

TEST_CASE("a store that refuses one part and answers the others is lost once, and back once") {
    struct Full { // as a Redis that is out of memory: it refuses who only adds
        fleet::MemoryFleet<grit::ManualTime>& memory;
        bool is_full = false;
        StoreStatus eval(fleet::Script const& script, std::span<std::string_view const> keys,
                         std::span<std::int64_t const> args, std::span<std::int64_t> reply) noexcept {
            bool const adds = script.text() != "return 0" && &script != &fleet::detail::members_script;
            return is_full && adds ? StoreStatus::refused : memory.eval(script, keys, args, reply);
        }
        std::string last_error() const { return "OOM"; }
    };
    struct Asks final : fleet::Part {
        explicit Asks(fleet::Script const& asked) : script(&asked) {}
        fleet::Script const* script;
        grit::TimePoint exchange(fleet::Agent& agent, grit::TimePoint now) override {
            agent.eval(*script, {}, {}, {});
            return now + 100ms;
        }
    };
    static constexpr auto nothing = [](fleet::Keyspace&, std::span<std::string_view const>,
                                       std::span<std::int64_t const>, std::span<std::int64_t>) {};
    static constexpr fleet::Script read{"return 0", nothing};
    static constexpr fleet::Script write{"redis.call('SET', 'a', 1)", nothing};

    grit::ManualTime time;
    fleet::MemoryFleet memory{grit::Time{time}};
    Full store{memory};
    std::vector<std::pair<FleetMoment, std::string>> heard;
    fleet::Agent agent{store, grit::Name<"chat">{}, grit::Time{time},
                       fleet::OnFleetEvent{[&](fleet::FleetEvent const& event) noexcept {
                           heard.emplace_back(event.moment, event.error);
                       }}};
    Asks reader{read};
    Asks writer{write};
    agent.add(reader);
    agent.add(writer);
    auto const pass = [&](grit::Duration d) {
        for (grit::Duration over{}; over < d; over += 100ms) {
            time.advance(100ms);
            agent.tick();
        }
    };
    pass(2s);
    CHECK(heard.empty());
    store.is_full = true;
    pass(3s);
    CHECK_FALSE(agent.store_up());
    CHECK(heard.size() == 1);
    store.is_full = false;
    pass(100ms);
    CHECK(agent.store_up());
    CHECK(heard == std::vector<std::pair<FleetMoment, std::string>>{{FleetMoment::store_lost, "OOM"},
                                                                    {FleetMoment::store_back, ""}});

    SECTION("also where the part that lost it has nothing more to ask") {
        store.is_full = true;
        pass(200ms);
        CHECK_FALSE(agent.store_up());
        agent.remove(writer);
        store.is_full = false;
        pass(2s);
        CHECK(agent.store_up());
        CHECK(heard.size() == 4);
    }
    agent.remove(reader);
    agent.remove(writer);
}

TEST_CASE("the name of an agent becomes a tag, so that it has no braces and is not empty") {
    fleet::MemoryFleet<> memory;
    CHECK_THROWS_AS((fleet::Agent{memory, grit::Name{""}}), std::invalid_argument);
    CHECK_THROWS_AS((fleet::Agent{memory, grit::Name{"a}b"}}), std::invalid_argument);
    CHECK_THROWS_AS((fleet::Agent{memory, grit::Name{"{"}}), std::invalid_argument);
    CHECK(fleet::Agent{memory, grit::Name{"chat"}}.key("l:rpm") == "{chat}:l:rpm");
}

TEST_CASE("run() ticks until it is told to stop, and then leaves") {
    fleet::MemoryFleet<> memory;
    fleet::Agent agent{memory, grit::Name<"chat">{}};
    EachSecond part;
    agent.add(part);
    std::jthread const runs{[&](std::stop_token const& stop) { agent.run(stop); }};
    auto const by = std::chrono::steady_clock::now() + 20s;
    agent.wake(part, agent.now());
    while (agent.next_due() <= agent.now() && std::chrono::steady_clock::now() < by) std::this_thread::yield();
    const_cast<std::jthread&>(runs).request_stop();
    const_cast<std::jthread&>(runs).join();
    CHECK(part.exchanges >= 1);
    CHECK(part.left == 1);
}
