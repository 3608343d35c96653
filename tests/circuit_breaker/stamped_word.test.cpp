// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/stamped_word.hpp>

#include <grit/circuit_breaker/atomics.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

TimePoint at(Duration d) { return TimePoint{d}; }

} // namespace

TEST_CASE("the word is exchanged only for what was seen") {
    detail::StampedWord<StdAtomics> stamped;
    detail::Word const first = stamped.load(std::memory_order_acquire);
    detail::Word seen = first;
    while (!stamped.exchange(seen, first + 1)) REQUIRE(seen == first); // a weak exchange may fail for no reason
    detail::Word stale = first;
    REQUIRE_FALSE(stamped.exchange(stale, first + 2));
    REQUIRE(stale == first + 1);
    REQUIRE(stamped.load(std::memory_order_acquire) == first + 1);
}

TEST_CASE("the stamp only grows") {
    detail::StampedWord<StdAtomics> stamped;
    REQUIRE(stamped.last_stamp() == TimePoint::min());
    stamped.stamp(at(5s));
    REQUIRE(stamped.last_stamp() == at(5s));
    stamped.stamp(at(3s));
    REQUIRE(stamped.last_stamp() == at(5s));
    stamped.stamp(at(-1s));
    REQUIRE(stamped.last_stamp() == at(5s));
    stamped.stamp(at(7s));
    REQUIRE(stamped.last_stamp() == at(7s));
}

TEST_CASE("a deadline longer ago than any can be has passed, whatever the word says") {
    detail::StampedWord<StdAtomics> stamped;
    stamped.stamp(at(0s));
    detail::Word const w = stamped.load(std::memory_order_acquire);
    REQUIRE(stamped.remaining(w, at(detail::longest_open)) == Duration::zero());
    REQUIRE(stamped.remaining(w, TimePoint::max()) == Duration::zero());
}

TEST_CASE("the word has a line of the cache to itself") {
    STATIC_REQUIRE(alignof(detail::StampedWord<StdAtomics>) == 64);
    STATIC_REQUIRE(sizeof(detail::StampedWord<StdAtomics>) == 64);
}
