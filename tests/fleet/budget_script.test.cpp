// SPDX-License-Identifier: BSL-1.0
#include <grit/fleet/budget_script.hpp>

#include "support/catch.hpp"

using namespace grit::fleet;

namespace {

using Reply = std::array<std::int64_t, 2>;

Reply ask(MemoryFleet<>& memory, std::int64_t deposit, std::int64_t back, std::int64_t want) {
    std::string_view const keys[]{"{chat}:t"};
    std::int64_t const args[]{0, 10'000, deposit, back, want};
    Reply reply{};
    REQUIRE(memory.eval(detail::budget_script, keys, args, reply) == StoreStatus::ok);
    return reply;
}

} // namespace

TEST_CASE("a budget that nobody knows grants nothing, and later only whole tokens of its upper half", "[R-862]") {
    MemoryFleet<> memory;
    CHECK(ask(memory, 0, 0, 5'000) == Reply{0, 5'000});
    CHECK(ask(memory, 2'500, 0, 5'000) == Reply{2'000, 5'500});
    CHECK(ask(memory, 400, 0, 5'000) == Reply{0, 5'900});
    CHECK(ask(memory, 100, 0, 5'000) == Reply{1'000, 5'000});
    CHECK(ask(memory, 0, 1'000, 0) == Reply{0, 6'000}); // what comes back unused
    CHECK(ask(memory, 1'000'000, 0, 0) == Reply{0, 10'000});
    CHECK(ask(memory, 0, 0, 1'000'000) == Reply{5'000, 5'000});
}
