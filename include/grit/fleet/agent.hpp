// SPDX-License-Identifier: BSL-1.0
#pragma once
// Agent: what talks to the store for a process, so that no caller does.

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>
#include <version>
#if defined(__cpp_lib_jthread)
#include <stop_token>
#endif

#include <grit/core/contract.hpp>
#include <grit/core/name.hpp>
#include <grit/core/policy_set.hpp>
#include <grit/core/random.hpp>
#include <grit/fleet/event.hpp>
#include <grit/fleet/members.hpp>
#include <grit/time/steady.hpp>

namespace grit::inline GRIT_ABI::fleet {

class Agent;

/// What an agent keeps in step with the store: a limiter, a breaker, a budget. Its callers touch only what is local.
class Part {
public:
    Part(Part const&) = delete;
    Part& operator=(Part const&) = delete;

    /// Exchanges with the store by `agent.eval()`. Returns: when to ask again. Thread safety: one call at a time.
    virtual TimePoint exchange(Agent& agent, TimePoint now) = 0;
    /// Gives back what this process holds: it leaves the fleet.
    virtual void leave(Agent&) {}

protected:
    Part() = default;
    ~Part() = default;
};

/// A member of the fleet of a name: it talks to the store for all parts of this process, and nobody else does.
///
/// `Agent agent{store, Name<"chat">{}};` There is no hidden thread: `run(stop)` in a thread of yours, or `tick()` by a
/// timer at `next_due()`. Further policies: Time, Random, OnFleetEvent. While nobody ticks it, each part goes on as
/// without a store. It refers to the store and must outlive its parts.
///
/// Requires: a Name without braces, since it becomes the tag of all keys. Throws: std::invalid_argument if it is empty
/// or has braces. Thread safety: safe from any thread; one at a time talks to the store.
class Agent {
public:
    template <ScriptStore Store, class... Ps, bool Exceptions = GRIT_EXCEPTIONS>
        requires(Policy<Ps> && ...)
    explicit Agent(Store& store, Ps const&... policies)
        : store_(&store), eval_([](void* s, Script const& script, Names keys, Args args, Reply reply) noexcept {
              return static_cast<Store*>(s)->eval(script, keys, args, reply);
          }),
          last_error_([](void* s) { return std::string{static_cast<Store*>(s)->last_error()}; }) {
        static_assert(grit::detail::is_met<((Ps::family == Family::name) || ...)>,
                      "grit: an 'Agent' was given no name, because without one it could not tell the keys of its fleet "
                      "from others; write Agent{store, Name<\"chat\">{}} instead");
        static_assert(grit::detail::is_met<(grit::detail::PolicySet<Ps...>::clash != grit::detail::Clash::kind)>,
                      "grit: an 'Agent' was given two policies of one kind, because only one of them can count; keep "
                      "one Name, one Time and one Random");
        (take(policies), ...);
        add(membership_);
        if (name_.find_first_of("{}") != std::string::npos)
            reject<Exceptions>(
                "grit: an 'Agent' was given a name that has braces, because the name becomes the tag of its keys; "
                "write a name such as \"chat\" instead");
    }
    Agent(Agent const&) = delete;
    Agent& operator=(Agent const&) = delete;

