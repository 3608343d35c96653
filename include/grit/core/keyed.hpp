// SPDX-License-Identifier: BSL-1.0
#pragma once
// Keyed: one stage with shared state for each key, such as a breaker for each host or a limiter for each user, made
// when it is first asked for.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <grit/core/concepts.hpp>
#include <grit/core/contract.hpp>
#include <grit/core/describe.hpp>
#include <grit/core/pins.hpp>
#include <grit/core/within.hpp>
#include <grit/core/wrapped.hpp>

namespace grit::inline GRIT_ABI {

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
        if constexpr (remembers_for_a_time) return T::can_be_forgotten();
        else return this->idle();
    }
    /// It was asked for. The clock is read only where this remembers something now. Else what is remembered later
    /// counts from the first look at last_use().
    void use() const noexcept {
        if (remembers_for_a_time && !this->idle()) use_at(this->now());
        else if (remembers_for_a_time && !used_.load(std::memory_order_relaxed))
            used_.store(true, std::memory_order_relaxed);
    }
    void use_at(TimePoint now) const noexcept {
        last_use_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
        if (used_.load(std::memory_order_relaxed)) used_.store(false, std::memory_order_relaxed);
    }
    TimePoint last_use(TimePoint now) const noexcept {
        if (used_.load(std::memory_order_relaxed)) use_at(now);
        return TimePoint{Duration{last_use_.load(std::memory_order_relaxed)}};
    }

private:
    static constexpr bool remembers_for_a_time = requires(T const& stage) { stage.can_be_forgotten(); };

    mutable std::atomic<std::int64_t> last_use_{0};
    mutable std::atomic<bool> used_{false};
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
    using hash = std::hash<std::string_view>;
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
/// A look-up of a key that is there takes no lock and writes nothing that another thread writes. It returns an owning
/// handle. Keep the handle, and a call pays nothing for the look-up. What the entry of a handle gives out keeps the
/// entry alive as well: a permit, a wrapped callable, a pipeline. What comes at run time is given to the constructor as
/// it would be to that of T, or by a callable that returns a std::tuple of it for a key: `Keyed<std::string, Breaker>
/// hosts{[](std::string const& host) { return std::tuple{Name{host}}; }};`.
///
/// With MaxEntries the least recently used of 64 entries that are next in turn makes place for a new one: of those that
/// nobody holds one that is idle, else one that can be forgotten, else any. So a circuit that is open is given up last,
/// and so is a limiter that has let calls in. Two uses with no new entry between them count as one. Entries that
/// somebody holds stay, and may be more than the bound.
/// Thread safety: safe from any thread; nothing of the user is called under a lock but the clock and the hash.
template <class Key, class T, class Hash = std::hash<Key>>
class Keyed {
    static_assert(detail::is_met<(KeyedStage<T>)>,
                  "grit: 'Keyed' was given something that it cannot keep, because it is no stage that says idle() and "
                  "now(); give it a CircuitBreaker, RateLimiter, Bulkhead or ConcurrencyLimit, or write these");
    using Entry = detail::KeyedEntry<T>;
    using Lookup = typename detail::KeyLookup<Key, Hash>::type;
    using Pins = detail::Pins;

    /// An entry in its place. Chains are read without a lock, and changed under the exclusive one.
    struct Node : detail::Pinnable, Entry {
        template <class... As>
        explicit Node(Key const& k, As const&... as) : Entry(as...), key(k) {}

        /// Written once in each turn, so that threads that ask for one key share the line.
        void use_in(std::uint64_t now) noexcept {
            if (turn.load(std::memory_order_relaxed) != now) turn.store(now, std::memory_order_relaxed);
        }

        Key const key;
        std::size_t hash = 0;
        std::atomic<std::uint64_t> turn{0}; // of its last use
        std::atomic<Node*> next{nullptr};
        std::shared_ptr<Node> kept; // its own, while it can be found
    };

public:
    /// Owns an entry, as a std::shared_ptr does, and becomes one; a pipeline holds that. May be moved to other threads.
    class Handle {
    public:
        using HeldAs = detail::OwnedStage<T>;
        using element_type = Entry;

