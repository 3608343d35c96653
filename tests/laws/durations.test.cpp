// SPDX-License-Identifier: BSL-1.0
// Every place that takes a duration of the user rounds and saturates as to_duration does, whatever the unit.
#include <grit.hpp>

#include <limits>
#include <optional>
#include <stdexcept>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

using Seconds = std::chrono::duration<double>;
using Frames = std::chrono::duration<float, std::ratio<1, 60>>;
using Picoseconds = std::chrono::duration<std::int64_t, std::pico>;
using Years = std::chrono::duration<std::int64_t, std::ratio<31'556'952>>;
using Bytes = std::chrono::duration<std::uint8_t>;
using Unsigned = std::chrono::duration<std::uint64_t, std::nano>;

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

struct Failed : std::runtime_error {
    Failed() : std::runtime_error("failed") {}
};

/// What became of a duration that a policy was given: none if the policy refused it.
using Became = std::optional<Duration>;

template <class F>
Became became(F const& f) {
    try {
        return f();
    } catch (std::invalid_argument const&) {
        return std::nullopt;
    }
}

/// The one sleep of a call that fails once; no sleep is none at all.
template <class... Ps>
Duration slept(Ps... policies) {
    ManualTime time;
    (void)Retrying{StopAfterAttempt<2>{}, RetryIf<Failed>{}, policies..., Time{time}}.report([] { throw Failed{}; });
    return time.slept().empty() ? Duration::zero() : time.slept().front();
}

template <class D>
struct WaitOfTheUser {
    static constexpr Family family = Family::wait;
    using State = detail::NoState;
    D wait;
    template <class Q>
    D value(State, Q const&) const {
        return wait;
    }
};
template <class D>
struct Busy : std::runtime_error {
    D wait;
    explicit Busy(D d) : std::runtime_error("busy"), wait(d) {}
    D retry_after() const { return wait; }
};

template <class D>
void check(D const d) {
    Duration const exact = to_duration(d);
    CAPTURE(exact.count());
    Became const given = exact;
    Became const none_below_zero = exact < Duration::zero() ? Became{} : given;
    Became const above_zero = exact <= Duration::zero() ? Became{} : given;
    Duration const waited = exact < Duration::zero() ? Duration::zero() : exact;

    // Policies that keep it.
    CHECK(became([&] { return slept(WaitFixed{d}); }) == none_below_zero);
    CHECK(became([&] { return WaitRandom{0s, d}.bounds({}).most; }) == none_below_zero);
    CHECK(became([&] { return WaitExponential{d, Duration::max(), 1}.bounds({}).most; }).value_or(-1ns) <= waited);
    CHECK(became([&] { return slept(WaitIncrementing{d, 0s, Duration::max()}); }) == none_below_zero);
    CHECK(became([&] { return slept(WaitAtMost{d, WaitFixed<std::chrono::years{290}>{}}); }).value_or(waited) <=
          waited);
    CHECK(became([&] { return WaitHint{d}.max_hint(); }) == none_below_zero);
    CHECK(became([&] { return OpenFor{d}.longest(0); }) == above_zero);
    CHECK(became([&] { return SlowerThan{d}.time(); }) == above_zero);
    CHECK(became([&] { return MaxWait{d}.limit(); }) == none_below_zero);
    CHECK(became([&] { return RetryAfter{d}.retry_after(); }) == none_below_zero);

    // What is asked at each call.
    CHECK(slept(WaitFrom{[&] { return d; }}) == waited);
    if constexpr (std::is_convertible_v<D, Duration>) {
        ManualTime time;
        (void)Retrying{StopAfterAttempt<2>{}, WaitOfTheUser<D>{d}, Time{time}}.report([] { throw Failed{}; });
        CHECK(time.now() == TimePoint{waited});
    }
    ManualTime time;
    Retrying const hinted{StopAfterAttempt<2>{}, WaitHint<std::chrono::years{292}>{}, RetryIf<Busy<D>>{}, Time{time}};
    auto const report = hinted.report([&] { throw Busy<D>{d}; });
    CHECK((report.reason() == StopReason::hint || time.now() == TimePoint{waited}));

    // Points in time.
    ManualTime clock{d};
    CHECK(clock.now() == TimePoint{exact});
    clock.advance(d);
    CHECK(clock.now() == TimePoint{saturating_add(exact, exact)});
    CHECK(became([&] {
              ManualTime now;
              Duration left{};
              Deadline const deadline{d};
              try {
                  pipeline(Retrying{StopAfterAttempt<1>{}, Time{now}},
                           deadline)([&](Attempt const& attempt) { left = attempt.remaining(); });
              } catch (DeadlineExceeded const&) {
                  left = Duration::zero();
              }
              return left;
          }).value_or(exact) == exact);
}

} // namespace

TEMPLATE_TEST_CASE("every place that takes a duration converts it as to_duration does", "[R-642]", Seconds, Frames) {
    using Rep = typename TestType::rep;
    for (double const count : {0.0, 1.5, -1.5, 1e-12, -1e-12, 0.999999999e-9, 1e9, 9.2e9, 9.3e9, -9.3e9, 1e30, -1e30,
                               infinite, -infinite, no_number, -no_number, 5e-324}) {
        CAPTURE(count);
        check(TestType{static_cast<Rep>(count)});
    }
    check(TestType::max());
    check(TestType::min());
}
TEMPLATE_TEST_CASE("every place that takes a duration of whole ticks converts it as to_duration does", "[R-642]",
                   Picoseconds, std::chrono::milliseconds, std::chrono::hours, Years, Bytes, Unsigned) {
    using Rep = typename TestType::rep;
    for (int const count : {0, 1, 59, 127}) {
        CAPTURE(count);
        check(TestType{static_cast<Rep>(count)});
        if constexpr (std::is_signed_v<Rep>) check(TestType{static_cast<Rep>(-count)});
    }
    check(TestType::max());
    check(TestType::min());
}
