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

TEST_CASE("ConstantDuration is a template argument of any unit") {
    STATIC_REQUIRE(Holder<250ms>::duration.value() == 250ms);
    STATIC_REQUIRE(std::is_same_v<Holder<1s>, Holder<1000ms>>);
    STATIC_REQUIRE_FALSE(std::is_same_v<Holder<1s>, Holder<1ms>>);
    STATIC_REQUIRE(Holder<dynamic>::duration.is_dynamic());
    STATIC_REQUIRE_FALSE(Holder<0s>::duration.is_dynamic());
    REQUIRE(ConstantDuration{2s} == ConstantDuration{2000ms});
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