        Handle() = default;
        Handle(std::shared_ptr<Entry> entry) noexcept : entry_(entry.get()), owned_(std::move(entry)) {}
        Handle(Handle const& other) : Handle(std::shared_ptr<Entry>{other}) {}
        Handle(Handle&& other) noexcept
            : entry_(std::exchange(other.entry_, nullptr)), pin_(std::exchange(other.pin_, nullptr)),
              owned_(std::move(other.owned_)) {}
        Handle& operator=(Handle other) noexcept {
            std::swap(entry_, other.entry_);
            std::swap(pin_, other.pin_);
            std::swap(owned_, other.owned_);
            return *this;
        }
        ~Handle() {
            if (pin_ != nullptr) Pins::release(*pin_);
        }

        Entry* get() const noexcept { return entry_; }
        Entry& operator*() const noexcept { return *entry_; }
        Entry* operator->() const noexcept { return entry_; }
        explicit operator bool() const noexcept { return entry_ != nullptr; }
        void reset() noexcept { *this = Handle{}; }
        operator std::shared_ptr<Entry>() const { return pin_ != nullptr ? entry_->shared_from_this() : owned_; }
        operator HeldAs() const { return HeldAs{std::shared_ptr<Entry>{*this}}; }
        friend bool operator==(Handle const& a, Handle const& b) noexcept { return a.entry_ == b.entry_; }
        friend bool operator==(Handle const& a, std::nullptr_t) noexcept { return a.entry_ == nullptr; }

    private:
        friend Keyed;
        Handle(Entry& entry, detail::Pin& pin) noexcept : entry_(&entry), pin_(&pin) {}

        Entry* entry_ = nullptr;
        detail::Pin* pin_ = nullptr; // of the thread that looked it up; else it is owned
        std::shared_ptr<Entry> owned_;
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
              return std::apply([&](auto const&... as) { return std::make_shared<Node>(key, as...); }, args(key));
          }),
          most_(limit.most()) {}
    Keyed(Keyed const&) = delete;
    Keyed& operator=(Keyed const&) = delete;
    ~Keyed() {
        for (std::size_t i = 0; i != buckets_.load()->count(); ++i)
            while (Node* const node = buckets_.load()->heads[i]) end(unlink(*node));
        delete buckets_.load();
    }

    /// Returns: the entry of this key. It lives as long as the handle, whatever is forgotten meanwhile.
    Handle operator[](Lookup key) {
        std::size_t const hash = hash_of(key);
        if (Handle found = pinned(key, hash)) return found;
        return found_or_made(key, hash);
    }

    /// Returns: the entry of this key if there is one; else an empty handle.
    Handle find(Lookup key) const {
        std::size_t const hash = hash_of(key);
        if (Handle found = pinned(key, hash)) return found;
        std::shared_lock const lock{mutex_}; // under it, what is not there is not there
        return owned(look_up(key, hash));
    }

    /// Forgets a key, whatever its entry remembers. Handles go on; the next look-up makes a new one.
    /// Returns: whether it was there.
    bool erase(Lookup key) {
        std::size_t const hash = hash_of(key);
        std::unique_lock lock{mutex_};
        Node* const found = look_up(key, hash);
        if (found == nullptr) return false;
        std::shared_ptr<Node> erased = unlink(*found);
        lock.unlock();
        Pins::wait_for_readers_of(this);
        end(std::move(erased));
        return true;
    }

    /// Calls f(key, entry) for all that are there at the beginning, outside any lock: f may use this.
    /// Complexity: a copy of all handles, under a shared lock.
    template <class F>
    void for_each(F&& f) const {
        std::vector<std::shared_ptr<Node>> all;
        {
            std::shared_lock const lock{mutex_};
            all.reserve(size());
            for (std::size_t i = 0; i != buckets_.load()->count(); ++i)
                for (Node* node = buckets_.load()->heads[i]; node != nullptr; node = node->next)
                    all.push_back(node->kept);
        }
        for (auto const& node : all) f(node->key, static_cast<T&>(*node));
    }

    /// Forgets what would not be missed: entries that nobody holds and that are idle, or that can be forgotten and were
    /// not asked for during `age`, by their own clock. Failures in a row, and a limit that was found out, are
    /// remembered for that long. Returns: how many. Complexity: linear in their number; the exclusive lock is held for
    /// at most 256 at a time. Where something throws, memory that ends or a clock, nothing of these 256 is forgotten.
    template <class D = std::chrono::hours>
    std::size_t forget_idle(D age = std::chrono::hours{1}) {
        Duration const limit = duration_argument(age);
        std::size_t forgotten = 0;
        for (std::size_t bucket = 0, left = 1; left != 0;) {
            std::vector<std::shared_ptr<Node>> ended; // after the lock
            std::unique_lock lock{mutex_};
            TakenOut taken{*this, {}};
            Buckets& buckets = *buckets_.load();
            for (int looked_at = 0; looked_at < slice && bucket < buckets.count(); ++bucket, ++looked_at)
                for (Node *node = buckets.heads[bucket], *next = nullptr; node != nullptr; node = next) {
                    ++looked_at;
                    next = node->next;
                    if (node->kept.use_count() != 1 || !would_not_be_missed(*node, limit)) continue;
                    taken.nodes.emplace_back(); // before it is taken out: this may throw
                    taken.nodes.back() = unlink(*node);
                }
            left = buckets.count() - std::min(bucket, buckets.count());
            if (!taken.nodes.empty()) Pins::wait_for_readers_of(this);
            std::erase_if(taken.nodes, [&](std::shared_ptr<Node>& node) {
                if (!is_held(node) && would_not_be_missed(*node, limit)) return false;
                link(std::move(node));
                return true;
            });
            ended.swap(taken.nodes);
            lock.unlock();
            forgotten += ended.size();
        }
        return forgotten;
    }

    std::size_t size() const noexcept { return size_.load(std::memory_order_relaxed); }

