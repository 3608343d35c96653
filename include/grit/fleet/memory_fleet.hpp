// SPDX-License-Identifier: BSL-1.0
#pragma once
// MemoryFleet: a store in the memory of one process, which runs the model of each script. For tests, and for one
// process.

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include <grit/fleet/store.hpp>
#include <grit/time/steady.hpp>

namespace grit::inline GRIT_ABI::fleet {

/// The keys that the models of scripts work on. A value has any type, and is forgotten at its time, as in Redis.
///
/// Units: times are microseconds since an epoch. Thread safety: none.
class Keyspace {
public:
    using Micros = std::int64_t;

    /// Sets the time: what has expired by then is gone.
    void set_time(Micros now) {
        now_ = now;
        std::erase_if(values_, [&](auto const& entry) { return entry.second.expires <= now; });
    }
    Micros now() const noexcept { return now_; }

    /// Returns: the value of a key, or null. Requires: it was made with the same type.
    template <class T>
    T* find(std::string_view key) {
        auto const found = values_.find(key);
        return found == values_.end() ? nullptr : static_cast<T*>(found->second.value.get());
    }
    /// Returns: the value of a key; a new one where there was none.
    template <class T>
    T& make(std::string_view key) {
        if (T* const found = find<T>(key)) return *found;
        auto value = std::make_shared<T>();
        T& made = *value;
        values_.insert_or_assign(std::string{key}, Entry{std::move(value), never});
        return made;
    }
    /// Forgets a key so long from now.
    void expire_in(std::string_view key, Micros span) {
        if (auto const found = values_.find(key); found != values_.end()) found->second.expires = now_ + span;
    }
    void erase(std::string_view key) {
        if (auto const found = values_.find(key); found != values_.end()) values_.erase(found);
    }
    /// Forgets everything.
    void clear() { values_.clear(); }

private:
    static constexpr Micros never = std::numeric_limits<Micros>::max();
    struct Entry {
        std::shared_ptr<void> value;
        Micros expires;
    };
    std::map<std::string, Entry, std::less<>> values_;
    Micros now_ = 0;
};

/// A ScriptStore in memory: several agents of one process share it. `MemoryFleet memory;`, or
/// `MemoryFleet{Time{manual}}`.
///
/// It is what a fleet of one process uses, and what tests use in the place of a Redis.
/// Thread safety: safe from any thread; a script runs under a lock.
template <class T = SteadyTime>
class MemoryFleet {
public:
    MemoryFleet()
        requires std::is_empty_v<T>
    = default;
    explicit MemoryFleet(Time<T> time) : time_(time) {}

    /// Returns: `ok`. Units: the time is that of its clock, or the first argument if that is not zero.
    StoreStatus eval(Script const& script, std::span<std::string_view const> keys, std::span<std::int64_t const> args,
                     std::span<std::int64_t> reply) noexcept {
        std::ranges::fill(reply, 0);
        std::lock_guard const lock{mutex_};
        auto const now = std::chrono::duration_cast<std::chrono::microseconds>(time_.get().now().time_since_epoch());
        keys_.set_time(!args.empty() && args[0] != 0 ? args[0] : now.count());
        script.model()(keys_, keys, args, reply);
        return StoreStatus::ok;
    }
    static std::string last_error() { return {}; }
    /// Forgets everything, as a store that was started anew.
    void clear() {
        std::lock_guard const lock{mutex_};
        keys_.clear();
    }

private:
    [[no_unique_address]] Time<T> time_{};
    std::mutex mutex_;
    Keyspace keys_;
};
template <class T>
MemoryFleet(Time<T>) -> MemoryFleet<T>;

} // namespace grit::inline GRIT_ABI::fleet
