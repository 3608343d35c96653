// SPDX-License-Identifier: BSL-1.0
#pragma once
// What both Asio adapters share: an asynchronous operation that is ended after a time.

#include <memory>
#include <optional>
#include <tuple>

#include <grit/adapter/asio_handlers.hpp>
#include <grit/time/steady.hpp>

namespace grit::inline GRIT_ABI::detail {

/// An operation beside a timer. Whichever ends first ends the other; both have ended when the handler is called.
template <class Library, class Signature, class Ex, class Handler>
class AsioLimited;
template <class Library, class Error, class... Ts, class Ex, class Handler>
class AsioLimited<Library, void(Error, Ts...), Ex, Handler> : public AsioShared<Library, Ex, Handler> {
    using Base = AsioShared<Library, Ex, Handler>;
    using Base::cancelled_;
    using Base::handler_;

public:
    AsioLimited(Ex const& ex, Duration limit, Handler handler)
        : Base(ex, std::move(handler)), timer_(ex), limit_(limit) {}

    template <class Op>
    static void start(Ex const& ex, Duration limit, Op&& op, Handler handler) {
        auto const allocator = Library::allocator_of(handler);
        auto const shared = std::allocate_shared<AsioLimited>(allocator, ex, limit, std::move(handler));
        watch_slot<Library>(Library::slot_of(shared->handler_), shared);
        TimePoint const end = saturating_add(SteadyTime{}.now(), limit);
        static_cast<Op&&>(op)(Ended{{shared}});            // first: it may throw
        bool const is_over = shared->outcome_.has_value(); // an operation may complete at once
        shared->timer_.expires_at(Library::point(is_over ? TimePoint{} : end));
        shared->timer_.async_wait(Expired{shared});
    }

private:
    using Step = AsioStep<Library, AsioLimited>;
    struct Expired { // without the slot, which is the operation's
        using executor_type = Ex;
        using allocator_type = typename Base::Allocator;
        executor_type get_executor() const noexcept { return shared->executor; }
        allocator_type get_allocator() const noexcept { return shared->allocator(); }
        void operator()(typename Library::Code const& code) {
            AsioLimited& self = *this->shared;
            if (!code && !self.outcome_) {
                self.timed_out_ = true;
                Library::emit_terminal(self.signal);
            }
            self.one_has_ended(std::move(this->shared));
        }
        std::shared_ptr<AsioLimited> shared;
    };
    struct Ended : Step {
        template <class... Args>
        void operator()(Args&&... args) {
            AsioLimited& self = *this->shared;
            self.outcome_.emplace(static_cast<Args&&>(args)...);
            self.timer_.cancel();
            self.one_has_ended(std::move(this->shared));
        }
    };

    void one_has_ended(std::shared_ptr<AsioLimited> self) {
        if (--running_ != 0) return;
        Library::slot_of(handler_).clear();
        Handler handler = std::move(handler_);
        std::tuple<Error, Ts...> outcome = std::move(*outcome_);
        Error& error = std::get<0>(outcome);
        // What ended well at the last moment has ended well, and a cancellation from outside stays one.
        if (timed_out_ && !cancelled_ && AsioErrors<Library>::is_error(error))
            AsioErrors<Library>::set(error, TimedOut{limit_});
        self.reset(); // the memory is given back before the handler asks for more
        std::apply([&](auto&&... args) { std::move(handler)(static_cast<decltype(args)&&>(args)...); },
                   std::move(outcome));
    }

    typename Library::template Timer<Ex> timer_;
    Duration limit_;
    std::optional<std::tuple<Error, Ts...>> outcome_;
    int running_ = 2;
    bool timed_out_ = false;
};

/// Runs op(handler), an operation with that signature, for at most the limit. It then fails as timed out.
template <class Library, class Signature, class Ex, class Op, class Token>
auto async_limited(Ex const& executor, Duration limit, Op op, Token&& token) {
    return Library::template initiate<Token, Signature>(
        []<class Handler>(Handler&& handler, Ex const& ex, Duration d, Op work) {
            AsioLimited<Library, Signature, Ex, std::decay_t<Handler>>::start(ex, d, std::move(work),
                                                                              static_cast<Handler&&>(handler));
        },
        token, executor, limit, std::move(op));
}

} // namespace grit::inline GRIT_ABI::detail
