// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/atomics.hpp>

#include <cstdint>

#include <grit/circuit_breaker.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

namespace {

int made = 0;
struct CountedAtomics {
    template <class T>
    struct Atomic : std::atomic<T> {
        Atomic(T value) : std::atomic<T>(value) { ++made; }
    };
};

} // namespace

TEST_CASE("Atomics is a policy without state, std::atomic by default", "[circuit_breaker]") {
    STATIC_REQUIRE(Policy<Atomics<>>);
    STATIC_REQUIRE(std::is_empty_v<Atomics<>>);
    STATIC_REQUIRE(std::is_same_v<Atomics<>::Atomic<std::uint64_t>, std::atomic<std::uint64_t>>);
    STATIC_REQUIRE(std::is_same_v<Atomics<CountedAtomics>::Atomic<std::int64_t>, CountedAtomics::Atomic<std::int64_t>>);
}

TEST_CASE("A breaker makes all its atomics of the type that is chosen: word, stamp and buckets", "[circuit_breaker]") {
    made = 0;
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>, Atomics<CountedAtomics>> word;
    REQUIRE(made == 2);
    fail(word);
    REQUIRE(word.state() == CircuitState::open);
    made = 0;
    CircuitBreaker<OpenAfterFailuresWithin<2, 1s>, OpenFor<1s>, Atomics<CountedAtomics>> ring;
    REQUIRE(made == 2 + 1 + 10);
    fail(ring, 2);
    REQUIRE(ring.state() == CircuitState::open);
}
