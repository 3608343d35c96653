// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a fleet's limiter is told: its limits, how many permits a process holds, and what holds without a store.

#include <numeric>

#include <grit/core/name.hpp>
#include <grit/fleet/limit_script.hpp>

namespace grit::inline GRIT_ABI::fleet {

namespace detail {

// The families of the policies of fleet/.
inline constexpr Family limit_family{16};
inline constexpr Family lease_family{17};
inline constexpr Family when_down_family{18};
inline constexpr Family cold_start_family{19};

/// A limit as numbers: so many permits in a period, and at once.
struct Pace {
    std::int64_t rate;
    std::int64_t period; ///< in microseconds
    std::int64_t burst;

    static constexpr Pace of(int n, Duration per, int burst) noexcept {
        std::int64_t const micros = to_micros(per);
        if (n < 1 || micros < 1) return {0, 0, burst};
        std::int64_t const by = std::gcd(std::int64_t{n}, micros);
        return {n / by, micros / by, burst};
    }
    /// Returns: whether a script can count it exactly.
    constexpr bool is_valid() const noexcept { return rate >= 1 && burst >= 1 && burst <= LimitArgs::most / period; }
};

template <ConstantInt N, ConstantDuration Per, ConstantText Text, ConstantInt Burst>
struct LimitOf {
    static constexpr Family family = limit_family;
    static constexpr bool is_constant = true;
    static constexpr Pace pace() noexcept { return Pace::of(N.value(), Per.value(), Burst.value()); }
    static constexpr std::string_view limit_name() noexcept { return Text.view(); }
    static_assert(
        grit::detail::is_met<(N.is_dynamic() || Per.is_dynamic() || pace().is_valid())>,
        "grit: a limit of a fleet was given numbers that cannot be counted exactly, because it lets less than "
        "one through, or its burst takes too long to come back; write PerMinute<500, \"rpm\"> instead");
    static_assert(grit::detail::is_met<(!Text.view().empty() && Text.view().find_first_of("{}") == Text.view().npos)>,
                  "grit: a limit of a fleet was given a name that is empty or has braces, because the name becomes a "
                  "part of a key; write PerMinute<500, \"rpm\"> instead");
};
template <ConstantInt N, ConstantDuration Per, ConstantText Text, ConstantInt Burst>
    requires(N.is_dynamic())
struct LimitOf<N, Per, Text, Burst> {
    static constexpr Family family = limit_family;
    static constexpr bool is_constant = false;
    Pace pace() const noexcept { return pace_; }
    std::string_view limit_name() const noexcept { return name_; }

protected:
    template <bool Exceptions>
    LimitOf(std::bool_constant<Exceptions>, int n, Duration per, std::string_view name, int burst)
        : pace_(Pace::of(n, per, burst)), name_(name) {
        if (!pace_.is_valid())
            reject<Exceptions>("grit: a limit of a fleet was given numbers that cannot be counted exactly, because it "
                               "lets less than one through, or its burst takes too long to come back; write "
                               "PerMinute{500, \"rpm\"} instead");
        if (name.empty() || name.find_first_of("{}") != name.npos)
            reject<Exceptions>("grit: a limit of a fleet was given a name that is empty or has braces, because the "
                               "name becomes a part of a key; write PerMinute{500, \"rpm\"} instead");
    }

private:
    Pace pace_;
    std::string name_;
};

} // namespace detail

/// A limit of a fleet: `N` permits in `D`, and `Burst` at once after a pause: `Per<500, 1min, "rpm">`, or
/// `Per{n, d, name, burst}` with values at run time. The burst is N if it is not named.
///
/// Units: microseconds. Requires: a name without braces; whatever has the same name in a fleet is one limit. Throws:
/// std::invalid_argument if it lets nothing through, or if N and the microseconds of D, without their common divisor,
/// make a burst that Lua cannot count exactly. Thread safety: a const value.
template <ConstantInt N = dynamic, ConstantDuration D = dynamic, ConstantText Text = dynamic, ConstantInt Burst = N>
struct Per : detail::LimitOf<N, D, Text, Burst> {
    static constexpr char const* name = "Per";
    static consteval auto arguments() {
        return Types<Constant<N>, Constant<D>, Constant<Text>, ConstantOr<Burst, N>>{};
    }
    constexpr Per()
        requires(!N.is_dynamic())
    = default;
    template <class Count, class T, bool Exceptions = GRIT_EXCEPTIONS>
        requires(N.is_dynamic())
    Per(Count n, T per, std::string_view text) : Per(n, per, text, n) {}
    template <class Count, class T, std::integral Most, bool Exceptions = GRIT_EXCEPTIONS>
        requires(N.is_dynamic())
    Per(Count n, T per, std::string_view text, Most burst)
        : detail::LimitOf<N, D, Text, Burst>(std::bool_constant<Exceptions>{}, grit::detail::as_count(n),
                                             duration_argument(per), text, grit::detail::as_count(burst)) {}
};
template <class Count, class T>
Per(Count, T, std::string_view) -> Per<>;
template <class Count, class T, class Most>
Per(Count, T, std::string_view, Most) -> Per<>;

/// A limit for each second: `PerSecond<20, "rps">`, `PerSecond<20, "rps", 5>` with a burst of 5, or
/// `PerSecond{n, name}`. The rest is that of Per.
template <ConstantInt N = dynamic, ConstantText Text = dynamic, ConstantInt Burst = N>
struct PerSecond : Per<N, N.is_dynamic() ? ConstantDuration{dynamic} : std::chrono::seconds{1}, Text, Burst> {
    static constexpr char const* name = "PerSecond";
    static consteval auto arguments() { return Types<Constant<N>, Constant<Text>, ConstantOr<Burst, N>>{}; }
    constexpr PerSecond()
        requires(!N.is_dynamic())
    = default;
    template <class Count, class... Most>
        requires(N.is_dynamic() && sizeof...(Most) <= 1)
    PerSecond(Count n, std::string_view text, Most... burst) : Per<>(n, std::chrono::seconds{1}, text, burst...) {}
};
template <class Count, class... Most>
PerSecond(Count, std::string_view, Most...) -> PerSecond<>;

/// A limit for each minute: `PerMinute<500, "rpm">`, or `PerMinute{n, name}`. The rest is that of Per.
template <ConstantInt N = dynamic, ConstantText Text = dynamic, ConstantInt Burst = N>
struct PerMinute : Per<N, N.is_dynamic() ? ConstantDuration{dynamic} : std::chrono::minutes{1}, Text, Burst> {
    static constexpr char const* name = "PerMinute";
    static consteval auto arguments() { return Types<Constant<N>, Constant<Text>, ConstantOr<Burst, N>>{}; }
    constexpr PerMinute()
        requires(!N.is_dynamic())
    = default;
    template <class Count, class... Most>
        requires(N.is_dynamic() && sizeof...(Most) <= 1)
    PerMinute(Count n, std::string_view text, Most... burst) : Per<>(n, std::chrono::minutes{1}, text, burst...) {}
};
template <class Count, class... Most>
PerMinute(Count, std::string_view, Most...) -> PerMinute<>;

/// A process holds up to `K` permits of each limit, none of them for longer than `L`: `Lease<100, 200ms>`, its default,
/// or `Lease{k, l}`. A call is then one local subtraction; K follows the use, from one permit upwards.
///
/// After the store refused, nobody asks for a quarter of L. A call that costs more than K goes by itself: one step of
/// the store each. Requires: at least one permit, and 4 ms or more. Throws: std::invalid_argument if that does not
/// hold. Thread safety: a const value.
template <ConstantInt K = dynamic, ConstantDuration L = dynamic>
class Lease : grit::detail::IntValue<K>, grit::detail::DurationValue<L> {
    static constexpr bool is_lease(int k, Duration l) noexcept {
        return k >= 1 && l >= std::chrono::milliseconds{4} && l <= std::chrono::hours{1};
    }
    static_assert(grit::detail::is_met<(grit::detail::one_form(K, L))>,
                  "grit: a 'Lease' was given one of its numbers as a constant, because the other one comes at run "
                  "time; write Lease<100, 200ms>, or Lease{k, l} with both at run time");
    static_assert(grit::detail::is_met<(K.is_dynamic() || is_lease(K.value(), L.value()))>,
                  "grit: a 'Lease' was given numbers that it cannot use, because it has less than one permit, is "
                  "shorter than 4 ms, or longer than an hour; write Lease<100, 200ms> instead");

public:
    static constexpr Family family = detail::lease_family;
    using Kind = Lease<>;
    static constexpr char const* name = "Lease";
    static consteval auto arguments() { return Types<Constant<K>, Constant<L>>{}; }

