// SPDX-License-Identifier: BSL-1.0
#include <grit/core/duration.hpp>

#include <cmath>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

constexpr Duration most = Duration::max();
constexpr Duration least = Duration::min();
constexpr Duration tick{1};

template <ConstantDuration D>
struct Holder {
    static constexpr auto duration = D;
};

constexpr TimePoint at(Duration d) { return TimePoint{d}; }

} // namespace

TEST_CASE("to_duration converts every unit") {
    STATIC_REQUIRE(to_duration(2h) == Duration{7'200'000'000'000});
    STATIC_REQUIRE(to_duration(-3ms) == Duration{-3'000'000});
    STATIC_REQUIRE(to_duration(std::chrono::duration<double>{0.25}) == 250ms);
    STATIC_REQUIRE(to_duration(std::chrono::duration<std::int64_t, std::pico>{2500}) == Duration{2});
    REQUIRE(to_duration(std::chrono::duration<float, std::milli>{1.5f}) == 1500us);
}

TEST_CASE("to_duration saturates") {
    STATIC_REQUIRE(to_duration(std::chrono::hours::max()) == most);
    STATIC_REQUIRE(to_duration(std::chrono::hours::min()) == least);
    STATIC_REQUIRE(to_duration(std::chrono::duration<double>{1e300}) == most);
    STATIC_REQUIRE(to_duration(std::chrono::duration<double>{-1e300}) == least);
    STATIC_REQUIRE(to_duration(std::chrono::duration<std::uint64_t, std::nano>::max()) == most);
    STATIC_REQUIRE(to_duration(most) == most);
    STATIC_REQUIRE(to_duration(least) == least);
    REQUIRE(to_duration(std::chrono::duration<double>{INFINITY}) == most);
    REQUIRE(to_duration(std::chrono::duration<double>{-INFINITY}) == least);
    REQUIRE(to_duration(std::chrono::duration<double>{std::nan("")}) == Duration::zero());
}

