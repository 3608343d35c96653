// SPDX-License-Identifier: BSL-1.0
#pragma once
// Keyed: one breaker for each key, such as one for each host, made when it is first asked for.

#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include <grit/circuit_breaker/circuit_breaker.hpp>

namespace grit {

/// One Breaker for each Key: `Keyed<std::string, Breaker> hosts; (*hosts["example.org"])(f)`.
///
/// A look-up takes a shared lock, and an exclusive one where the key is new, and returns an owning handle; the call
/// itself pays nothing. Policies with a value at run time are given to the constructor.
/// Thread safety: safe from any thread.
template <class Key, class Breaker, class Hash = std::hash<Key>>
class Keyed {
public:
    using Handle = std::shared_ptr<Breaker>;

    template <class... Qs>
        requires(Policy<Qs> && ...)
    explicit Keyed(Qs... policies) : make_([policies...] { return std::make_shared<Breaker>(policies...); }) {}
    Keyed(Keyed const&) = delete;
    Keyed& operator=(Keyed const&) = delete;

    /// Returns: the breaker of this key. It lives as long as the handle, whatever is forgotten meanwhile.
    Handle operator[](Key const& key) {
        {
            std::shared_lock const lock{mutex_};
            if (auto const found = breakers_.find(key); found != breakers_.end()) return found->second;
        }
        Handle made = make_(); // outside the lock; thrown away if another thread was faster
        std::unique_lock const lock{mutex_};
        return breakers_.try_emplace(key, std::move(made)).first->second;
    }

    /// Forgets what is as good as new: breakers that are closed, remember no failure, and that nobody holds.
    /// Returns: how many. Complexity: linear in their number, under an exclusive lock.
    std::size_t forget_idle() {
        std::unique_lock const lock{mutex_};
        // Nobody can get hold of one under this lock, so a count of one stays one.
        return std::erase_if(
            breakers_, [](auto const& entry) { return entry.second.use_count() == 1 && entry.second->is_idle(); });
    }

    std::size_t size() const {
        std::shared_lock const lock{mutex_};
        return breakers_.size();
    }

private:
    std::function<Handle()> make_;
    mutable std::shared_mutex mutex_;
    std::unordered_map<Key, Handle, Hash> breakers_;
};

} // namespace grit
