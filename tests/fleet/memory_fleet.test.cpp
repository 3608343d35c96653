// SPDX-License-Identifier: BSL-1.0
#include <grit/fleet/memory_fleet.hpp>

#include <grit/time/manual.hpp>

#include "support/catch.hpp"

namespace {

using namespace std::chrono_literals;
namespace fleet = grit::fleet;

/// Counts up under a key that is kept for a second, and tells the time.
constexpr fleet::Script count_up{"", [](fleet::Keyspace& keys, std::span<std::string_view const> names,
                                        std::span<std::int64_t const>, std::span<std::int64_t> reply) {
                                     reply[0] = ++keys.make<std::int64_t>(names[0]);
                                     reply[1] = keys.now();
                                     keys.expire_in(names[0], 1'000'000);
                                 }};

} // namespace

TEST_CASE("a store in memory keeps what scripts write until it expires, and goes by its clock or the given time") {
    grit::ManualTime time;
    fleet::MemoryFleet memory{grit::Time{time}};
    std::string_view const keys[]{"{chat}:n"};
    auto const count = [&](std::int64_t now) {
        std::array<std::int64_t, 3> reply{7, 7, 7};
        std::int64_t const args[]{now};
        REQUIRE(memory.eval(count_up, keys, args, reply) == fleet::StoreStatus::ok);
        return reply;
    };
    time.advance(5s);
    CHECK(count(0) == std::array<std::int64_t, 3>{1, 5'000'000, 0});
    time.advance(999ms);
    CHECK(count(0)[0] == 2);
    time.advance(1s);
    CHECK(count(0)[0] == 1);
    CHECK(count(77'000'000) == std::array<std::int64_t, 3>{1, 77'000'000, 0});
    CHECK(count(77'000'001)[0] == 2);
    memory.clear();
    CHECK(count(77'000'001)[0] == 1);
}
