// SPDX-License-Identifier: BSL-1.0
#include <grit/core/random.hpp>

#include <array>
#include <random>
#include <set>
#include <thread>
#include <vector>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/wait.h>
#include <unistd.h>
#endif
#if defined(__linux__)
#include <sched.h>
#endif

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

TEST_CASE("every part of a seed counts, and none can cancel another out", "[R-337]") {
    std::set<std::uint64_t> seeds;
    for (std::uint64_t a = 0; a != 8; ++a)
        for (std::uint64_t b = 0; b != 8; ++b)
            for (std::uint64_t c = 0; c != 8; ++c) seeds.insert(detail::mixed_seed({a << 40, b, c}));
    REQUIRE(seeds.size() == 512);
}

#if defined(__unix__) || defined(__APPLE__)
namespace {

/// Draws in `children` children, each after draws of the parent. Returns: all that was drawn.
template <class Fork>
std::vector<std::uint64_t> drawn_in_children(int children, Fork const& fork_one) {
    std::vector<std::uint64_t> drawn;
    for (int i = 0; i != children; ++i) {
        drawn.push_back(ThreadRandom{}());
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        pid_t const child = fork_one();
        REQUIRE(child != -1);
        if (child == 0) {
            std::uint64_t const value = ThreadRandom{}();
            bool const written = ::write(ends[1], &value, sizeof value) == sizeof value;
            ::_exit(written ? 0 : 1);
        }
        std::uint64_t value = 0;
        REQUIRE(::read(ends[0], &value, sizeof value) == sizeof value);
        drawn.push_back(value);
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE(status == 0);
        ::close(ends[0]), ::close(ends[1]);
    }
    return drawn;
}
std::size_t different(std::vector<std::uint64_t> const& drawn) {
    return std::set<std::uint64_t>{drawn.begin(), drawn.end()}.size();
}

} // namespace

TEST_CASE("a child draws otherwise than its parent and its siblings", "[R-337]") {
    REQUIRE(different(drawn_in_children(8, [] { return ::fork(); })) == 16);
}

#if defined(__linux__)
TEST_CASE("a child that has its parent's number, in a namespace of its own, draws otherwise", "[R-337]") {
    // A child that is the first process of a new namespace, and its child that is the first of another: both have the
    // number 1.
    ThreadRandom{}();
    pid_t const outer = ::fork();
    if (outer == 0) {
        if (::unshare(CLONE_NEWUSER | CLONE_NEWPID) != 0) ::_exit(77); // not allowed here
        pid_t const first = ::fork();
        if (first == 0) {
            ThreadRandom{}();
            int ends[2];
            if (::getpid() != 1 || ::pipe(ends) != 0 || ::unshare(CLONE_NEWPID) != 0) ::_exit(77);
            pid_t const second = ::fork();
            if (second == 0) {
                std::uint64_t const theirs[2] = {static_cast<std::uint64_t>(::getpid()), ThreadRandom{}()};
                ::_exit(::write(ends[1], theirs, sizeof theirs) == sizeof theirs ? 0 : 1);
            }
            std::uint64_t theirs[2] = {};
            if (second == -1 || ::read(ends[0], theirs, sizeof theirs) != sizeof theirs) ::_exit(77);
            ::waitpid(second, nullptr, 0);
            // The child goes on from the state of its parent unless it seeds anew: the parent's next draw is then the
            // same.
            ::_exit(theirs[0] == 1 && theirs[1] == ThreadRandom{}() ? 1 : 0);
        }
        int status = 0;
        ::waitpid(first, &status, 0);
        ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 77);
    }
    int status = 0;
    REQUIRE(::waitpid(outer, &status, 0) == outer);
    if (!WIFEXITED(status) || WEXITSTATUS(status) == 77) SUCCEED("namespaces are not allowed here");
    else REQUIRE(WEXITSTATUS(status) == 0);
}
#endif
#endif

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
