// SPDX-License-Identifier: BSL-1.0
#include <grit/fleet/limit_script.hpp>

#include "support/catch.hpp"

using namespace grit::fleet;
using detail::LimitArgs;

namespace {

/// Limits in memory under a clock of the test.
struct Store {
    MemoryFleet<> memory;
    std::int64_t now = 1'000'000'000;

    struct Reply {
        bool ok;
        std::int64_t wait;
        std::int64_t paused;
        std::array<std::int64_t, 2> grants;
    };
    Reply ask(std::vector<LimitArgs> const& limits) {
        std::string_view const keys[]{"{chat}:l:a", "{chat}:l:b"};
        std::vector<std::int64_t> args(1 + limits.size() * LimitArgs::size, now);
        for (std::size_t i = 0; i != limits.size(); ++i) limits[i].put(args.data() + 1 + i * LimitArgs::size);
        std::array<std::int64_t, 5> reply{};
        REQUIRE(memory.eval(detail::limit_script, std::span{keys}.first(limits.size()), args,
                            std::span{reply}.first(3 + limits.size())) == StoreStatus::ok);
        return {reply[0] == 1, reply[1], reply[2], {reply[3], reply[4]}};
    }
    Reply ask(LimitArgs const& limit) { return ask(std::vector{limit}); }
};

/// Ten in a second, `used_at_first` of a burst of ten.
constexpr LimitArgs ten(std::int64_t want, std::int64_t least = 0, std::int64_t used_at_first = 0) {
    return {1, 100'000, 10, used_at_first, want, least};
}

} // namespace

TEST_CASE("the script of a limit grants what is there, and else says when the least will be", "[R-846]") {
    Store store;
    CHECK(store.ask(ten(4, 4)).grants[0] == 4);
    CHECK(store.ask(ten(8, 1)).grants[0] == 6);
    auto const refused = store.ask(ten(8, 3));
    CHECK_FALSE(refused.ok);
    CHECK(refused.wait == 300'000);
    store.now += refused.wait - 1;
    CHECK(store.ask(ten(8, 3)).wait == 1);
    store.now += 1;
    CHECK(store.ask(ten(8, 3)).grants[0] == 3);
    CHECK(store.ask(ten(5)).ok); // nothing is needed: it grants what there is, which is nothing
    CHECK(store.ask(ten(5)).grants[0] == 0);
}

TEST_CASE("several limits are granted together or not at all", "[R-846]") {
    Store store;
    LimitArgs const few{1, 1'000'000, 2, 0, 1, 1};
    CHECK(store.ask({ten(8, 8), few}).grants == std::array<std::int64_t, 2>{8, 1});
    auto const refused = store.ask({ten(8, 8), few});
    CHECK_FALSE(refused.ok);
    CHECK(refused.grants == std::array<std::int64_t, 2>{0, 0});
    CHECK(refused.wait == 600'000);
    CHECK(store.ask({ten(2, 2), few}).ok); // the refusal has taken nothing
    CHECK(store.ask({ten(0), few}).wait == 1'000'000);
}

TEST_CASE("a limit does not drift: the rest below a microsecond is kept", "[R-847]") {
    Store store;
    store.now = 1'764'000'000'000'000;             // since 1970: above what a double has room for, times the rate
    LimitArgs const odd{7, 3'000'000, 7, 7, 1, 1}; // 428,571.43 microseconds each
    std::int64_t const start = store.now;
    std::int64_t granted = 0;
    while (granted < 700'000) {
        auto const reply = store.ask(odd);
        if (reply.ok) ++granted;
        else store.now += reply.wait;
    }
    CHECK(store.now - start == 100'000 * std::int64_t{3'000'000}); // exactly, where they come as early as they may
}

TEST_CASE("a cost of nothing takes nothing, also on a key that nobody knows", "[R-848]") {
    Store store;
    CHECK(store.ask(ten(0)).ok);
    CHECK(store.ask(ten(10, 10)).ok);
    CHECK(store.ask(ten(0)).ok);
    CHECK(store.ask(ten(0)).wait == 0);
}

TEST_CASE("a cost above the burst can never be granted, and is told so instead of a time", "[R-848]") {
    Store store;
    CHECK(store.ask(ten(11, 11)).wait == -1);
    CHECK(store.ask({ten(11, 11), {1, 1'000'000, 2, 2, 1, 1}}).wait == -1);
    CHECK(store.ask(ten(10, 10)).ok);
}

TEST_CASE("a burst that is no whole number of microseconds is granted as a whole", "[R-847]") {
    Store store;
    CHECK(store.ask(LimitArgs{3, 1'000'000, 1, 0, 1, 1}).ok); // 333,333.3 microseconds
    CHECK(store.ask(LimitArgs{3, 1'000'000, 1, 0, 1, 1}).wait == 333'334);
    store.now += 333'334;
    CHECK(store.ask(LimitArgs{3, 1'000'000, 1, 0, 1, 1}).ok);
}

TEST_CASE("a key that nobody knows has what it is told of its burst", "[R-857]") {
    Store store;
    CHECK_FALSE(store.ask(ten(1, 1, 10)).ok);
    store.memory.clear();
    CHECK(store.ask(ten(10, 1, 4)).grants[0] == 6);
    store.now += 24LL * 3600 * 1'000'000 - 1; // kept for a day, and used up to the last microsecond of it
    CHECK(store.ask(ten(10, 1, 4)).grants[0] == 10);
    store.now += 24LL * 3600 * 1'000'000 + 1'000'000;
    CHECK(store.ask(ten(10, 1, 4)).grants[0] == 6);
}

TEST_CASE("a key lives longer than its burst takes to come back", "[R-865]") {
    Store store;
    LimitArgs const slow{1, 3600LL * 1'000'000, 100, 0, 100, 1}; // a hundred hours
    CHECK(store.ask(slow).grants[0] == 100);
    store.now += 90LL * 3600 * 1'000'000;
    CHECK(store.ask(slow).grants[0] == 90); // and not 100
}

TEST_CASE("what was estimated is settled: into a debt of a burst at most, and never above the burst", "[R-852]") {
    Store store;
    auto const settled = [&](std::int64_t by) {
        LimitArgs limit = ten(0);
        limit.settle = by;
        store.ask(limit);
        return store.ask(ten(10, 1)).wait;
    };
    store.ask(ten(10, 10));
    CHECK(settled(3) == 400'000);
    CHECK(settled(1'000'000'000'000) == 1'100'000); // a debt of ten, and one
    CHECK(settled(-8) == 300'000);
    LimitArgs all_back = ten(0);
    all_back.settle = -1'000'000'000'000;
    store.ask(all_back);
    CHECK(store.ask(ten(20, 1)).grants[0] == 10);
}

TEST_CASE("what a server says is left only lowers", "[R-853]") {
    Store store;
    auto const observed = [&](std::int64_t left) {
        LimitArgs limit = ten(0);
        limit.observed = left;
        store.ask(limit);
    };
    observed(100);
    observed(4);
    observed(7);
    CHECK(store.ask(ten(10, 1)).grants[0] == 4);
    observed(0);
    CHECK(store.ask(ten(10, 1)).wait == 100'000);
}

TEST_CASE("a pause stops a limit for its time, whatever the burst", "[R-854]") {
    Store store;
    LimitArgs pause = ten(0);
    pause.pause = 60'000'000;
    CHECK(store.ask(pause).paused == 60'000'000);
    store.now += 20'000'000;
    pause.pause = 1'000'000; // a shorter one changes nothing
    CHECK(store.ask(pause).paused == 40'000'000);
    auto const refused = store.ask({ten(1, 1), {1, 1'000'000, 2, 0, 1, 1}});
    CHECK_FALSE(refused.ok);
    CHECK(refused.wait == 40'000'000);
    CHECK(store.ask(ten(1)).wait == 40'000'000);
    store.now += 40'000'000;
    CHECK(store.ask(ten(10, 1)).grants[0] == 10);

    pause.pause = 60'000'000;
    store.ask(pause);
    store.now -= 3'600'000'000; // set back by an hour: not an hour and a minute
    CHECK(store.ask(ten(1, 1)).wait == 60'000'000);
    store.now += 60'000'000;
    CHECK(store.ask(ten(1, 1)).ok);
}

TEST_CASE("a clock that is set back costs twice the burst at most, one that is set forward a burst", "[R-856]") {
    auto const step = GENERATE(-1, 1) * std::int64_t{3'600'000'000};
    auto const used = GENERATE(std::int64_t{0}, std::int64_t{5}, std::int64_t{10});
    Store store;
    store.ask(ten(used));
    store.now += step;
    if (step > 0) CHECK(store.ask(ten(20, 1)).grants[0] == 10);
    else {
        auto const refused = store.ask(ten(1, 1));
        CHECK(refused.wait <= 1'100'000);
        store.now += refused.wait;
        CHECK(store.ask(ten(1, 1)).ok); // and it is not cut off anew
    }
}

TEST_CASE("a limit that is changed holds from the next step, with the key of the old one", "[R-860]") {
    Store store;
    store.ask(ten(10, 10));                                                // paid off in a second
    CHECK(store.ask(LimitArgs{1, 10'000, 100, 0, 100, 1}).wait == 10'000); // a hundred a second: all of them are used
    store.now += 500'000;
    CHECK(store.ask(LimitArgs{1, 10'000, 100, 0, 100, 1}).grants[0] == 50);
    CHECK(store.ask(LimitArgs{1, 1'000'000, 1, 0, 1, 1}).wait == 500'000 + 500'000);
}

TEST_CASE("numbers are printed as integers, whatever their size", "[R-858]") {
    // tostring() of Lua keeps 14 digits; microseconds since 1970 have 16.
    std::string_view const text = detail::limit_script.text();
    CHECK(text.find("string.format('%.0f") != text.npos);
    CHECK(text.find("tostring") == text.npos);
    CHECK(text.find("EX 0") == text.npos);
}
