// SPDX-License-Identifier: BSL-1.0
#include <grit/measure/cells.hpp>

#include <atomic>
#include <thread>
#include <vector>

#include "support/catch.hpp"
#include "support/counting_new.hpp"

using namespace grit::detail;

namespace {

struct Cells {
    explicit Cells(std::size_t n) : size(n), first(CellBank::instance().take(n)) {}
    Cells(Cells const&) = delete;
    Cells& operator=(Cells const&) = delete;
    ~Cells() { CellBank::instance().give_back(first, size); }
    std::uint64_t sum(std::size_t i = 0) const { return CellBank::instance().sum(first + i); }

    std::size_t size;
    CellPlace first;
};

/// Counts when its thread ends: after the cells of the thread have been handed on, if it was made before them.
struct CountsAtEnd {
    CellPlace place;
    ~CountsAtEnd() { count_in(place, 1); }
};

} // namespace

TEST_CASE("a read adds up what all threads have counted, also those that have ended", "[R-815]") {
    Cells const cells{2};
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t != 4; ++t)
            threads.emplace_back([&] {
                for (int i = 0; i != 10'000; ++i) {
                    count_in(cells.first, 1);
                    count_in(cells.first + 1, 3);
                }
            });
    }
    count_in(cells.first, 5);
    CHECK(cells.sum(0) == 40'005);
    CHECK(cells.sum(1) == 120'000);
}

TEST_CASE("a counter never goes back while threads count and end", "[R-815]") {
    Cells const cells{1};
    std::atomic<bool> done{false};
    std::uint64_t last = 0;
    bool grew = true;
    std::jthread reader{[&] {
        while (!done) {
            std::uint64_t const now = cells.sum();
            grew = grew && now >= last;
            last = now;
        }
    }};
    for (int round = 0; round != 20; ++round) {
        std::vector<std::jthread> threads;
        for (int t = 0; t != 3; ++t)
            threads.emplace_back([&] {
                for (int i = 0; i != 1'000; ++i) count_in(cells.first, 1);
            });
    }
    done = true;
    reader.join();
    CHECK(grew);
    CHECK(cells.sum() == 60'000);
}

TEST_CASE("a thread allocates at its first count in a block and never again", "[R-815]") {
    Cells const cells{1};
    count_in(cells.first, 1);
    int const before = grit::test::allocations;
    for (int i = 0; i != 1'000; ++i) count_in(cells.first, 1);
    CHECK(grit::test::allocations == before);
    CHECK(cells.sum() == 1'001);
}

TEST_CASE("what the destructor of another object of a thread counts is not lost", "[R-815]") {
    Cells const cells{1};
    std::jthread{[&] {
        thread_local CountsAtEnd const last{cells.first};
        static_cast<void>(last.place);
        count_in(cells.first, 1); // the cells of the thread begin after `last`, so they end before it
    }}.join();
    CHECK(cells.sum() == 2);
}

TEST_CASE("cells that were given back are zero when they are taken again") {
    CellPlace first;
    {
        Cells const cells{7};
        first = cells.first;
        for (std::size_t i = 0; i != 7; ++i) count_in(cells.first + i, 9);
        std::jthread{[&] { count_in(cells.first, 1); }}.join();
    }
    Cells const again{7};
    CHECK(again.first == first);
    for (std::size_t i = 0; i != 7; ++i) CHECK(again.sum(i) == 0);
}

TEST_CASE("cells beyond a block stand in the next one, which is twice as large") {
    std::vector<std::unique_ptr<Cells>> all;
    std::uint32_t blocks = 0;
    for (std::size_t n = 0; n != 3'000; n += 50) {
        all.push_back(std::make_unique<Cells>(50));
        CHECK(all.back()->first.offset + 50 <= cells_in(all.back()->first.block));
        blocks = std::max(blocks, all.back()->first.block);
        count_in(all.back()->first + 49, n + 1);
    }
    CHECK(blocks >= 4);
    for (std::size_t i = 0; i != all.size(); ++i) CHECK(all[i]->sum(49) == i * 50 + 1);
    CHECK(reinterpret_cast<std::uintptr_t>(own_cells[blocks]) % cache_line == 0);
}
