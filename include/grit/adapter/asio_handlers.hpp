// SPDX-License-Identifier: BSL-1.0
#pragma once
// What both Asio adapters share: handlers that carry on, are cancelled, and complete.

#include <exception>
#include <memory>
#include <tuple>

#include <grit/core/rejected_as.hpp>
#include <grit/timeout/attempt_timed_out.hpp>

// Library is the one place where an adapter says what its Asio calls things: asio.hpp and boost_asio.hpp have one each.

namespace grit::inline GRIT_ABI::detail {

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

/// What the steps of one operation share: where they run, the handler of the whole, and its cancellation.
template <class Library, class Ex, class Handler>
class AsioShared {
public:
    using Executor = Ex;
    using Allocator = typename Library::template AllocatorOf<Handler>;

    AsioShared(Ex const& ex, Handler handler) : executor(ex), handler_(std::move(handler)) {}

    Allocator allocator() const noexcept { return Library::allocator_of(handler_); }
    /// A cancellation from outside.
    void cancel() {
        cancelled_ = true;
        Library::emit_terminal(signal);
    }

    Ex executor;
    typename Library::Signal signal;

protected:
    Handler handler_;
    bool cancelled_ = false;
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

} // namespace grit::inline GRIT_ABI::detail
