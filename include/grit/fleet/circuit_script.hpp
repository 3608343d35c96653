// SPDX-License-Identifier: BSL-1.0
#pragma once
// The script by which processes exchange what they know of circuits: the Lua of CircuitWord, for one circuit or many.

#include <vector>

#include <grit/fleet/circuit_word.hpp>
#include <grit/fleet/members.hpp>

namespace grit::inline GRIT_ABI::fleet::detail {

/// The words of circuits by their numbers, and the sequence in which they changed.
struct CircuitTable {
    std::map<std::int64_t, CircuitWord> words;
    std::map<std::int64_t, std::int64_t> changed;  ///< by sequence
    std::map<std::int64_t, std::int64_t> sequence; ///< by number

    void change(std::int64_t circuit, std::int64_t when) {
        if (auto const found = sequence.find(circuit); found != sequence.end()) changed.erase(found->second);
        sequence[circuit] = when;
        changed[when] = circuit;
    }
};

/// The model of exchange_script.
struct Exchange {
    static constexpr std::size_t header = 3;   ///< of the reply
    static constexpr std::size_t settings = 6; ///< arguments before those of messages
    static constexpr std::size_t per_message = 5;
    static constexpr std::size_t per_reply = 6;

    Keyspace& keys;
    std::span<std::string_view const> names;
    std::span<std::int64_t const> args;
    std::span<std::int64_t> reply;

    void operator()() {
        std::int64_t const now = keys.now();
        std::int64_t members = 0;
        if (auto const* const known = keys.find<std::map<std::int64_t, Keyspace::Micros>>(names[2]))
            members = std::ranges::count_if(*known, [&](auto const& member) { return member.second > now; });
        members = std::max<std::int64_t>(members, 1);
        std::int64_t const needed = votes_needed(args[4], args[5], members);
        auto& table = keys.make<CircuitTable>(names[0]);
        std::int64_t last = table.changed.empty() ? 0 : table.changed.rbegin()->first;
        reply[0] = members;
        std::size_t next = header;
        bool wrote = false;

        for (std::size_t i = settings; i < args.size(); i += per_message) {
            CircuitWord word = table.words[args[i]];
            CircuitWord const before = word;
            CircuitReply const said =
                word.hear({Verb{args[i + 1]}, args[i + 2], args[i + 3], args[i + 4]}, args[1], needed, now);
            table.words[args[i]] = word;
            wrote = wrote || !(word == before);
            if (word.epoch != before.epoch) table.change(args[i], last = std::max(last + 1, now));
            for (std::int64_t const n : {static_cast<std::int64_t>(said.state), said.epoch, said.left, said.openings,
                                         static_cast<std::int64_t>(said.mine), said.votes})
                reply[next++] = n;
        }
        if (std::int64_t const most = args[3]; most > 0) {
            std::int64_t const since = args[2] > last ? 0 : args[2];
            reply[1] = since;
            for (auto i = table.changed.upper_bound(since); i != table.changed.end() && reply[2] < most; ++i) {
                CircuitWord const& word = table.words[i->second];
                reply[1] = i->first;
                ++reply[2];
                std::int64_t const left = std::max<std::int64_t>(std::min(word.until - now, word.span), 0);
                for (std::int64_t const n : {i->second, word.epoch, static_cast<std::int64_t>(word.state), left,
                                             word.openings, std::int64_t{}})
                    reply[next++] = n;
            }
        }
        forget(table, now, last);
        if (wrote) keys.expire_in(names[0], kept);
    }

private:
    static constexpr std::int64_t a_day = 86'400'000'000;
    static constexpr std::int64_t kept = 10 * a_day;

