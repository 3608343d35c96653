// SPDX-License-Identifier: BSL-1.0
#include <grit/measure/names_up_to.hpp>

#include <stdexcept>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace grit;

TEST_CASE("the first keys have names of their own, the rest one together", "[R-822]") {
    NamesUpTo names{2};
    CHECK(names("a").get() == "a");
    CHECK(names(std::string{"b"}).get() == "b");
    CHECK(names("c").get() == "other");
    CHECK(names("a").get() == "a");
    CHECK(names("d").get() == "other");
}

TEST_CASE("a number is a key, too") {
    NamesUpTo names{1};
    CHECK(names(42).get() == "42");
    CHECK(names(43).get() == "other");
}

TEST_CASE("an empty key has no name of its own", "[R-822]") {
    NamesUpTo names{1};
    CHECK(names("").get() == "other");
    CHECK(names("a").get() == "a");
}

TEST_CASE("a bound of no key is refused") { CHECK_THROWS_AS(NamesUpTo{0}, std::invalid_argument); }

TEST_CASE("many threads never get more names than the bound", "[R-822]") {
    NamesUpTo names{5};
    std::vector<std::set<std::string>> seen(4);
    {
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t != 4; ++t)
            threads.emplace_back([&, t] {
                for (std::size_t i = 0; i != 100; ++i)
                    seen[t].insert(std::string{names(static_cast<int>((i * (t + 1)) % 20)).get()});
            });
    }
    std::set<std::string> all;
    for (auto const& one : seen) all.insert(one.begin(), one.end());
    CHECK(all.size() == 6);
    CHECK(all.contains("other"));
}
