// SPDX-License-Identifier: BSL-1.0
#pragma once
// Randomness for jitter: one small generator, one per thread that seeds itself when first asked, and a fair draw.

#include <cstdint>
#include <initializer_list>

#if defined(_WIN32)
#include <process.h>
#elif defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#include <unistd.h>
#if defined(__APPLE__)
#include <sys/random.h>
#endif
#endif

#include <grit/core/concepts.hpp>

namespace grit::inline GRIT_ABI {

/// A generator of 64 random bits with 64 bits of state; satisfies std::uniform_random_bit_generator.
///
/// Not for secrets. Thread safety: none; give each thread its own. Source: Steele, Lea, Flood, "Fast splittable
/// pseudorandom number generators", 2014.
class SplitMix64 {
public:
    using result_type = std::uint64_t;

    explicit constexpr SplitMix64(std::uint64_t seed) noexcept : state_(seed) {}

    static constexpr std::uint64_t min() noexcept { return 0; }
    static constexpr std::uint64_t max() noexcept { return ~std::uint64_t{0}; }

    constexpr std::uint64_t operator()() noexcept {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }

private:
    std::uint64_t state_;
};

namespace detail {

/// The identity of this process, as far as its number says it.
inline std::int64_t process_id() noexcept {
#if defined(__unix__) || defined(__APPLE__)
    return ::getpid();
#elif defined(_WIN32)
    return ::_getpid();
#else
    return 0;
#endif
}

/// Returns: how often this process and its parents have forked since they first asked. A child may have the number of
/// its parent, in a namespace of its own.
inline std::int64_t forks() noexcept {
#if defined(__unix__) || defined(__APPLE__)
    static std::int64_t count = 0; // written only in a child that has a single thread yet
    [[maybe_unused]] static int const registered = ::pthread_atfork(nullptr, nullptr, [] { ++count; });
    return count;
#else
    return 0;
#endif
}

/// A seed where no entropy is to be had. Each part is mixed in by itself, so that no two can cancel each other out.
constexpr std::uint64_t mixed_seed(std::initializer_list<std::uint64_t> parts) noexcept {
    std::uint64_t seed = 0;
    for (std::uint64_t const part : parts) seed = SplitMix64{seed ^ part}();
    return seed;
}
inline std::uint64_t seed_without_entropy(void const* place) noexcept {
    return mixed_seed({static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count()),
                       static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count()),
                       static_cast<std::uint64_t>(process_id()), static_cast<std::uint64_t>(forks()),
                       reinterpret_cast<std::uintptr_t>(place)});
}

/// A seed that differs between threads, processes and machines.
inline std::uint64_t fresh_seed(void const* place) noexcept {
#if defined(__linux__) || defined(__APPLE__) || defined(__FreeBSD__) || defined(__OpenBSD__)
    if (std::uint64_t seed = 0; ::getentropy(&seed, sizeof seed) == 0) return seed;
#endif
    return seed_without_entropy(place);
}

} // namespace detail

/// The default randomness: one SplitMix64 a thread, seeded at its first draw and again after a fork.
///
/// Any two threads and any two processes draw differently: also a child and its parent, and processes that start in the
/// same instant. Nothing happens on a path that draws nothing. Complexity: a thread-local access and a getpid() a draw.
/// Thread safety: safe from any thread.
struct ThreadRandom {
    std::uint64_t operator()() const noexcept {
        struct PerThread {
            SplitMix64 generator{0};
            std::int64_t process = -1;
            std::int64_t forks = 0;
        };
        thread_local constinit PerThread mine{};
        std::int64_t const process = detail::process_id();
        std::int64_t const forks = detail::forks();
        if (mine.process != process || mine.forks != forks) [[unlikely]]
            mine = {SplitMix64{detail::fresh_seed(&mine)}, process, forks};
        return mine.generator();
    }
};

/// Chooses the randomness of a Retrying: `Random<R>` for a type without state, `Random{generator}` to refer to one.
///
/// Requires: the generator outlives every Retrying that holds it. Thread safety: that of the generator.
template <class R = ThreadRandom>
class Random {
    static_assert(detail::is_met<(RandomSource<R>)>,
                  "grit: 'Random' cannot use this generator, because a call does not return 64 "
                  "random bits as std::uint64_t; use grit::SplitMix64 or std::mt19937_64");

public:
    static constexpr Family family = Family::random;
    using Kind = Random<>;
    static constexpr char const* name = "Random";
    static consteval auto arguments() { return Types<TypeOr<R, ThreadRandom>>{}; }

    explicit constexpr Random(R& generator) noexcept : generator_(&generator) {}
    explicit constexpr Random(R const&&) noexcept {
        static_assert(detail::is_met<(always_false<R>)>,
                      "grit: 'Random' was given a temporary with state, because it would refer to a generator that is "
                      "gone; give the generator a name, as in SplitMix64 generator{seed}; Random{generator}, instead");
    }
    GRIT_INLINE constexpr R& get() const noexcept { return *generator_; }

private:
    R* generator_;
};

template <class R>
    requires std::is_empty_v<R>
class Random<R> {
    static_assert(detail::is_met<(RandomSource<R>)>,
                  "grit: 'Random' cannot use this generator, because a call does not return 64 "
                  "random bits as std::uint64_t; use grit::SplitMix64 or std::mt19937_64");

public:
    static constexpr Family family = Family::random;
    using Kind = Random<>;
    static constexpr char const* name = "Random";
    static consteval auto arguments() { return Types<TypeOr<R, ThreadRandom>>{}; }

    constexpr Random() noexcept = default;
    explicit constexpr Random(R const&) noexcept {}
    GRIT_INLINE constexpr R get() const noexcept { return R{}; }
};
template <class R>
    requires std::is_empty_v<R>
Random(R const&) -> Random<R>;

/// Maps 64 random bits to [least, most], both ends included. Requires: 0 <= least <= most.
///
/// Source: the multiply-shift of Lemire, "Fast random integer generation in an interval", 2019, without its rejection
/// step, whose absence biases a draw by less than one part in 2^64 divided by the interval in ns.
GRIT_INLINE constexpr Duration draw_between(Duration least, Duration most, std::uint64_t bits) noexcept {
    std::uint64_t const span = static_cast<std::uint64_t>(most.count()) - static_cast<std::uint64_t>(least.count());
    std::uint64_t const n = span + 1; // fits, since waits are not negative
#if defined(__SIZEOF_INT128__)
    __extension__ using Wide = unsigned __int128;
    auto const offset = static_cast<std::uint64_t>((Wide{bits} * n) >> 64);
#else
    // The same product from 32-bit halves.
    std::uint64_t const low = (bits & 0xffffffffu) * (n & 0xffffffffu);
    std::uint64_t const mid = (bits >> 32) * (n & 0xffffffffu) + (low >> 32);
    std::uint64_t const mid2 = (bits & 0xffffffffu) * (n >> 32) + (mid & 0xffffffffu);
    std::uint64_t const offset = (bits >> 32) * (n >> 32) + (mid >> 32) + (mid2 >> 32);
#endif
    return Duration{static_cast<std::int64_t>(static_cast<std::uint64_t>(least.count()) + offset)};
}

} // namespace grit::inline GRIT_ABI
