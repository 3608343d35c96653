// SPDX-License-Identifier: BSL-1.0
#pragma once
// Keyed: one stage with shared state for each key, such as a breaker for each host or a limiter for each user, made
// when it is first asked for.

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include <grit/core/concepts.hpp>
#include <grit/core/contract.hpp>
#include <grit/core/describe.hpp>
#include <grit/core/within.hpp>
#include <grit/core/wrapped.hpp>

namespace grit {

/// What Keyed holds for each key: a stage that says whether it would be missed.
///
/// idle(): a new one would do the same, by what this one remembers at this time. now(): its clock. One that remembers
/// something that is not worth keeping for long, and holds nothing back, may say so by can_be_forgotten(): a breaker
/// that is closed, a concurrency limit with no call inside.
template <class T>
concept KeyedStage = Stage<T> && requires(T const& stage) {
    { stage.idle() } -> std::convertible_to<bool>;
    { stage.now() } -> std::convertible_to<TimePoint>;
};

namespace detail {

template <class T>
class KeyedEntry;

/// A stage that owns an entry together with others: what a pipeline holds, and whatever else outlives a handle. S is
/// the entry, or a stage that refers to it.
template <class T, class S = T&>
class OwnedStage : public StageInterface<OwnedStage<T, S>> {
    using Called = std::remove_reference_t<S>;

public:
    static constexpr std::string_view name = describe<std::remove_cv_t<Called>>();
    static constexpr bool repeats_calls = grit::repeats_calls<Called>;
    static constexpr bool narrows_deadline = grit::narrows_deadline<Called>;
    static constexpr bool hears_deadline = grit::hears_deadline<Called>;
    static constexpr bool counts_calls = grit::counts_calls<Called>;
    static constexpr bool races_attempts = grit::races_attempts<Called>;
    static constexpr bool allows_nested = grit::allows_nested<Called>;

    OwnedStage(std::shared_ptr<KeyedEntry<T>> entry) noexcept : entry_(std::move(entry)), stage_(*entry_) {}
    OwnedStage(KeyedEntry<T>& entry) : OwnedStage(entry.shared_from_this()) {}
    OwnedStage(KeyedEntry<T>& entry, S stage) : entry_(entry.shared_from_this()), stage_(std::move(stage)) {}

    template <class Around>
    auto call(Around const& at) const {
        return stage_.call(at);
    }

private:
    std::shared_ptr<KeyedEntry<T>> entry_;
    S stage_;
};

/// Keeps an entry for as long as something that refers to it. The bases are destroyed from the last to the first.
template <class T, class Refers>
class KeepsEntry : std::shared_ptr<KeyedEntry<T>>, public Refers {
public:
    KeepsEntry(std::shared_ptr<KeyedEntry<T>> entry, Refers&& refers)
        : std::shared_ptr<KeyedEntry<T>>(std::move(entry)), Refers(std::move(refers)) {}
    KeepsEntry(KeepsEntry&&) noexcept = default;
    KeepsEntry& operator=(KeepsEntry&& other) noexcept {
        Refers::operator=(std::move(other)); // first: what it had refers to the entry that it keeps
        std::shared_ptr<KeyedEntry<T>>::operator=(std::move(other));
        return *this;
    }
    using Refers::operator bool;
};

/// The stage of one key. What it gives out that refers to it keeps it alive.
template <class T>
class KeyedEntry : public T, public std::enable_shared_from_this<KeyedEntry<T>> {
public:
    /// What a pipeline holds of it.
    using HeldAs = OwnedStage<T>;

    using T::T;

    template <int Exceptions = GRIT_EXCEPTIONS, class F>
    auto wrap(F f) {
        return wrapped<Exceptions>(OwnedStage<T>{*this}, std::move(f));
    }
    template <class... Args>
    auto try_acquire(Args... args)
        requires requires(T& stage) { stage.try_acquire(args...); }
    {
        using Permit = decltype(T::try_acquire(args...));
        if constexpr (std::is_copy_constructible_v<Permit>) return T::try_acquire(args...); // a value, no permit
        else return KeepsEntry<T, Permit>{this->shared_from_this(), T::try_acquire(args...)};
    }
    template <class Cost>
    auto with_cost(Cost cost)
        requires requires(T& stage) { stage.with_cost(cost); }
    {
        return OwnedStage<T, decltype(T::with_cost(cost))>{*this, T::with_cost(cost)};
    }