private:
    static constexpr int slice = 256;
    static constexpr int candidates = 64;
    static constexpr MaxEntries no_limit{std::numeric_limits<std::size_t>::max()};

    struct Buckets {
        explicit Buckets(int bits) : shift(64 - bits), heads(std::size_t{1} << bits) {}

        std::size_t count() const noexcept { return heads.size(); }
        std::atomic<Node*>& of(std::size_t hash) noexcept {
            // The hash of an integer may be that integer: its bits are spread, and the upper ones taken.
            return heads[static_cast<std::size_t>(hash * std::uint64_t{0x9E37'79B9'7F4A'7C15} >> shift)];
        }

        int shift;
        std::vector<std::atomic<Node*>> heads;
    };

    /// What was taken out of its chains comes back, unless it is taken from here. Requires: the exclusive lock.
    struct TakenOut {
        Keyed& keyed;
        std::vector<std::shared_ptr<Node>> nodes;

        ~TakenOut() {
            for (std::shared_ptr<Node>& node : nodes)
                if (node != nullptr) keyed.link(std::move(node));
        }
    };

    static std::size_t hash_of(Lookup key) { return typename detail::KeyLookup<Key, Hash>::hash{}(key); }

    static bool would_not_be_missed(Entry const& entry, Duration age) {
        if (!entry.can_be_forgotten()) return false;
        if (entry.idle()) return true;
        TimePoint const now = entry.now();
        return saturating_subtract(now, entry.last_use(now)) >= age;
    }

    /// Requires: a lock, or that this thread looks at this.
    Node* look_up(Lookup key, std::size_t hash) const {
        Node* node = buckets_.load()->of(hash).load();
        while (node != nullptr &&
               !(node->hash == hash && typename detail::KeyLookup<Key, Hash>::equal{}(node->key, key)))
            node = node->next.load();
        return node;
    }
    /// Returns: the entry, pinned; or an empty handle, if it is not there or was not to be seen.
    Handle pinned(Lookup key, std::size_t hash) const {
        if (registry_ != Pins::registry()) [[unlikely]]
            return {}; // made in another shared library
        detail::Pin* const pin = Pins::look_at(this);
        if (pin == nullptr) [[unlikely]]
            return {};
        struct Unless {
            detail::Pin* pin;
            ~Unless() {
                if (pin != nullptr) Pins::release(*pin);
            }
        } unless_found{pin};
        Node* const node = look_up(key, hash);
        if (node == nullptr) return {};
        pin->store(static_cast<detail::Pinnable*>(node), std::memory_order_release);
        unless_found.pin = nullptr;
        use(*node);
        return {*node, *pin};
    }
    /// Requires: a lock.
    Handle owned(Node* node) const {
        if (node == nullptr) return {};
        use(*node);
        return {node->kept};
    }
    /// A turn ends with each entry that is made. So eviction knows what was used before which, and no look-up reads a
    /// clock for that.
    void use(Node& node) const noexcept {
        node.use();
        if (is_bounded()) node.use_in(turn_.load(std::memory_order_relaxed));
    }
    Handle found_or_made(Lookup key, std::size_t hash) {
        if (Handle found = find(key)) return found;
        std::shared_ptr<Node> made = make_(Key{key}); // outside the lock; thrown away if another thread was faster
        made->hash = hash;
        made->use_at(made->now());
        std::shared_ptr<Node> evicted[2];
        std::unique_lock lock{mutex_};
        if (Node* const found = look_up(key, hash)) return owned(found);
        Handle handle{made};
        if (size() == buckets_.load()->count()) grow();
        made->use_in(turn_.fetch_add(1, std::memory_order_relaxed));
        link(std::move(made));
        // Two, so that the number comes down again after a time in which none could be forgotten.
        for (std::shared_ptr<Node>& one : evicted)
            if (size() > most_) one = evict();
        lock.unlock();
        return handle; // what was evicted ends after the lock
    }

    // All that follows: under the exclusive lock.
    void link(std::shared_ptr<Node>&& one) noexcept {
        Node& node = *one;
        node.kept = std::move(one);
        std::atomic<Node*>& head = buckets_.load()->of(node.hash);
        node.next.store(head);
        head.store(&node);
        size_.fetch_add(1, std::memory_order_relaxed);
    }
    /// Takes it out of its chain. A reader may be there still, and goes on from it.
    std::shared_ptr<Node> unlink(Node& node) noexcept {
        std::atomic<Node*>* at = &buckets_.load()->of(node.hash);
        while (at->load() != &node) at = &at->load()->next;
        at->store(node.next);
        size_.fetch_sub(1, std::memory_order_relaxed);
        return std::move(node.kept);
    }
    /// A reader who is led from one chain to another does not find its key, and looks again under the lock.
    void grow() {
        Buckets* const old = buckets_.load();
        auto larger = std::make_unique<Buckets>(65 - old->shift);
        for (std::atomic<Node*>& head : old->heads)
            for (Node *node = head, *next = nullptr; node != nullptr; node = next) {
                next = node->next;
                node->next.store(larger->of(node->hash));
                larger->of(node->hash).store(node);
            }
        buckets_.store(larger.release());
        Pins::wait_for_readers_of(this);
        delete old;
    }
    /// Requires: it was taken out, and there was no reader since.
    static bool is_held(std::shared_ptr<Node> const& node) noexcept {
        return Pins::hold(*node) || node.use_count() != 1; // in this order: a pin may become an owner
    }
    /// Lets it end now, or once no handle pins it. Requires: the same; no lock.
    static void end(std::shared_ptr<Node>&& one) noexcept {
        if (!Pins::hold(*one)) return one.reset();
        Node& node = *one;
        node.kept = std::move(one);
        Pins::end_when_free(node, [](detail::Pinnable& pinnable) noexcept {
            std::exchange(static_cast<Node&>(pinnable).kept, nullptr);
        });
    }
    std::shared_ptr<Node> evict() {
        Node* best = nullptr;
        std::pair<int, std::uint64_t> rank{};
        Buckets& buckets = *buckets_.load();
        for (int looked_at = 0; looked_at < candidates; ++next_bucket_, ++looked_at) {
            if (next_bucket_ >= buckets.count()) next_bucket_ = 0;
            for (Node* node = buckets.heads[next_bucket_]; node != nullptr; node = node->next, ++looked_at) {
                if (is_held(node->kept)) continue;
                std::pair const its{node->idle()               ? 0
                                    : node->can_be_forgotten() ? 1
                                                               : 2,
                                    node->turn.load(std::memory_order_relaxed)};
                if (best != nullptr && rank <= its) continue;
                rank = its;
                best = node;
            }
        }
        if (best == nullptr) return nullptr; // all of them are held
        std::shared_ptr<Node> evicted = unlink(*best);
        Pins::wait_for_readers_of(this);
        if (is_held(evicted)) link(std::move(evicted)); // somebody was faster
        return evicted;
    }

    bool is_bounded() const noexcept { return most_ != no_limit.most(); }

    std::function<std::shared_ptr<Node>(Key const&)> make_;
    std::size_t most_;
    void const* registry_ = Pins::registry();
    std::atomic<Buckets*> buckets_{new Buckets{4}};
    std::atomic<std::size_t> size_{0};
    std::atomic<std::uint64_t> turn_{1};
    mutable std::shared_mutex mutex_;
    std::size_t next_bucket_ = 0;
};

} // namespace grit::inline GRIT_ABI
