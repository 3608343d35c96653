// SPDX-License-Identifier: BSL-1.0
// The circuit breaker as a user includes it: compiled with every warning, with and without exceptions and RTTI.
#include <grit/circuit_breaker.hpp>

#include <system_error>

#include "support/plain_checks.hpp"

using namespace std::chrono_literals;

namespace {

std::error_code fails() noexcept { return std::make_error_code(std::errc::connection_refused); }
std::error_code works() noexcept { return {}; }

/// Opens after two failures, is refused by value, and closes by a probe.
template <class Breaker>
void opens_and_closes(Breaker& breaker, grit::ManualTime& time) {
    for (int i = 0; i < 2; ++i) (void)breaker(fails);
    auto const refused = breaker.try_call(works);
    check(!refused && refused.error().state() == grit::CircuitState::open, "it opens and refuses by value");
    check(!breaker.try_acquire(), "it gives no permit");
    time.advance(1s);
    {
        auto permit = breaker.try_acquire();
        check(static_cast<bool>(permit), "it gives a permit to a probe");
    }
    check(breaker.try_call(works).has_value(), "a probe that said nothing gave its place back");
    check(breaker.state() == grit::CircuitState::closed, "it closes");
}

} // namespace

int main() {
    grit::ManualTime time{1h};
    grit::CircuitBreaker in_a_row{grit::OpenAfterFailures<2>{}, grit::OpenFor<1s>{}, grit::Time{time}};
    grit::CircuitBreaker within{grit::OpenAfterFailuresWithin{2, 10s}, grit::OpenFor{1s}, grit::Time{time}};
    grit::CircuitBreaker rate{grit::OpenAtFailureRate<50, grit::TimeWindow<10s, 10>, grit::MinimumCalls<2>>{},
                              grit::OpenFor<1s>{}, grit::Time{time}};
    grit::CircuitBreaker slow{
        grit::OpenAtSlowCallRate{50, grit::SlowerThan{1s}, grit::TimeWindow{10s}, grit::MinimumCalls{5}},
        grit::OpenAfterFailures{2}, grit::OpenFor{1s}, grit::Time{time}};
    opens_and_closes(in_a_row, time);
    opens_and_closes(within, time);
    opens_and_closes(rate, time);
    opens_and_closes(slow, time);
    in_a_row.force_open();
#if !GRIT_EXCEPTIONS
    check(in_a_row(works) == grit::errc::circuit_open, "without exceptions a rejection is an error code");
#endif
    return failures;
}
