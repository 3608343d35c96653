// SPDX-License-Identifier: BSL-1.0
#pragma once
// The script of a limit that a fleet shares, and its model: settle, observe, pause and take in one step.

#include <algorithm>
#include <cstdint>
#include <limits>

#include <grit/fleet/members.hpp>

namespace grit::inline GRIT_ABI::fleet::detail {

// A limit lets `rate` permits through in `period` microseconds, and `burst` at once. What is used of the burst is
// counted in permits times the period, so that each microsecond pays off `rate`: whole numbers, nothing is rounded and
// nothing drifts. It is stored as the time at which all of it will be paid off, and the rest below a microsecond.
// Doubles, as Lua has them, are exact up to 2^53: so the burst times the period is at most 2^50.
//
// A key has four numbers: that time, the rest, the end of a pause, and its span. A time that lies further ahead than
// twice the burst, or a pause longer than its span, was written before the clock was set back: it is cut off.

/// What each limit is asked, nine integers, after the time.
struct LimitArgs {
    std::int64_t rate;
    std::int64_t period;
    std::int64_t burst;
    std::int64_t used_at_first; ///< of the burst, where the key is not known
    std::int64_t want = 0;
    std::int64_t least = 0; ///< fewer are of no use: then no limit grants anything
    std::int64_t settle = 0;
    std::int64_t observed = -1; ///< what somebody who counts too says is left; it only lowers. -1: nothing is said
    std::int64_t pause = 0;     ///< nothing is granted for so many microseconds