    /// Exchanges for every part that is due. Where another thread does so, returns at once.
    void tick() {
        std::unique_lock const exchanging{exchange_mutex_, std::try_to_lock};
        if (!exchanging) return;
        for (std::size_t i = 0; i != parts_.size(); ++i) // no part comes or goes meanwhile
            if (take_due(parts_[i])) {
                asking_ = parts_[i].part;
                set_due(parts_[i], parts_[i].part->exchange(*this, now()));
            }
    }
    /// Returns: when tick() has something to do, at the latest.
    TimePoint next_due() const {
        std::lock_guard const lock{schedule_mutex_};
        return earliest();
    }
#if defined(__cpp_lib_jthread)
    /// Ticks until a stop is requested, and then leaves. Requires: a clock that runs as the steady one does.
    void run(std::stop_token const& stop) {
        while (!stop.stop_requested()) {
            tick();
            std::unique_lock lock{schedule_mutex_};
            TimePoint const due = earliest();
            Duration const left = saturating_subtract(due, now());
            if (left > Duration::zero()) rung_.wait_for(lock, stop, left, [&] { return earliest() < due; });
        }
        leave();
    }
#endif
    /// Calls f when a part asks to be exchanged before it was due, from whatever thread: whoever ticks by a timer sets
    /// it anew, by a post to its own thread. Requires: f does not throw, and asks this agent for nothing but
    /// next_due(); it is set before anybody calls through a part.
    void on_wake(std::function<void()> f) { on_wake_ = std::move(f); }
    /// Gives back what the parts hold, so that others need not wait until it is forgotten.
    void leave() {
        std::lock_guard const exchanging{exchange_mutex_};
        for (Entry const& entry : parts_) entry.part->leave(*this);
    }

    /// Returns: the name of the fleet.
    std::string const& name() const noexcept { return name_; }
    /// Returns: the processes that the store knows of, this one included; as last seen where it does not answer.
    int members() const noexcept { return members_.load(std::memory_order_relaxed); }
    /// Returns: whether the store answers. One that refuses some part, as when its memory is full, does not.
    bool store_up() const noexcept { return up_.load(std::memory_order_relaxed); }
    TimePoint now() const { return now_(); }
    /// Returns: 64 random bits.
    std::uint64_t random() const { return random_(); }

    // For parts.
    using Names = std::span<std::string_view const>;
    using Args = std::span<std::int64_t const>;
    using Reply = std::span<std::int64_t>;
    /// Runs a script. Not for callers: it may take as long as the time limit of the store.
    StoreStatus eval(Script const& script, Names keys, Args args, Reply reply) {
        StoreStatus const status = eval_(store_, script, keys, args, reply);
        bool const up = status == StoreStatus::ok;
        // A store that refuses one part may answer the others: a replica answers who reads. So it is back where it
        // answers the part that had lost it, or the membership, and has refused nobody since that asked last.
        bool const may_tell =
            !up || asking_ == lost_by_ || (asking_ == &membership_ && !std::exchange(has_refused_, false));
        has_refused_ = has_refused_ || !up;
        if (may_tell && up != up_.exchange(up, std::memory_order_relaxed)) {
            if (!up) lost_by_ = asking_;
            std::string const error = up ? std::string{} : last_error_(store_);
            tell({up ? FleetMoment::store_back : FleetMoment::store_lost, name_, {}, status, error});
        }
        return status;
    }
    /// Returns: the key of something of this fleet; all of them have one tag.
    std::string key(std::string_view what) const { return '{' + name_ + "}:" + std::string{what}; }
    /// Returns: the number of this member, above zero; another one after a fork. In the thread that exchanges.
    std::int64_t id() {
        if (std::int64_t const forks = grit::detail::forks(); id_ == 0 || forks != forks_) {
            forks_ = forks;
            id_ = static_cast<std::int64_t>(random() >> 1) | 1;
        }
        return id_;
    }
    void tell(FleetEvent const& event) const {
        if (listener_) listener_(event);
    }
    /// Not from within an exchange.
    void add(Part& part) {
        std::scoped_lock const lock{exchange_mutex_, schedule_mutex_};
        parts_.push_back({&part, now()});
        rung_.notify_all();
    }
    /// Afterwards the part is not asked any more; waits for an exchange that goes on. Not from within one.
    void remove(Part& part) {
        std::scoped_lock const lock{exchange_mutex_, schedule_mutex_};
        std::erase_if(parts_, [&](Entry const& entry) { return entry.part == &part; });
    }
    /// Asks for an exchange of a part at a time, if it is not due before. From any thread; it waits for none.
    void wake(Part const& part, TimePoint at) {
        {
            std::lock_guard const lock{schedule_mutex_};
            TimePoint const before = earliest();
            for (Entry& entry : parts_)
                if (entry.part == &part) entry.due = std::min(entry.due, at);
            if (earliest() == before) return;
        }
        rung_.notify_all();
        if (on_wake_) on_wake_();
    }

private:
    struct Entry {
        Part* part;
        TimePoint due;
    };
    /// Tells the store that this process is there, and hears how many are.
    struct Membership final : Part {
        TimePoint exchange(Agent& agent, TimePoint now) override {
            std::string const key = agent.key("m");
            std::string_view const keys[]{key};
            std::int64_t const args[]{0, agent.id(), to_micros(kept_for)};
            std::int64_t members = 0;
            if (agent.eval(detail::members_script, keys, args, {&members, 1}) == StoreStatus::ok)
                agent.members_.store(static_cast<int>(members), std::memory_order_relaxed);
            return saturating_add(now, beat);
        }
        void leave(Agent& agent) override {
            std::string const key = agent.key("m");
            std::string_view const keys[]{key};
            std::int64_t const args[]{0, agent.id(), 0};
            std::int64_t members = 0;
            agent.eval(detail::members_script, keys, args, {&members, 1});
        }
        static constexpr Duration beat = std::chrono::seconds{1};
        static constexpr Duration kept_for = std::chrono::seconds{3};
    };