    bool can_be_forgotten() const {
        if constexpr (requires(T const& stage) { stage.can_be_forgotten(); }) return T::can_be_forgotten();
        else return this->idle();
    }
    void use() const noexcept { last_use_.store(this->now().time_since_epoch().count(), std::memory_order_relaxed); }
    TimePoint last_use() const noexcept { return TimePoint{Duration{last_use_.load(std::memory_order_relaxed)}}; }

private:
    mutable std::atomic<std::int64_t> last_use_{0};
};

/// What a key is looked up by: a string by a view of one, so that nothing is allocated for it.
template <class Key, class Hash>
struct KeyLookup {
    using type = Key const&;
    using hash = Hash;
    using equal = std::equal_to<Key>;
};
template <>
struct KeyLookup<std::string, std::hash<std::string>> {
    using type = std::string_view;
    struct hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    using equal = std::equal_to<>;
};

} // namespace detail

/// How many entries a Keyed has at most: `Keyed<std::string, Breaker> hosts{MaxEntries{10'000}};`.
///
/// Requires: one at least. Throws: std::invalid_argument if it is less.
class MaxEntries {
public:
    template <std::integral Number, bool Exceptions = GRIT_EXCEPTIONS>
    explicit constexpr MaxEntries(Number n) : most_(static_cast<std::size_t>(n)) {
        if (n < Number{1})
            reject<Exceptions>("grit: 'MaxEntries' was given less than one entry, because nothing could be kept; write "
                               "the number of keys that are in use at a time, or more, instead");
    }
    constexpr std::size_t most() const noexcept { return most_; }

private:
    std::size_t most_;
};

/// One T for each Key, made when it is first asked for: `Keyed<std::string, Breaker> hosts;
/// (*hosts["example.org"])(f)`.
///
/// A look-up takes a shared lock, and an exclusive one where the key is new, and returns an owning handle. Keep the
/// handle, and a call pays nothing for the look-up. What the entry of a handle gives out keeps the entry alive as well:
/// a permit, a wrapped callable, a pipeline. What comes at run time is given to the constructor as it would be to that
/// of T, or by a callable that returns a std::tuple of it for a key: `Keyed{...}([](std::string const& host) { return
/// std::tuple{Name{host}}; })`.
///
/// With MaxEntries the least recently used of 64 entries that are next in turn makes place for a new one: of those that
/// nobody holds one that is idle, else one that can be forgotten, else any. So a circuit that is open is given up last,
/// and so is a limiter that has let calls in. Entries that somebody holds stay, and may be more than the bound.
/// Thread safety: safe from any thread; nothing of the user is called under a lock but the clock and the hash.
template <class Key, class T, class Hash = std::hash<Key>>
class Keyed {
    static_assert(detail::is_met<(KeyedStage<T>)>,
                  "grit: 'Keyed' was given something that it cannot keep, because it is no stage that says idle() and "
                  "now(); give it a CircuitBreaker, RateLimiter, Bulkhead or ConcurrencyLimit, or write these");
    using Entry = detail::KeyedEntry<T>;
    using Lookup = typename detail::KeyLookup<Key, Hash>::type;

public:
    /// Owns an entry, as a std::shared_ptr does; a pipeline holds a copy.
    class Handle : public std::shared_ptr<Entry> {
    public:
        using HeldAs = detail::OwnedStage<T>;
        Handle() = default;
        Handle(std::shared_ptr<Entry> entry) noexcept : std::shared_ptr<Entry>(std::move(entry)) {}
    };

    /// Requires: T can be made of these.
    template <class... As>
        requires std::is_constructible_v<T, As const&...>
    explicit Keyed(As... args) : Keyed(no_limit, args...) {}
    template <class... As>
        requires std::is_constructible_v<T, As const&...>
    explicit Keyed(MaxEntries limit, As... args)
        : Keyed(limit, [args...](Key const&) { return std::tuple{args...}; }) {}
    /// Requires: args(key) returns a std::tuple of what T can be made of.
    template <class F>
        requires std::is_invocable_v<F const&, Key const&>
    explicit Keyed(F args) : Keyed(no_limit, std::move(args)) {}
    template <class F>
        requires std::is_invocable_v<F const&, Key const&>
    Keyed(MaxEntries limit, F args)
        : make_([args = std::move(args)](Key const& key) {
              return std::apply([](auto const&... as) { return std::make_shared<Entry>(as...); }, args(key));
          }),
          most_(limit.most()) {}
    Keyed(Keyed const&) = delete;
    Keyed& operator=(Keyed const&) = delete;

    /// Returns: the entry of this key. It lives as long as the handle, whatever is forgotten meanwhile.
    Handle operator[](Lookup key) {
        if (Handle found = find(key)) return found;
        Key const owned{key};
        std::shared_ptr<Entry> made = make_(owned); // outside the lock; thrown away if another thread was faster
        made->use();
        std::shared_ptr<Entry> evicted[2]; // they end after the lock
        std::unique_lock const lock{mutex_};
        auto const [place, is_new] = entries_.try_emplace(owned, std::move(made));
        Handle const handle{place->second};
        // Two, so that the number comes down again after a time in which none could be forgotten.
        if (is_new)
            for (std::shared_ptr<Entry>& one : evicted)
                if (entries_.size() > most_) one = evict();
        return handle;
    }

