// SPDX-License-Identifier: BSL-1.0
#pragma once
// What both Asio adapters share: the race of a Hedge, and what it leaves behind.

#include <exception>
#include <memory>
#include <optional>

#include <grit/adapter/asio_channel.hpp>
#include <grit/async/flow.hpp>
#include <grit/core/rejected.hpp>
#include <grit/time/steady.hpp>

namespace grit::inline GRIT_ABI::detail {

/// Several attempts at one operation: all that they share, which lives until the last of them has ended. The handler is
/// called before that, at the first acceptable outcome.
template <class Library, int Exceptions, class Signature, class Ex, class Hedge, class Launch, class Handler>
class AsioRace {
    using Self = AsioRace;
    using Channel = typename AsioChannelOf<Library, Signature>::type;
    using Outcome = typename Channel::Outcome;

public:
    using Executor = Ex;
    using Allocator = typename Library::template AllocatorOf<Handler>;

    AsioRace(Ex const& ex, Hedge& hedge, Attempt const& at, Launch launch, Handler handler)
        : executor(ex), handler_(std::move(handler)), work_(Library::executor_of(handler_, ex)), hedge_(hedge),
          launch_(std::move(launch)), timer_(ex), outer_(at.context().stop()),
          span_(at.context().span() != nullptr ? *at.context().span() : SpanLink{}),
          context_(at.context().deadline(), StopView{this}, at.context().clock(),
                   at.context().span() != nullptr ? &span_ : nullptr),
          at_(at.number(), at.last_wait(), context_), most_(hedge.attempts()),
          signals_(new typename Library::Signal[static_cast<std::size_t>(most_)]) {}
    AsioRace(AsioRace const&) = delete;
    AsioRace& operator=(AsioRace const&) = delete;

    static void start(Ex const& ex, Hedge& hedge, Attempt const& at, Launch launch, Handler handler) {
        Allocator const allocator = Library::allocator_of(handler);
        auto const self = std::allocate_shared<Self>(allocator, ex, hedge, at, std::move(launch), std::move(handler));
        watch_slot<Library>(Library::slot_of(self->handler_), self);
        self->launch(self);
    }
    void cancel() {
        cancelled_ = true;
        timer_.cancel();
        end_all();
    }
    Allocator allocator() const noexcept { return Library::allocator_of(handler_); }

    // A stop for the attempts: the one around the race, and its end.
    bool stop_requested() const { return over_ || outer_.stop_requested(); }
    StopLeaf leaf(int& left) const { return over_ ? StopLeaf{} : outer_.leaf(left); }

    Ex executor;

private:
    struct Ended {
        using executor_type = Ex;
        using allocator_type = Allocator;
        using cancellation_slot_type = typename Library::Slot;
        executor_type get_executor() const noexcept { return race->executor; }
        allocator_type get_allocator() const noexcept { return allocator; }
        cancellation_slot_type get_cancellation_slot() const noexcept { return race->signals_[number].slot(); }

        template <class... Args>
        void operator()(Args&&... args) {
            Self& self = *race;
            self.ended(std::move(race), number, Outcome(static_cast<Args&&>(args)...));
        }

        std::shared_ptr<Self> race;
        Allocator allocator; // that of the handler, which may be gone
        std::size_t number;
    };
    struct Expired {
        using executor_type = Ex;
        executor_type get_executor() const noexcept { return race->executor; }
        void operator()(typename Library::Code const& code) {
            Self& self = *race;
            if (!code && self.launched_ == launched) self.expired(race); // else a failure was faster
        }
        std::shared_ptr<Self> race;
        int launched;
    };

    void launch(std::shared_ptr<Self> const& self) {
        auto const number = static_cast<std::size_t>(launched_++);
        ++running_;
        if (launched_ < most_) {
            timer_.expires_at(Library::point(saturating_add(SteadyTime{}.now(), hedge_.delay())));
            timer_.async_wait(Expired{self, launched_});
        }
        try {
            launch_(at_, Ended{self, Library::allocator_of(handler_), number});
        } catch (...) { // it has ended before it began
            --running_;
            has_ended(number);
            if constexpr (Channel::throws)
                if (number != 0) return keep(Channel::failed(std::current_exception()), false);
            if (number == 0) { // the call ends with it, and nothing follows
                over_ = true;
                timer_.cancel();
            } else if (running_ == 0 && !over_) finish(self, Outcome(std::move(*last_)));
            throw;
        }
    }
    void launch_if_paid(std::shared_ptr<Self> const& self) {
        if (launched_ == most_ || cancelled_ || at_.stop_requested() || at_.remaining() <= Duration::zero() ||
            !hedge_.try_pay())
            return;
        launch(self);
    }
    /// Remembers an outcome that is not acceptable: an error rather than a rejection.
    void keep(Outcome outcome, bool is_rejection) {
        if (last_ && is_rejection && !last_is_rejection_) return;
        last_.emplace(std::move(outcome));
        last_is_rejection_ = is_rejection;
    }