    template <ConstantText Text>
    void take(Name<Text> const& name) {
        name_ = name.get();
    }
    template <class T>
    void take(Time<T> const& time) {
        now_ = [time] { return time.get().now(); };
    }
    template <class R>
    void take(Random<R> const& random) {
        random_ = [random] { return random.get()(); };
    }
    template <auto F, class Fn>
    void take(OnFleetEvent<F, Fn> const& listener) {
        if (!listener_) listener_ = listener;
        else
            listener_ = [before = std::move(listener_), listener](FleetEvent const& event) {
                before(event);
                listener(event);
            };
    }
    template <class P>
    void take(P const&) {
        static_assert(always_false<P>,
                      "grit: an 'Agent' was given a policy that it has no use for, because it takes "
                      "Name, Time, Random and OnFleetEvent; give it to the limiter, breaker or budget instead");
    }

    /// Returns: whether it is due; it is then for nothing more, unless somebody asks meanwhile.
    bool take_due(Entry& entry) {
        std::lock_guard const lock{schedule_mutex_};
        if (entry.due > now()) return false;
        entry.due = TimePoint::max();
        return true;
    }
    void set_due(Entry& entry, TimePoint due) {
        std::lock_guard const lock{schedule_mutex_};
        entry.due = std::min(entry.due, due);
    }
    TimePoint earliest() const {
        TimePoint first = TimePoint::max();
        for (Entry const& entry : parts_) first = std::min(first, entry.due);
        return first;
    }

    void* store_;
    StoreStatus (*eval_)(void*, Script const&, Names, Args, Reply) noexcept;
    std::string (*last_error_)(void*);
    std::string name_;
    std::function<TimePoint()> now_ = [] { return SteadyTime{}.now(); };
    std::function<std::uint64_t()> random_ = ThreadRandom{};
    std::function<void(FleetEvent const&)> listener_;
    std::function<void()> on_wake_;
    std::int64_t id_ = 0;
    std::int64_t forks_ = 0;
    std::atomic<int> members_{1};
    std::atomic<bool> up_{true};

    std::mutex exchange_mutex_;         // held while the store is asked
    mutable std::mutex schedule_mutex_; // held for no longer than it takes to look at parts_
    std::condition_variable_any rung_;
    std::vector<Entry> parts_;      // changed under both locks, but for due
    Part const* asking_ = nullptr;  // in an exchange
    Part const* lost_by_ = nullptr; // whom the store did not answer first
    bool has_refused_ = false;      // somebody, since the membership asked last
    Membership membership_;
};

} // namespace grit::inline GRIT_ABI::fleet
