// SPDX-License-Identifier: BSL-1.0
#pragma once
// The script of a retry budget that a fleet shares, and its model.

#include <algorithm>

#include <grit/fleet/members.hpp>

namespace grit::inline GRIT_ABI::fleet::detail {

/// Everything is in thousandths of a token. Keys: the budget. Arguments: now, the most that it holds, what successes
/// bring, what comes back unused, and what is wanted. Reply: what is granted, only from the upper half, and what is
/// left. A budget that the store does not know is half full, so that it grants nothing.
inline constexpr Script budget_script{GRIT_FLEET_NOW
                                      R"(
local most, deposit, back, want = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local half = math.floor(most / 2)
local tokens = tonumber(redis.call('GET', KEYS[1]) or half)
tokens = math.min(most, tokens + deposit + back)
local granted = math.max(0, math.min(want, tokens - half))
granted = granted - granted % 1000
tokens = tokens - granted
redis.call('SET', KEYS[1], string.format('%.0f', tokens), 'PX', '86400000')
return {granted, tokens}
)",
                                      [](Keyspace& keys, std::span<std::string_view const> names,
                                         std::span<std::int64_t const> args, std::span<std::int64_t> reply) {
                                          std::int64_t const most = args[1];
                                          std::int64_t const half = most / 2;
                                          std::int64_t* const known = keys.find<std::int64_t>(names[0]);
                                          std::int64_t tokens =
                                              std::min(most, (known != nullptr ? *known : half) + args[2] + args[3]);
                                          std::int64_t granted =
                                              std::max(std::int64_t{0}, std::min(args[4], tokens - half));
                                          granted -= granted % 1000;
                                          tokens -= granted;
                                          keys.make<std::int64_t>(names[0]) = tokens;
                                          keys.expire_in(names[0], std::int64_t{24} * 3600 * 1'000'000);
                                          reply[0] = granted;
                                          reply[1] = tokens;
                                      }};

} // namespace grit::inline GRIT_ABI::fleet::detail