    constexpr Lease() = default;
    template <class Count, class T, bool Exceptions = GRIT_EXCEPTIONS>
        requires(K.is_dynamic())
    constexpr Lease(Count k, T l)
        : grit::detail::IntValue<K>(grit::detail::as_count(k)), grit::detail::DurationValue<L>(duration_argument(l)) {
        if (!is_lease(permits(), span()))
            reject<Exceptions>("grit: a 'Lease' was given numbers that it cannot use, because it has less than one "
                               "permit, is shorter than 4 ms, or longer than an hour; write Lease{100, 200ms} instead");
    }

    constexpr int permits() const noexcept { return grit::detail::IntValue<K>::get(); }
    constexpr Duration span() const noexcept { return grit::detail::DurationValue<L>::get(); }
};
template <class Count, class T>
Lease(Count, T) -> Lease<>;

/// What a limiter does while the store does not answer: `WhenDown::share`, the default, `open` or `closed`.
class WhenDown {
public:
    static constexpr Family family = detail::when_down_family;
    static constexpr char const* name = "WhenDown";
    static consteval auto arguments() { return Types<>{}; }

    static WhenDown const share;  ///< each process has its part of rate and burst, by the members that were last seen
    static WhenDown const open;   ///< every call goes in
    static WhenDown const closed; ///< no call goes in

