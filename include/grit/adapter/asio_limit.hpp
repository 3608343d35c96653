// SPDX-License-Identifier: BSL-1.0
#pragma once
// What both Asio adapters share: handlers that carry on, and an asynchronous operation that is ended after a time.

#include <atomic>
#include <exception>
#include <memory>
#include <optional>
#include <tuple>

#include <grit/core/rejected_as.hpp>
#include <grit/time/steady.hpp>
#include <grit/timeout/attempt_timed_out.hpp>

// Library is the one place where an adapter says what its Asio calls things: asio.hpp and boost_asio.hpp have one each.

namespace grit::detail {

/// What a library says of cancellation that has none yet.
struct NoCancellation {
    static constexpr bool cancels = false;
    struct Slot {
        static constexpr void clear() noexcept {}
    };
    struct Signal {
        static constexpr Slot slot() noexcept { return {}; }
    };
    static constexpr void emit_terminal(Signal&) noexcept {}
    template <class Handler>
    static constexpr Slot slot_of(Handler const&) noexcept {
        return {};
    }
};

/// The handler of a step in between: it has what the whole operation shares, and its executor, allocator and slot.
template <class Library, class Shared>
struct AsioStep {
    using executor_type = typename Shared::Executor;
    using allocator_type = typename Shared::Allocator;
    using cancellation_slot_type = typename Library::Slot;

    executor_type get_executor() const noexcept { return shared->executor; }
    allocator_type get_allocator() const noexcept { return shared->allocator(); }
    cancellation_slot_type get_cancellation_slot() const noexcept { return shared->signal.slot(); }

    std::shared_ptr<Shared> shared;
};

/// Has `shared->cancel()` called when the slot of a handler is told to end what is going on. The signal may outlive
/// that.
template <class Library, class Slot, class Shared>
void watch_slot(Slot slot, std::shared_ptr<Shared> const& shared) {
    if constexpr (Library::cancels) {
        if (!slot.is_connected()) return;
        slot.assign([watched = std::weak_ptr<Shared>{shared}](typename Library::CancellationType type) {
            if ((type & Library::CancellationType::terminal) == Library::CancellationType::none) return;
            if (std::shared_ptr<Shared> const held = watched.lock()) held->cancel();
        });
    }
}

/// How the first argument of a completion says that the operation failed.
template <class Library>
struct AsioErrors {
    using Code = typename Library::Code;

    static bool is_error(Code const& code) noexcept { return !!code; }
    static bool is_error(std::exception_ptr const& error) noexcept { return error != nullptr; }
    static bool is_rejection(Code const& code) {
        Code const ours = RejectedAs<Code>::make(TimedOut{Duration::zero()});
        return code.category() == ours.category() && code != ours;
    }

    template <class J>
    static void set(Code& code, J const& rejection) {
        code = RejectedAs<Code>::make(rejection);
    }
    template <class J>
    static void set(std::exception_ptr& error, J const& rejection) {
        error = std::make_exception_ptr(static_cast<typename J::Thrown>(rejection));
    }
};

/// A handler with what it is called with.
template <class Library, class Handler, class Outcome>
struct AsioCompletion {
    using allocator_type = typename Library::template AllocatorOf<Handler>;
    allocator_type get_allocator() const noexcept { return Library::allocator_of(handler); }
    void operator()() { std::apply(std::move(handler), std::move(outcome)); }

    Handler handler;
    Outcome outcome;
};

/// Calls a handler where it wants to be called. Inside: this runs on the executor `here`, after the initiation.
template <class Library, class Ex, class Handler, class Outcome>
void complete_on(Ex const& here, bool inside, Handler handler, Outcome outcome) {
    auto const where = Library::executor_of(handler, here);
    AsioCompletion<Library, Handler, Outcome> completion{std::move(handler), std::move(outcome)};
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(where)>, Ex>)
        if (inside && where == here) return completion();
    if (inside) Library::dispatch(where, std::move(completion));
    else Library::post(where, std::move(completion));
}

/// An operation beside a timer. Whichever ends first ends the other; both have ended when the handler is called.
template <class Library, class Signature, class Ex, class Handler>
class AsioLimited;
template <class Library, class Error, class... Ts, class Ex, class Handler>
class AsioLimited<Library, void(Error, Ts...), Ex, Handler> {
public:
    using Executor = Ex;
    using Allocator = typename Library::template AllocatorOf<Handler>;

    AsioLimited(Ex const& ex, Duration limit, Handler handler)
        : executor(ex), handler_(std::move(handler)), timer_(ex), limit_(limit) {}

    template <class Op>
    static void start(Ex const& ex, Duration limit, Op&& op, Handler handler) {
        Allocator const allocator = Library::allocator_of(handler);
        auto const shared = std::allocate_shared<AsioLimited>(allocator, ex, limit, std::move(handler));
        watch_slot<Library>(Library::slot_of(shared->handler_), shared);
        TimePoint const end = saturating_add(SteadyTime{}.now(), limit);
        static_cast<Op&&>(op)(Ended{{shared}}); // first: it may throw
        shared->timer_.expires_at(Library::point(end));
        shared->timer_.async_wait(Expired{shared});
    }
    void cancel() {
        cancelled_ = true;
        Library::emit_terminal(signal);
    }
    Allocator allocator() const noexcept { return Library::allocator_of(handler_); }

    Ex executor;
    typename Library::Signal signal;

private:
    using Step = AsioStep<Library, AsioLimited>;
    struct Expired { // without the slot, which is the operation's
        using executor_type = Executor;
        using allocator_type = Allocator;
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

    Handler handler_;
    typename Library::template Timer<Ex> timer_;
    Duration limit_;
    std::optional<std::tuple<Error, Ts...>> outcome_;
    int running_ = 2;
    bool timed_out_ = false;
    bool cancelled_ = false;
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

} // namespace grit::detail
