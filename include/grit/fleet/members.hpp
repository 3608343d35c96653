// SPDX-License-Identifier: BSL-1.0
#pragma once
// The script that counts the members of a fleet, and the units that all scripts have.

#include <map>

#include <grit/core/duration.hpp>
#include <grit/fleet/memory_fleet.hpp>
#include <grit/fleet/script.hpp>

namespace grit::inline GRIT_ABI::fleet {

/// Returns: whole microseconds, the unit of all scripts, rounded down.
constexpr std::int64_t to_micros(Duration d) noexcept { return d.count() / 1000; }
/// Returns: the span that a script told.
constexpr Duration from_micros(std::int64_t micros) noexcept { return to_duration(std::chrono::microseconds{micros}); }

namespace detail {

/// The time of a script: what it was given, or that of the store. Each script in Lua begins with it.
#define GRIT_FLEET_NOW                                                                                                 \
    "local now = tonumber(ARGV[1])\n"                                                                                  \
    "if now == 0 then local t = redis.call('TIME') now = t[1] * 1000000 + t[2] end\n"

/// Who lives, by number, and until when. Keys: the members. Arguments: now, the number of a member, how long it is
/// kept; zero: it leaves. Reply: how many there are.
inline constexpr Script members_script{
    GRIT_FLEET_NOW
    R"(
local id, span = ARGV[2], tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if span > 0 then
  redis.call('ZADD', KEYS[1], string.format('%.0f', now + span), id)
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.ceil(span / 1000)))
else
  redis.call('ZREM', KEYS[1], id)
end
return {redis.call('ZCARD', KEYS[1])}
)",
    [](Keyspace& keys, std::span<std::string_view const> names, std::span<std::int64_t const> args,
       std::span<std::int64_t> reply) {
        auto& members = keys.make<std::map<std::int64_t, Keyspace::Micros>>(names[0]);
        std::erase_if(members, [&](auto const& member) { return member.second <= keys.now(); });
        if (args[2] > 0) {
            members[args[1]] = keys.now() + args[2];
            keys.expire_in(names[0], args[2]);
        } else members.erase(args[1]);
        reply[0] = static_cast<std::int64_t>(members.size());
    }};

} // namespace detail
} // namespace grit::inline GRIT_ABI::fleet
