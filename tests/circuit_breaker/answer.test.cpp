// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/answer.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::detail;

namespace {

constexpr Word closed = with_payload(transition(0, CircuitState::closed), 5);
constexpr Word open = transition(closed, CircuitState::open);
constexpr Word half_open = transition(open, CircuitState::half_open);

} // namespace

TEST_CASE("An answer is the token of the call that was admitted, or why it was refused", "[circuit_breaker]") {
    constexpr auto admitted = CircuitAnswer<Word>::admitted_in(closed);
    STATIC_REQUIRE(admitted.admitted());
    STATIC_REQUIRE(admitted.token() == closed);

    constexpr auto refused = CircuitAnswer<Word>::refused(open, 3s);
    STATIC_REQUIRE(!refused.admitted());
    STATIC_REQUIRE(refused.refusal().state == CircuitState::open && refused.refusal().retry_after == 3s);
    STATIC_REQUIRE(refused.token() == open);

    constexpr auto no_time = CircuitAnswer<Word>::refused(half_open, 0s); // is no admission
    STATIC_REQUIRE(!no_time.admitted());
    STATIC_REQUIRE(no_time.refusal().state == CircuitState::half_open && no_time.refusal().retry_after == 0s);
}

TEST_CASE("An answer whose token is a word fits into two registers", "[circuit_breaker]") {
    STATIC_REQUIRE(sizeof(CircuitAnswer<Word>) == 2 * sizeof(Word));
    STATIC_REQUIRE(std::is_trivially_copyable_v<CircuitAnswer<Word>>);
}

TEST_CASE("The token of a timed call knows its word, and nothing else at first", "[circuit_breaker]") {
    constexpr TimedToken token{closed};
    STATIC_REQUIRE(word_of(token) == closed);
    STATIC_REQUIRE(word_of(closed) == closed);
    STATIC_REQUIRE(!token.begun);
    STATIC_REQUIRE(token.start == TimePoint{});
    STATIC_REQUIRE(CircuitAnswer<TimedToken>::refused(open, 1s).refusal().retry_after == 1s);
    STATIC_REQUIRE(word_of(CircuitAnswer<TimedToken>::admitted_in(token).token()) == closed);
}
