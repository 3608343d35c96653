// SPDX-License-Identifier: BSL-1.0
#pragma once
// EarlyWake: what may end a sleep before its time, for the sleeps of coroutines and callbacks.

#include <list>
#include <optional>
#include <version>

#include <grit/async/flow.hpp>

#if defined(__cpp_lib_jthread)
#include <stop_token>
#endif

namespace grit::inline GRIT_ABI {

/// What may end one sleep of a call before its time: a request to stop, or the stage that it waits for. A sleeper is
/// given it where that is possible, and arms it with a Waker.
///
/// Thread safety: belongs to the call. The waker is called from any thread.
template <class Flow>
class EarlyWake {
public:
    explicit EarlyWake(Flow& flow) : flow_(flow) {
        flow_.with_sleeper([this]<class C>(C& call, auto const& at) {
            stop_ = detail::Ask::attempt(call, at).context().stop();
            parks_ = detail::Ask::parks<C>();
        });
    }
    EarlyWake(EarlyWake const&) = delete;
    EarlyWake& operator=(EarlyWake const&) = delete;

    bool is_possible() const noexcept { return parks_ || stop_.stop_possible(); }

    /// While it lives, the waker may be called, also at once.
    class Armed {
    public:
        Armed(EarlyWake const& early, Waker waker) : flow_(early.flow_), parks_(early.parks_) {
            watch(early.stop_, waker);
            park(waker);
        }
        Armed(Armed const&) = delete;
        Armed& operator=(Armed const&) = delete;
        ~Armed() { park(Waker{}); }

    private:
        void park(Waker waker) {
            if (!parks_) return;
            flow_.with_sleeper([waker]<class C>(C& call, auto const& at) { detail::Ask::park(call, at, waker); });
        }
#if defined(__cpp_lib_jthread)
        void watch(StopView stop, Waker waker) {
            for (int number = 0;; ++number) {
                int left = number;
                StopLeaf const leaf = stop.leaf(left);
                if (leaf.token == nullptr) return;
                if (leaf.type != &detail::type_id<std::stop_token>) continue;
                auto const& token = *static_cast<std::stop_token const*>(leaf.token);
                if (!first_) first_.emplace(token, waker);
                else others_.emplace_back(token, waker);
            }
        }

        std::optional<std::stop_callback<Waker>> first_;
        std::list<std::stop_callback<Waker>> others_; // most calls have one token: then nothing is allocated
#else
        static void watch(StopView, Waker) noexcept {}
#endif
        Flow& flow_;
        bool parks_;
    };
    Armed arm(Waker waker) const { return Armed{*this, waker}; }

private:
    Flow& flow_;
    StopView stop_{};
    bool parks_ = false;
};

} // namespace grit::inline GRIT_ABI
