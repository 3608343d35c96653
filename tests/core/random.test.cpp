// SPDX-License-Identifier: BSL-1.0
#include <grit/core/random.hpp>

#include <array>
#include <random>
#include <set>
#include <thread>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t all_bits = ~std::uint64_t{0};

constexpr std::array<std::uint64_t, 5> first_five(SplitMix64 generator) {
    std::array<std::uint64_t, 5> drawn{};
    for (std::uint64_t& value : drawn) value = generator();
    return drawn;
}

struct Fixed {
    constexpr std::uint64_t operator()() const { return 7; }
};

} // namespace

TEST_CASE("SplitMix64 draws the published sequence") {
    constexpr std::array<std::uint64_t, 5> published{6457827717110365317u, 3203168211198807973u, 9817491932198370423u,
                                                     4593380528125082431u, 16408922859458223821u};
    STATIC_REQUIRE(first_five(SplitMix64{1234567}) == published);
    REQUIRE(first_five(SplitMix64{1234567}) == published);
}

TEST_CASE("SplitMix64 works with the distributions of the standard library") {
    STATIC_REQUIRE(std::uniform_random_bit_generator<SplitMix64>);
    SplitMix64 generator{42};
    std::uniform_int_distribution<int> dice{1, 6};
    int const thrown = dice(generator);
    REQUIRE(thrown >= 1);
    REQUIRE(thrown <= 6);
}

TEST_CASE("ThreadRandom differs from draw to draw and from thread to thread") {
    std::uint64_t const here = ThreadRandom{}();
    REQUIRE(ThreadRandom{}() != here);

    std::array<std::uint64_t, 4> drawn{};
    for (std::uint64_t& value : drawn) std::thread{[&] { value = ThreadRandom{}(); }}.join();
    for (std::size_t i = 0; i != drawn.size(); ++i)
        for (std::size_t j = 0; j != i; ++j) REQUIRE(drawn[i] != drawn[j]);
}

TEST_CASE("draw_between reaches both ends and nothing beyond") {
    STATIC_REQUIRE(draw_between(1s, 2s, 0) == 1s);
    STATIC_REQUIRE(draw_between(1s, 2s, all_bits) == 2s);
    STATIC_REQUIRE(draw_between(1s, 2s, all_bits / 2) == 1500ms);
    STATIC_REQUIRE(draw_between(3s, 3s, all_bits) == 3s);
    STATIC_REQUIRE(draw_between(0s, Duration{1}, all_bits / 2) == Duration{0});
    STATIC_REQUIRE(draw_between(0s, Duration{1}, all_bits / 2 + 1) == Duration{1});
    STATIC_REQUIRE(draw_between(0s, Duration::max(), all_bits) == Duration::max());
    STATIC_REQUIRE(draw_between(-1s, 1s, 0) == -1s);
    STATIC_REQUIRE(draw_between(-1s, 1s, all_bits) == 1s);
    STATIC_REQUIRE(draw_between(Duration::max() - 1ns, Duration::max(), all_bits) == Duration::max());
}

TEST_CASE("draw_between is even") {
    std::array<int, 10> counts{};
    SplitMix64 generator{2024};
    for (int i = 0; i != 10'000; ++i) {
        Duration const drawn = draw_between(Duration{0}, Duration{9}, generator());
        REQUIRE(drawn >= Duration{0});
        REQUIRE(drawn <= Duration{9});
        ++counts[static_cast<std::size_t>(drawn.count())];
    }
    for (int const count : counts) {
        REQUIRE(count > 850); // 1000 expected; five standard deviations are 150
        REQUIRE(count < 1150);
    }
}

TEST_CASE("generators at different places start differently, with and without entropy") {
    std::array<char, 64> places{};
    std::set<std::uint64_t> seeds;
    for (char const& place : places) {
        seeds.insert(detail::fresh_seed(&place));
        seeds.insert(detail::seed_without_entropy(&place));
    }
    REQUIRE(seeds.size() == 2 * places.size());
}

TEST_CASE("Random refers to a generator, or makes one that has no state") {
    SplitMix64 generator{1};
    Random const by_reference{generator};
    STATIC_REQUIRE(std::is_same_v<decltype(by_reference), Random<SplitMix64> const>);
    REQUIRE(&by_reference.get() == &generator);
    REQUIRE(by_reference.get()() == SplitMix64{1}());

    STATIC_REQUIRE(std::is_empty_v<Random<Fixed>>);
    STATIC_REQUIRE(Random<Fixed>{}.get()() == 7);
    STATIC_REQUIRE(std::is_same_v<decltype(Random{Fixed{}}), Random<Fixed>>);
    STATIC_REQUIRE(std::is_same_v<Random<Fixed>::Kind, Random<SplitMix64>::Kind>);
    STATIC_REQUIRE(Policy<Random<>>);
}