    void expired(std::shared_ptr<Self> const& self) {
        if (over_) return;
        if (launched_ == 1) tell(false); // the first is still alone
        launch_if_paid(self);
    }
    /// What the first attempt took says where the delay stands.
    void tell(bool in_time) {
        if (!told_) hedge_.told(in_time);
        told_ = true;
    }

    void ended(std::shared_ptr<Self> self, std::size_t number, Outcome outcome) {
        --running_;
        has_ended(number);
        if (over_) return;
        if (cancelled_ && is_error(outcome)) {
            if (running_ == 0) finish(std::move(self), Channel::cancelled());
            return;
        }
        bool is_rejection = false;
        if (is_acceptable(outcome, is_rejection)) {
            if (number == 0) tell(true);
            if (!is_error(outcome)) hedge_.succeeded();
            return finish(std::move(self), std::move(outcome));
        }
        keep(std::move(outcome), is_rejection);
        launch_if_paid(self);
        if (running_ == 0) finish(std::move(self), Outcome(std::move(*last_)));
    }

    static bool is_error(Outcome const& outcome) {
        return std::apply([](auto const&... args) { return Channel::is_error(args...); }, outcome);
    }
    /// Judges an outcome as a retry of one attempt would.
    bool is_acceptable(Outcome& outcome, bool& is_rejection) {
        bool failed = false;
        auto const judge = hedge_.judge(failed);
        Flow<Exceptions, typename Channel::Result, decltype(judge)> flow{judge};
        flow.template start<false>();
        if constexpr (Channel::throws) {
            if (std::exception_ptr const error = std::get<0>(outcome)) {
                try {
                    flow.rethrow(error);
                } catch (Rejected const&) {
                    is_rejection = std::current_exception() == error;
                    if (!is_rejection) return outcome = Channel::failed(std::current_exception()), true;
                } catch (...) { // the same error, or what a predicate threw
                    if (std::current_exception() != error)
                        return outcome = Channel::failed(std::current_exception()), true;
                }
                return !failed && !is_rejection;
            }
        } else if constexpr (Channel::can_refuse) {
            is_rejection = AsioErrors<Library>::is_rejection(std::get<0>(outcome));
        }
        auto const judged = [&] {
            std::apply([&](auto&&... args) { Channel::tell(flow, std::move(args)...); }, std::move(outcome));
            outcome = Channel::give(flow);
        };
        if constexpr (!Channel::throws) judged();
        else try {
                judged();
            } catch (...) { // what a predicate threw is the outcome
                return outcome = Channel::failed(std::current_exception()), true;
            }
        return !failed && !is_rejection;
    }

    void has_ended(std::size_t number) { ended_ |= std::uint64_t{1} << number; }
    void end_all() {
        for (std::size_t i = 0; i < static_cast<std::size_t>(launched_); ++i)
            if ((ended_ >> i & 1) == 0) Library::emit_terminal(signals_[i]);
    }

    void finish(std::shared_ptr<Self> self, Outcome outcome) {
        over_ = true;
        span_ = {};
        context_ = context_.on_clock(ClockView{}); // the one around goes with the call
        Library::slot_of(handler_).clear();
        timer_.cancel();
        Ex const here = executor;
        auto const work = std::move(work_);
        Handler handler = std::move(handler_);
        end_all();
        self.reset();
        complete_on<Library>(here, true, std::move(handler), std::move(outcome));
    }

    Handler handler_;
    typename Library::template WorkGuard<typename Library::template ExecutorOf<Handler, Ex>> work_;
    Hedge& hedge_; // until the race is over
    Launch launch_;
    typename Library::template Timer<Ex> timer_;
    StopView outer_; // the same
    SpanLink span_;  // of what stands around, until then: who is left behind finds none
    Context context_;
    Attempt at_;
    int most_;
    std::unique_ptr<typename Library::Signal[]> signals_;
    std::optional<Outcome> last_;
    std::uint64_t ended_ = 0;
    int launched_ = 0;
    int running_ = 0;
    bool last_is_rejection_ = false;
    bool told_ = false;
    bool cancelled_ = false;
    bool over_ = false;
};

/// Races attempts of launch(attempt, handler), an operation with that signature, as the hedge says.
template <class Library, int Exceptions, class Signature, class Ex, class Hedge, class Launch, class Token>
auto async_race(Ex const& executor, Hedge& hedge, Attempt const& at, Launch launch, Token&& token) {
    return Library::template initiate<Token, Signature>(
        []<class Handler>(Handler&& handler, Ex const& ex, Hedge* one, Attempt const& around, Launch starts) {
            AsioRace<Library, Exceptions, Signature, Ex, Hedge, Launch, std::decay_t<Handler>>::start(
                ex, *one, around, std::move(starts), static_cast<Handler&&>(handler));
        },
        token, executor, &hedge, at, std::move(launch));
}

} // namespace grit::inline GRIT_ABI::detail
