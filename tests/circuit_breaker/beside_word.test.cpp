// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/beside_word.hpp>

#include <grit/circuit_breaker/atomics.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::detail;

namespace {

/// A trip policy in the word.
struct InTheWord {};

/// Trip policies beside it, which say what they were told.
template <bool TimesCalls>
struct Beside {
    static constexpr Family family = CircuitFamily::trip;
    using Kind = Beside;
    static constexpr int buckets = 2;
    static constexpr bool asks_successes = TimesCalls;
    static constexpr bool times_calls = TimesCalls;

    bool opens;
    int* told;

    template <class Ring, class InEpoch>
    bool ended(Ring& ring, Ended const& call, InEpoch const& in_epoch) const {
        ++*told;
        ring.record(call.epoch, 0, true, true, in_epoch);
        return opens;
    }
    template <class Ring, class InEpoch>
    bool began(Ring&, Ended& call, InEpoch const&) const {
        ++*told;
        call.begun = true;
        return opens;
    }
    bool is_slow(TimePoint start, TimePoint end) const { return end - start > 1s; }
    template <class Ring>
    bool is_idle(Ring const& ring, std::uint32_t epoch, TimePoint) const {
        return ring.sum(epoch, 0).calls == 0;
    }
};
using Plain = Beside<false>;
using Timed = Beside<true>;

using Both = BesideGroup<Types<Plain, Timed>, Atomics<>>;
using OnlyPlain = BesideGroup<Types<Plain>, Atomics<>>;
using Policies = PolicySet<Plain, Timed>;

Policies policies(Plain plain, Timed timed) { return Policies{Given<Plain, Timed>{plain, timed}}; }
constexpr auto in_epoch = [] { return true; };

} // namespace

TEST_CASE("Trip policies are sorted by where their memory is", "[circuit_breaker]") {
    using Split = SplitTrips<Types<InTheWord, Plain, Timed>>;
    STATIC_REQUIRE(std::is_same_v<Split::in_word, Types<InTheWord>>);
    STATIC_REQUIRE(std::is_same_v<Split::beside, Types<Plain, Timed>>);
}

TEST_CASE("A group beside the word asks what any of its policies asks", "[circuit_breaker]") {
    using None = BesideGroup<Types<>, Atomics<>>;
    STATIC_REQUIRE(std::is_empty_v<None>);
    STATIC_REQUIRE(!None::exists);
    STATIC_REQUIRE(!None::asks_successes);
    STATIC_REQUIRE(!None::times_calls);
    STATIC_REQUIRE(OnlyPlain::exists);
    STATIC_REQUIRE(!OnlyPlain::asks_successes);
    STATIC_REQUIRE(!OnlyPlain::times_calls);
    STATIC_REQUIRE(Both::asks_successes);
    STATIC_REQUIRE(Both::times_calls);
    STATIC_REQUIRE(sizeof(Both) == 2 * 64); // a line for each ring
}

TEST_CASE("All policies beside the word are told, and any of them opens the circuit", "[circuit_breaker]") {
    bool const first = GENERATE(false, true);
    bool const second = GENERATE(false, true);
    int told = 0;
    Policies const set = policies({first, &told}, {second, &told});
    Both group;
    Ended call{Outcome::failure, 1, {}, {}, false};
    REQUIRE(group.is_idle(set, 1, {}));
    REQUIRE(group.ended(set, call, in_epoch) == (first || second));
    REQUIRE(told == 2);
    REQUIRE(!group.is_idle(set, 1, {}));
    REQUIRE(group.is_idle(set, 2, {}));
}

TEST_CASE("Only a policy beside the word that times calls hears of their beginning", "[circuit_breaker]") {
    int told_plain = 0;
    int told_timed = 0;
    bool const opens = GENERATE(false, true);
    Policies const set = policies({true, &told_plain}, {opens, &told_timed});
    Both group;
    Ended call{Outcome::success, 1, {}, {}, false};
    REQUIRE(group.began(set, call, in_epoch) == opens);
    REQUIRE(told_plain == 0);
    REQUIRE(told_timed == 1);
    REQUIRE(call.begun);
    REQUIRE(Both::is_slow(set, TimePoint{0s}, TimePoint{1001ms}));
    REQUIRE(!Both::is_slow(set, TimePoint{0s}, TimePoint{1s}));
    REQUIRE(!OnlyPlain::is_slow(set, TimePoint{0s}, TimePoint{1h}));
}