    static constexpr std::size_t size = 9;
    constexpr void put(std::int64_t* to) const noexcept {
        std::int64_t const all[size]{rate, period, burst, used_at_first, want, least, settle, observed, pause};
        std::copy(all, all + size, to);
    }
    static constexpr std::int64_t most = std::int64_t{1} << 50;
};

/// One limit as it is stored, and what happens to it. The same steps as in the text of the script.
struct LimitState {
    std::int64_t paid_off = 0;
    std::int64_t rest = 0;
    std::int64_t pause_ends = 0;
    std::int64_t pause_span = 0;
};

/// Keys: the limits. Arguments: now, and LimitArgs for each. Reply: whether it granted (1), the wait after which the
/// least of all would be granted (-1: never), what is left of a pause, and the grant of each.
inline constexpr Script limit_script{
    GRIT_FLEET_NOW
    R"(
local floor, ceil, min, max = math.floor, math.ceil, math.min, math.max
local ok, wait, paused, grants, kept = 1, 0, 0, {}, {}
for i, key in ipairs(KEYS) do
  local function arg(n) return tonumber(ARGV[1 + (i - 1) * 9 + n]) end
  local rate, period, burst, want, least = arg(1), arg(2), arg(3), arg(5), arg(6)
  local all = burst * period
  local used, pause = arg(4) * period, 0
  local value = redis.call('GET', key)
  if value then
    local paid_off, rest, ends, span = string.match(value, '^(%d+):(%d+):(%d+):(%d+)$')
    local ahead = tonumber(paid_off) - now
    if ahead < 0 then used = 0
    elseif ahead > floor(2 * all / rate) then used = 2 * all
    else used = ahead * rate + tonumber(rest) end
    pause = max(0, min(tonumber(ends) - now, tonumber(span)))
  end
  used = max(0, min(used + max(-2 * burst, min(arg(7), 2 * burst)) * period, 2 * all))
  if arg(8) >= 0 then used = max(used, (burst - arg(8)) * period) end
  pause = max(pause, arg(9))
  local grant = max(0, min(want, floor((all - used) / period)))
  if least > burst then
    ok, wait = 0, -1
  elseif grant < least then
    ok = 0
    if wait >= 0 then wait = max(wait, ceil((used - (burst - least) * period) / rate)) end
  end
  if pause > 0 and want > 0 then
    ok = 0
    if wait >= 0 then wait = max(wait, pause) end
  end
  paused = max(paused, pause)
  grants[i] = grant
  kept[i] = {used, pause}
end
for i, key in ipairs(KEYS) do
  local rate, period = tonumber(ARGV[(i - 1) * 9 + 2]), tonumber(ARGV[(i - 1) * 9 + 3])
  local used, pause = kept[i][1], kept[i][2]
  if ok == 0 then grants[i] = 0 end
  used = used + grants[i] * period
  local ahead = floor(used / rate)
  local days = max(86400000, ceil(max(2 * tonumber(ARGV[(i - 1) * 9 + 4]) * period / rate, pause) / 1000) + 1000)
  redis.call('SET', key, string.format('%.0f:%.0f:%.0f:%.0f', now + ahead, used - ahead * rate, now + pause, pause),
    'PX', string.format('%.0f', days))
end
return {ok, wait, paused, unpack(grants)}
)",
    [](Keyspace& keys, std::span<std::string_view const> names, std::span<std::int64_t const> args,
       std::span<std::int64_t> reply) {
        std::int64_t const now = keys.now();
        auto const up = [](std::int64_t n, std::int64_t by) { return n <= 0 ? n / by : (n - 1) / by + 1; };
        auto const down = [](std::int64_t n, std::int64_t by) { return n >= 0 ? n / by : -((-n - 1) / by + 1); };
        bool ok = true;
        std::int64_t wait = 0;
        std::int64_t paused = 0;
        struct Kept {
            std::int64_t used;
            std::int64_t pause;
            std::int64_t grant;
        };
        std::vector<Kept> kept(names.size());
        for (std::size_t i = 0; i != names.size(); ++i) {
            std::int64_t const* const a = args.data() + 1 + i * LimitArgs::size;
            LimitArgs const arg{a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8]};
            std::int64_t const all = arg.burst * arg.period;
            std::int64_t used = arg.used_at_first * arg.period;
            std::int64_t pause = 0;
            if (LimitState const* const state = keys.find<LimitState>(names[i])) {
                std::int64_t const ahead = state->paid_off - now;
                used = ahead < 0 ? 0 : ahead > down(2 * all, arg.rate) ? 2 * all : ahead * arg.rate + state->rest;
                pause = std::max(std::int64_t{0}, std::min(state->pause_ends - now, state->pause_span));
            }
            std::int64_t const settle = std::clamp(arg.settle, -2 * arg.burst, 2 * arg.burst);
            used = std::clamp(used + settle * arg.period, std::int64_t{0}, 2 * all);
            if (arg.observed >= 0) used = std::max(used, (arg.burst - arg.observed) * arg.period);
            pause = std::max(pause, arg.pause);
            std::int64_t const grant = std::max(std::int64_t{0}, std::min(arg.want, down(all - used, arg.period)));
            auto const later = [&](std::int64_t by) { // never stays never
                ok = false;
                if (wait >= 0) wait = std::max(wait, by);
            };
            if (arg.least > arg.burst) {
                ok = false;
                wait = -1;
            } else if (grant < arg.least) later(up(used - (arg.burst - arg.least) * arg.period, arg.rate));
            if (pause > 0 && arg.want > 0) later(pause);
            paused = std::max(paused, pause);
            kept[i] = {used, pause, grant};
        }
        for (std::size_t i = 0; i != names.size(); ++i) {
            std::int64_t const rate = args[1 + i * LimitArgs::size];
            std::int64_t const period = args[2 + i * LimitArgs::size];
            std::int64_t const burst = args[3 + i * LimitArgs::size];
            auto& [used, pause, grant] = kept[i];
            if (!ok) grant = 0;
            used += grant * period;
            keys.make<LimitState>(names[i]) = {now + used / rate, used % rate, now + pause, pause};
            constexpr std::int64_t day = std::int64_t{24} * 3600 * 1'000'000;
            keys.expire_in(names[i], std::max(day, std::max(up(2 * burst * period, rate), pause) + 1'000'000));
            reply[3 + i] = grant;
        }
        reply[0] = ok ? 1 : 0;
        reply[1] = wait;
        reply[2] = paused;
    }};

} // namespace grit::inline GRIT_ABI::fleet::detail