TEST_CASE("to_duration is exact next to its limits") {
    using Unsigned = std::chrono::duration<std::uint64_t, std::nano>;
    STATIC_REQUIRE(to_duration(Unsigned{9223372036854775807u}) == most);
    STATIC_REQUIRE(to_duration(Unsigned{9223372036854775808u}) == most);
    STATIC_REQUIRE(to_duration(std::chrono::seconds{9'223'372'036}) == Duration{9'223'372'036'000'000'000});
    STATIC_REQUIRE(to_duration(std::chrono::seconds{9'223'372'037}) == most);
    REQUIRE(to_duration(std::chrono::seconds{-9'223'372'036}) == Duration{-9'223'372'036'000'000'000});
    REQUIRE(to_duration(std::chrono::seconds{-9'223'372'037}) == least);
    STATIC_REQUIRE(to_duration(std::chrono::microseconds{9'223'372'036'854'775}) ==
                   Duration{9'223'372'036'854'775'000});
    STATIC_REQUIRE(to_duration(std::chrono::microseconds{9'223'372'036'854'776}) == most);
    STATIC_REQUIRE(to_duration(std::chrono::microseconds{-9'223'372'036'854'776}) == least);
}

TEST_CASE("to_duration takes counts and periods of any size") {
    STATIC_REQUIRE(to_duration(std::chrono::duration<std::int16_t>{32'767}) == Duration{32'767'000'000'000});
    STATIC_REQUIRE(to_duration(std::chrono::duration<std::int8_t, std::ratio<86'400>>{-128}) == -128 * 24h);
    STATIC_REQUIRE(to_duration(std::chrono::duration<std::uint16_t>{65'535}) == 65'535s);
    STATIC_REQUIRE(to_duration(std::chrono::duration<std::int64_t, std::giga>{9}) == 9'000'000'000s);
    STATIC_REQUIRE(to_duration(std::chrono::duration<std::int64_t, std::giga>{10}) == most);
    STATIC_REQUIRE(to_duration(std::chrono::duration<std::int64_t, std::giga>{-10}) == least);
    STATIC_REQUIRE(to_duration(std::chrono::duration<std::int64_t, std::ratio<1, 3>>{3}) == 1s);
}

namespace {

#if defined(__SIZEOF_INT128__)
__extension__ using Wide = __int128;

/// What to_duration must say, by another way: the quotient and the remainder apart.
template <class Rep, class Period>
Duration by_parts(std::chrono::duration<Rep, Period> d) {
    Wide const n = d.count();
    Wide const whole = n / Period::den;
    Wide const part = n % Period::den; // both towards zero
    // Neither product can overflow where the result fits.
    if (whole > Wide{most.count()} / Period::num || whole < Wide{least.count()} / Period::num)
        return n > 0 ? most : least;
    Wide const seconds = whole * Period::num;
    Wide const limit = most.count();
    if (seconds > limit / 1'000'000'000 + 1 || seconds < -limit / 1'000'000'000 - 1) return n > 0 ? most : least;
    Wide const ns = seconds * 1'000'000'000 + part * Period::num * 1'000'000'000 / Period::den;
    return ns > limit ? most : ns < Wide{least.count()} ? least : Duration{static_cast<std::int64_t>(ns)};
}

template <class Rep, std::intmax_t Num, std::intmax_t Den>
void check_period() {
    using D = std::chrono::duration<Rep, std::ratio<Num, Den>>;
    std::uint64_t bits = 88172645463325252u;
    for (int i = 0; i != 2'000; ++i) {
        bits ^= bits << 13, bits ^= bits >> 7, bits ^= bits << 17;
        auto const count = static_cast<Rep>(bits >> (static_cast<std::size_t>(i) % (sizeof(Rep) * 8)));
        D const d{count};
        CAPTURE(Num, Den, i);
        CHECK(to_duration(d) == by_parts(d));
    }
    for (Rep const count : {std::numeric_limits<Rep>::max(), std::numeric_limits<Rep>::min(), Rep{0}, Rep{1}})
        CHECK(to_duration(D{count}) == by_parts(D{count}));
}
#endif

} // namespace

#if defined(__SIZEOF_INT128__)
TEMPLATE_TEST_CASE("to_duration is exact or at a limit for every period", "[R-335]", std::int8_t, std::uint8_t,
                   std::int16_t, std::int32_t, std::uint32_t, std::int64_t, std::uint64_t) {
    check_period<TestType, 1, 3'579'545>();
    check_period<TestType, 1, 1'193'182>();
    check_period<TestType, 1, 44'100>();
    check_period<TestType, 1, 90'000>();
    check_period<TestType, 1, 1'000'000'000'000>();
    check_period<TestType, 1, std::numeric_limits<std::intmax_t>::max()>();
    check_period<TestType, 1'001, 30'000>();
    check_period<TestType, 7, 3>();
    check_period<TestType, 86'400, 1>();
    check_period<TestType, std::numeric_limits<std::intmax_t>::max(), 1>();
}
#endif

TEST_CASE("to_duration knows the ticks of old hardware, also as a constant", "[R-335]") {
    using Acpi = std::chrono::duration<std::int64_t, std::ratio<1, 3'579'545>>;
    using Pit = std::chrono::duration<std::int64_t, std::ratio<1, 1'193'182>>;
    using Audio = std::chrono::duration<std::int64_t, std::ratio<1, 44'100>>;
    STATIC_REQUIRE(to_duration(Acpi{3'579'545ll * 4 * 3'600}) == 4h);
    STATIC_REQUIRE(to_duration(Pit{1'193'182ll * 5 * 3'600}) == 5h);
    STATIC_REQUIRE(to_duration(Audio{44'100ll * 300 * 86'400}) == 24h * 300);
    STATIC_REQUIRE(Holder<Acpi{3'579'545ll * 4 * 3'600}>::duration.value() == 4h);
    STATIC_REQUIRE(Holder<Audio{-44'100ll * 300 * 86'400}>::duration.value() == -24h * 300);
}

TEST_CASE("to_duration stays within its limits for floating point", "[R-335]") {
    STATIC_REQUIRE(to_duration(std::chrono::duration<float>{9.2e9f}) > 9'190'000'000s);
    STATIC_REQUIRE(to_duration(std::chrono::duration<float>{9.3e9f}) == most);
    STATIC_REQUIRE(to_duration(std::chrono::duration<float>{-9.3e9f}) == least);
    STATIC_REQUIRE(to_duration(std::chrono::duration<float, std::ratio<1, 44'100>>{44'100.0f}) == 1s);
    STATIC_REQUIRE(to_duration(std::chrono::duration<double>{1e300}) == most);
    STATIC_REQUIRE(to_duration(std::chrono::duration<long double, std::nano>{-0.9L}) == 0ns);
    CHECK(to_duration(std::chrono::duration<double>{std::nan("")}) == 0ns);
    CHECK(to_duration(std::chrono::duration<float>{std::numeric_limits<float>::infinity()}) == most);
    CHECK(to_duration(std::chrono::duration<double>{-std::numeric_limits<double>::infinity()}) == least);
}

TEST_CASE("ConstantDuration is a template argument of any unit") {
    STATIC_REQUIRE(Holder<250ms>::duration.value() == 250ms);
    STATIC_REQUIRE(std::is_same_v<Holder<1s>, Holder<1000ms>>);
    STATIC_REQUIRE_FALSE(std::is_same_v<Holder<1s>, Holder<1ms>>);
    STATIC_REQUIRE(Holder<dynamic>::duration.is_dynamic());
    STATIC_REQUIRE_FALSE(Holder<0s>::duration.is_dynamic());
    REQUIRE(ConstantDuration{2s} == ConstantDuration{2000ms});
}

TEST_CASE("the least of durations is a constant, and does not stand for one that comes at run time", "[R-642]") {
    STATIC_REQUIRE_FALSE(ConstantDuration{std::chrono::hours::min()}.is_dynamic());
    STATIC_REQUIRE_FALSE(ConstantDuration{Duration::min()}.is_dynamic());
    STATIC_REQUIRE(ConstantDuration{std::chrono::duration<double>{-1e300}}.value() < Duration::min() + 2ns);
}

TEST_CASE("duration_argument takes any std::chrono duration") {
    STATIC_REQUIRE(duration_argument(5min) == 300s);
    REQUIRE(duration_argument(std::chrono::duration<double>{0.5}) == 500ms);
    STATIC_REQUIRE(is_duration<std::chrono::minutes>);
    STATIC_REQUIRE_FALSE(is_duration<int>);
}

TEST_CASE("saturating_add of durations stays at the limits") {
    STATIC_REQUIRE(saturating_add(2s, 3s) == 5s);
    STATIC_REQUIRE(saturating_add(most, tick) == most);
    STATIC_REQUIRE(saturating_add(most - tick, tick) == most);
    STATIC_REQUIRE(saturating_add(most, most) == most);
    STATIC_REQUIRE(saturating_add(least, -tick) == least);
    STATIC_REQUIRE(saturating_add(least, least) == least);
    STATIC_REQUIRE(saturating_add(most, least) == -tick);
    REQUIRE(saturating_add(tick, most) == most);
}

TEST_CASE("saturating_add of a point in time stays at the limits") {
    STATIC_REQUIRE(saturating_add(at(1s), Duration{2s}) == at(3s));
    STATIC_REQUIRE(saturating_add(at(most), tick) == TimePoint::max());
    STATIC_REQUIRE(saturating_add(at(least), -tick) == TimePoint::min());
    REQUIRE(saturating_add(at(290 * 365 * 24h), Duration{5 * 365 * 24h}) == TimePoint::max());
}

TEST_CASE("saturating_subtract stays at the limits") {
    STATIC_REQUIRE(saturating_subtract(at(5s), at(2s)) == 3s);
    STATIC_REQUIRE(saturating_subtract(at(2s), at(5s)) == -3s);
    STATIC_REQUIRE(saturating_subtract(at(most), at(-tick)) == most);
    STATIC_REQUIRE(saturating_subtract(at(least), at(tick)) == least);
    STATIC_REQUIRE(saturating_subtract(at(Duration{0}), at(least)) == most);
    STATIC_REQUIRE(saturating_subtract(at(-tick), at(least)) == most);
    STATIC_REQUIRE(saturating_subtract(at(least), at(least)) == Duration::zero());
    REQUIRE(saturating_subtract(at(most), at(least)) == most);
}
