// SPDX-License-Identifier: BSL-1.0
#pragma once
// The coroutines of one loop that sleep, in the order in which they wake.

#include <atomic>
#include <coroutine>
#include <map>
#include <optional>
#include <utility>

#include <grit/core/duration.hpp>
#include <grit/core/stage.hpp>

namespace grit::inline GRIT_ABI::llm::detail {

/// The sleeps of a loop. Thread safety: one thread, but for the waker of a sleep, which may come from any.
class Alarms {
    class Node;
    using Order = std::multimap<TimePoint, Node*>;

    /// One that sleeps. Destroyed, it is forgotten.
    class Node {
    public:
        Node(Alarms& alarms, TimePoint end) noexcept : alarms_(alarms), end_(end) {}
        Node(Node const&) = delete;
        Node& operator=(Node const&) = delete;
        ~Node() { forget(); }

        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> sleeps) {
            sleeps_ = sleeps;
            place_ = alarms_.order_.emplace(end_, this);
            list_ = &alarms_.order_;
        }
        void await_resume() const noexcept {}

    protected:
        Waker waker() noexcept {
            return {this, [](void* self) {
                        auto& node = *static_cast<Node*>(self);
                        node.rung_ = true;
                        node.alarms_.rung_ = true;
                        node.alarms_.bell_();
                    }};
        }

    private:
        friend class Alarms;
        void forget() noexcept {
            if (auto* const list = std::exchange(list_, nullptr)) list->erase(place_);
        }

        Alarms& alarms_;
        TimePoint end_;
        std::coroutine_handle<> sleeps_ = {};
        Order* list_ = nullptr; // where it is; null if nowhere
        Order::iterator place_ = {};
        std::atomic<bool> rung_ = false;
    };

    template <class Early>
    class EarlyNode : public Node {
    public:
        EarlyNode(Alarms& alarms, TimePoint end, Early& early) noexcept : Node(alarms, end), early_(early) {}
        void await_suspend(std::coroutine_handle<> sleeps) {
            Node::await_suspend(sleeps);
            if (early_.is_possible()) armed_.emplace(early_, Node::waker());
        }

    private:
        Early& early_;
        std::optional<typename Early::Armed> armed_ = {};
    };

public:
    /// `bell` makes the loop look at the alarms; it may be called from any thread.
    explicit Alarms(Waker bell) noexcept : bell_(bell) {}
    Alarms(Alarms const&) = delete;
    Alarms& operator=(Alarms const&) = delete;

    /// Returns: what is to be awaited to sleep until `end`, or until `early` ends it.
    auto sleep(TimePoint end) noexcept { return Node{*this, end}; }
    template <class Early>
    auto sleep(TimePoint end, Early& early) noexcept {
        return EarlyNode<Early>{*this, end, early};
    }

    /// Returns: when the next one wakes; TimePoint::max() if nobody sleeps, TimePoint::min() if one is to wake now.
    TimePoint next() const noexcept {
        if (rung_ || !due_.empty()) return TimePoint::min();
        return order_.empty() ? TimePoint::max() : order_.begin()->first;
    }

    /// Resumes everyone whose time has come by `now`, unless one of them destroys it before. Those that then sleep
    /// again wait for the next call.
    void wake(TimePoint now) {
        bool const look_at_all = rung_.exchange(false);
        for (auto at = order_.begin(); at != order_.end();) {
            auto const one = at++;
            auto& node = *one->second;
            if (one->first > now && !look_at_all) break;
            if (one->first > now && !node.rung_) continue;
            node.place_ = due_.insert(order_.extract(one));
            node.list_ = &due_;
        }
        while (!due_.empty()) {
            auto& node = *due_.begin()->second;
            node.forget();
            node.sleeps_.resume();
        }
    }

private:
    Waker bell_;
    Order order_ = {};
    Order due_ = {}; // those that are being resumed
    std::atomic<bool> rung_ = false;
};

} // namespace grit::inline GRIT_ABI::llm::detail