    /// Returns: the entry of this key if there is one; else an empty handle.
    Handle find(Lookup key) const {
        std::shared_lock const lock{mutex_};
        auto const found = entries_.find(key);
        if (found == entries_.end()) return {};
        found->second->use();
        return found->second;
    }

    /// Forgets a key, whatever its entry remembers. Handles go on; the next look-up makes a new one.
    /// Returns: whether it was there.
    bool erase(Lookup key) {
        std::shared_ptr<Entry> erased; // ends after the lock
        std::unique_lock const lock{mutex_};
        auto const found = entries_.find(key);
        if (found == entries_.end()) return false;
        erased = std::move(found->second);
        entries_.erase(found);
        return true;
    }

    /// Calls f(key, entry) for all that are there at the beginning, outside any lock: f may use this.
    /// Complexity: a copy of all keys and handles, under a shared lock.
    template <class F>
    void for_each(F&& f) const {
        std::vector<std::pair<Key, Handle>> all;
        {
            std::shared_lock const lock{mutex_};
            all.reserve(entries_.size());
            for (auto const& [key, entry] : entries_) all.emplace_back(key, entry);
        }
        for (auto const& [key, entry] : all) f(key, static_cast<T&>(*entry));
    }

    /// Forgets what would not be missed: entries that nobody holds and that are idle, or that can be forgotten and were
    /// not asked for during `age`, by their own clock. Failures in a row, and a limit that was found out, are
    /// remembered for that long. Returns: how many. Complexity: linear in their number; the exclusive lock is held for
    /// at most 256 at a time.
    template <class D = std::chrono::hours>
    std::size_t forget_idle(D age = std::chrono::hours{1}) {
        Duration const limit = duration_argument(age);
        std::size_t forgotten = 0;
        for (std::size_t bucket = 0, left = 1; left != 0;) {
            std::vector<std::shared_ptr<Entry>> ended; // outside the lock
            std::unique_lock const lock{mutex_};
            for (int looked_at = 0; looked_at < slice && bucket < entries_.bucket_count(); ++bucket, ++looked_at)
                for (auto i = entries_.begin(bucket); i != entries_.end(bucket);) {
                    ++looked_at;
                    auto const next = std::next(i);
                    if (would_not_be_missed(*i->second, limit) && i->second.use_count() == 1) {
                        ended.push_back(std::move(i->second));
                        entries_.erase(entries_.find(i->first));
                    }
                    i = next;
                }
            left = entries_.bucket_count() - std::min(bucket, entries_.bucket_count());
            forgotten += ended.size();
        }
        return forgotten;
    }

    std::size_t size() const {
        std::shared_lock const lock{mutex_};
        return entries_.size();
    }

private:
    static constexpr int slice = 256;
    static constexpr int candidates = 64;
    static constexpr MaxEntries no_limit{std::numeric_limits<std::size_t>::max()};

    static bool would_not_be_missed(Entry const& entry, Duration age) {
        return entry.can_be_forgotten() && (entry.idle() || saturating_subtract(entry.now(), entry.last_use()) >= age);
    }
    /// Nobody can get hold of an entry under the exclusive lock, so a count of one stays one.
    std::shared_ptr<Entry> evict() {
        auto best = entries_.end();
        std::pair<int, TimePoint> rank{};
        for (int looked_at = 0; looked_at < candidates && !entries_.empty(); ++next_bucket_, ++looked_at) {
            if (next_bucket_ >= entries_.bucket_count()) next_bucket_ = 0;
            for (auto i = entries_.begin(next_bucket_); i != entries_.end(next_bucket_); ++i, ++looked_at) {
                if (i->second.use_count() != 1) continue;
                Entry const& entry = *i->second;
                std::pair const its{entry.idle() ? 0 : entry.can_be_forgotten() ? 1 : 2, entry.last_use()};
                if (best != entries_.end() && rank <= its) continue;
                rank = its;
                best = entries_.find(i->first);
            }
        }
        if (best == entries_.end()) return nullptr; // all of them are held
        std::shared_ptr<Entry> evicted = std::move(best->second);
        entries_.erase(best);
        return evicted;
    }

    std::function<std::shared_ptr<Entry>(Key const&)> make_;
    std::size_t most_;
    mutable std::shared_mutex mutex_;
    std::unordered_map<Key, std::shared_ptr<Entry>, typename detail::KeyLookup<Key, Hash>::hash,
                       typename detail::KeyLookup<Key, Hash>::equal>
        entries_;
    std::size_t next_bucket_ = 0;
};

} // namespace grit
