// SPDX-License-Identifier: BSL-1.0
#pragma once
// What one process has of a store in memory: it can be cut off, and counts what it is asked.

#include <span>
#include <string>
#include <string_view>

#include <grit/fleet/memory_fleet.hpp>
#include <grit/fleet/script.hpp>
#include <grit/time/manual.hpp>

namespace support {

struct CutStore {
    grit::fleet::MemoryFleet<grit::ManualTime>& memory;
    grit::fleet::Script const* counted = nullptr; // else all are
    grit::fleet::StoreStatus status = grit::fleet::StoreStatus::ok;
    bool loses_replies = false; // what is asked is done, but nobody hears of it
    int asked = 0;

    grit::fleet::StoreStatus eval(grit::fleet::Script const& script, std::span<std::string_view const> keys,
                                  std::span<std::int64_t const> args, std::span<std::int64_t> reply) noexcept {
        using enum grit::fleet::StoreStatus;
        if (counted == nullptr || counted == &script) ++asked;
        if (status != ok) return status;
        auto const answered = memory.eval(script, keys, args, reply);
        return loses_replies ? timeout : answered;
    }
    std::string last_error() const { return status == grit::fleet::StoreStatus::ok ? "" : "cut off"; }
};

} // namespace support
