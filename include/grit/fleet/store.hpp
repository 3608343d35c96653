// SPDX-License-Identifier: BSL-1.0
#pragma once
// ScriptStore: what a fleet needs of the place where its shared state is, such as a Redis.

#include <concepts>
#include <span>
#include <string>

#include <grit/fleet/script.hpp>

namespace grit::inline GRIT_ABI::fleet {

/// How a script ended. Only `ok` has a reply.
enum class StoreStatus : unsigned char {
    ok,
    down,    ///< there is no connection, or there was none a moment ago
    timeout, ///< there was no answer in time; whether the script ran is not known
    refused  ///< the store answered that it will not: read-only, out of memory, no permission, another node
};

/// Returns: the enumerator's name, a string literal.
constexpr char const* to_string(StoreStatus status) noexcept {
    switch (status) {
    case StoreStatus::ok: return "ok";
    case StoreStatus::down: return "down";
    case StoreStatus::timeout: return "timeout";
    case StoreStatus::refused: return "refused";
    }
    return "unknown";
}

/// Runs scripts: `eval(script, keys, args, reply)`, and says in `last_error()` why the last one did not end as `ok`.
///
/// eval() never throws and returns within a time limit of its own. It keeps no queue: a script that cannot be run now
/// is not run later. The reply has as many integers as it has room for, or fewer, and the rest is zero; a longer one,
/// and one that has something else than integers, is `refused`. last_error() has no password in it.
/// Thread safety: one thread at a time uses a store: its Agent.
template <class S>
concept ScriptStore = requires(S& store, Script const& script, std::span<std::string_view const> keys,
                               std::span<std::int64_t const> args, std::span<std::int64_t> reply) {
    { store.eval(script, keys, args, reply) } noexcept -> std::same_as<StoreStatus>;
    { store.last_error() } -> std::convertible_to<std::string>;
};

} // namespace grit::inline GRIT_ABI::fleet