    friend constexpr bool operator==(WhenDown, WhenDown) = default;

private:
    explicit constexpr WhenDown(int which) noexcept : which_(which) {}
    int which_;
};
inline constexpr WhenDown WhenDown::share{0};
inline constexpr WhenDown WhenDown::open{1};
inline constexpr WhenDown WhenDown::closed{2};

/// How much of its burst a limit has that the store does not know, in percent: `ColdStart<100>`, or `ColdStart{n}`.
///
/// Zero is the default: a store that was started anew, or failed over, costs nothing then. It counts once in the life
/// of a key. Requires: 0 to 100. Throws: std::invalid_argument if that does not hold. Thread safety: a const value.
template <ConstantInt Percent = dynamic>
class ColdStart : grit::detail::IntValue<Percent> {
    static_assert(grit::detail::is_met<(Percent.is_dynamic() || (Percent.value() >= 0 && Percent.value() <= 100))>,
                  "grit: a 'ColdStart' was given no share, because it is below 0 or above 100 percent; write "
                  "ColdStart<100> instead");

public:
    static constexpr Family family = detail::cold_start_family;
    using Kind = ColdStart<>;
    static constexpr char const* name = "ColdStart";
    static consteval auto arguments() { return Types<Constant<Percent>>{}; }

    constexpr ColdStart() = default;
    template <class Count, bool Exceptions = GRIT_EXCEPTIONS>
        requires(Percent.is_dynamic())
    explicit constexpr ColdStart(Count n) : grit::detail::IntValue<Percent>(grit::detail::as_count(n)) {
        if (percent() < 0 || percent() > 100)
            reject<Exceptions>("grit: a 'ColdStart' was given no share, because it is below 0 or above 100 percent; "
                               "write ColdStart{100} instead");
    }
    constexpr int percent() const noexcept { return this->get(); }
};
template <class Count>
ColdStart(Count) -> ColdStart<>;

} // namespace grit::inline GRIT_ABI::fleet