    static void forget(CircuitTable& table, std::int64_t now, std::int64_t last) {
        std::vector<std::int64_t> old;
        for (auto const& [when, circuit] : table.changed)
            if (when <= now - a_day && old.size() < 2) old.push_back(circuit);
        for (std::int64_t const circuit : old) {
            if (table.words[circuit].state != FleetState::closed) {
                table.change(circuit, last = std::max(last + 1, now));
                continue;
            }
            table.words.erase(circuit);
            table.changed.erase(table.sequence[circuit]);
            table.sequence.erase(circuit);
        }
    }
};

/// Messages of one process on some circuits, and what changed of others.
///
/// Keys: the words (a hash by the number of the circuit), their changes (a sorted set of these numbers by sequence),
/// the members. Arguments: now, the number of this member, the last change that it heard of, how many changes it takes,
/// the quorum as a count and as a percentage, and five for each message: the number of the circuit, verb, known epoch,
/// span, openings. Reply: the members, the last change that is told of here, how many changes; six for each message;
/// six for each change: the number of the circuit, epoch, state, left, openings, and zero.
///
/// A sequence is the time, or one more than the last; so it goes on where a store has lost all. One that was told a
/// later change than there is hears of all. The number of a circuit has 52 bits, since a number of Lua is a double;
/// that of a member stays a text there. A closed circuit that did not change for a day is forgotten.
inline constexpr Script exchange_script{GRIT_FLEET_NOW
                                        R"(
local function text(n) return string.format('%.0f', n) end
local words, changes, me = KEYS[1], KEYS[2], ARGV[2]
local since, most = tonumber(ARGV[3]), tonumber(ARGV[4])
local members = math.max(1, redis.call('ZCOUNT', KEYS[3], '(' .. text(now), '+inf'))
local needed, percent = tonumber(ARGV[5]), tonumber(ARGV[6])
if percent > 0 then needed = math.max(math.ceil(percent * members / 100), math.min(2, members)) end
local last = tonumber(redis.call('ZREVRANGE', changes, 0, 0, 'WITHSCORES')[2] or '0')
local CLOSED, OPEN, HALF, FORCED, KEPT = 0, 1, 2, 3, 3000000
local reply, wrote = {members, 0, 0}, false

local function read(id)
  local w = {s = CLOSED, e = 0, u = 0, d = 0, h = '0', o = 0, w = 0, v = {}, n = 0}
  local packed = redis.call('HGET', words, id)
  if packed then
    local s, e, u, d, h, o, wanted, votes = string.match(packed, '^(%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+)(.*)$')
    w.s, w.e, w.u, w.d, w.h, w.o, w.w = tonumber(s), tonumber(e), tonumber(u), tonumber(d), h, tonumber(o), tonumber(wanted)
    for who, till in string.gmatch(votes, '(%d+):(%d+)') do
      if tonumber(till) > now and tonumber(till) <= now + KEPT then w.v[who] = tonumber(till) w.n = w.n + 1 end
    end
  end
  return w, packed
end

for i = 7, #ARGV, 5 do
  local id, verb, known = ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  local span, openings = tonumber(ARGV[i + 3]), tonumber(ARGV[i + 4])
  local w, was = read(id)
  local epoch_before = w.e
  local lost = w.e == 0 and known > 0
  if w.e ~= 0 and known > w.e then w.e = known + 1 end
  w.u = math.min(w.u, now + w.d)
  local holds = lost or (w.s == HALF and w.h == me)
  local mine = 0
  local function go(to, for_span, in_a_row)
    w.s, w.e, w.u, w.d, w.h, w.o, w.w, w.v, w.n = to, math.max(w.e, known) + 1, now + for_span, for_span, '0', in_a_row, 0, {}, 0
  end
  local function lease() w.u, w.d = now + span, span return 1 end
  local function take() go(HALF, span, math.max(w.o, openings)) w.h = me return 1 end
  if verb == 1 then
    if w.s == CLOSED then
      if not w.v[me] then w.n = w.n + 1 end
      w.v[me] = now + KEPT
      if w.n >= needed then go(OPEN, span, 1) end
    end
  elseif verb == 2 then
    if w.v[me] then w.v[me] = nil w.n = w.n - 1 end
  elseif verb == 3 then
    if w.s == CLOSED then go(OPEN, span, 1)
    elseif w.s == HALF then go(OPEN, span, w.o)
    elseif w.s == OPEN and w.u < now + span then lease() end
  elseif verb == 4 then
    if w.s == HALF and w.u > now then
      if w.h == me then mine = lease() else w.w = 1 end
    elseif lost or (w.s == OPEN and w.u <= now) then mine = take()
    elseif w.s == HALF then
      mine = w.h == me and 1 or 2
      take()
    end
  elseif verb == 5 or verb == 6 then
    if lost then mine = take()
    elseif holds then
      if w.w == 1 and verb == 5 then mine = 3 else mine = lease() end
    end
  elseif verb == 7 then
    if holds then go(OPEN, 0, math.max(w.o, openings)) end
  elseif verb == 8 then
    if holds then go(CLOSED, 0, 0) end
  elseif verb == 9 then
    if holds then go(OPEN, span, openings) end
  elseif verb == 10 then
    if lost then go(OPEN, span, openings) end
  elseif verb == 11 then
    if lost then go(FORCED, span, 0) end
  elseif verb == 12 then
    if w.s ~= FORCED then go(FORCED, span, 0) end
  elseif verb == 13 then
    if lost or w.s == FORCED then go(CLOSED, 0, 0) end
  end
  local packed = table.concat({text(w.s), text(w.e), text(w.u), text(w.d), w.h, text(w.o), text(w.w)}, ' ')
  for who, till in pairs(w.v) do packed = packed .. ' ' .. who .. ':' .. text(till) end
  if packed ~= was and (w.e > 0 or w.n > 0 or was) then
    redis.call('HSET', words, id, packed)
    wrote = true
  end
  if w.e ~= epoch_before then
    last = math.max(last + 1, now)
    redis.call('ZADD', changes, text(last), id)
  end
  for _, n in ipairs({w.s, w.e, math.max(w.u - now, 0), w.o, mine, w.n}) do reply[#reply + 1] = n end
end

if most > 0 then
  if since > last then since = 0 end
  local list = redis.call('ZRANGEBYSCORE', changes, '(' .. text(since), '+inf', 'WITHSCORES', 'LIMIT', 0, most)
  local told = math.min(since, last)
  for i = 1, #list, 2 do
    local w = read(list[i])
    told = tonumber(list[i + 1])
    for _, n in ipairs({tonumber(list[i]), w.e, w.s, math.max(math.min(w.u - now, w.d), 0), w.o, 0}) do reply[#reply + 1] = n end
  end
  reply[2], reply[3] = told, #list / 2
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', changes, '-inf', text(now - 86400000000), 'LIMIT', 0, 2)) do
  if read(id).s == CLOSED then
    redis.call('HDEL', words, id)
    redis.call('ZREM', changes, id)
  else
    last = math.max(last + 1, now)
    redis.call('ZADD', changes, text(last), id)
  end
end
if wrote then
  redis.call('PEXPIRE', words, 864000000)
  redis.call('PEXPIRE', changes, 864000000)
end
return reply
)",
                                        [](Keyspace& keys, std::span<std::string_view const> names,
                                           std::span<std::int64_t const> args,
                                           std::span<std::int64_t> reply) { Exchange{keys, names, args, reply}(); }};

} // namespace grit::inline GRIT_ABI::fleet::detail
