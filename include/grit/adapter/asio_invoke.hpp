// SPDX-License-Identifier: BSL-1.0
#pragma once
// What both Asio adapters share: a stage around an operation that takes a completion token.

#include <grit/adapter/asio_channel.hpp>
#include <grit/adapter/asio_race.hpp>
#include <grit/async/early_wake.hpp>
#include <grit/async/parts.hpp>
#include <grit/pipeline.hpp>
#include <grit/time/steady.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {

/// A stage that is handed on, as a pipeline would hold it.
template <class Held>
struct HeldStage {
    Held held;
};

/// An operation that begins on its executor: what it shares with its end may be touched there at once.
template <class Op>
struct BeginsOnExecutor : Op {};
template <class Op>
inline constexpr bool begins_on_executor = false;
template <class Op>
inline constexpr bool begins_on_executor<BeginsOnExecutor<Op>> = true;

/// One call of a stage around an operation with a token: all that it needs, in one allocation.
template <class Library, int Exceptions, class Signature, class Around, class Ex, class Held, class Op, class Handler>
class AsioInvocation : public AsioShared<Library, Ex, Handler>,
                       public std::enable_shared_from_this<
                           AsioInvocation<Library, Exceptions, Signature, Around, Ex, Held, Op, Handler>> {
    using Base = AsioShared<Library, Ex, Handler>;
    using Base::cancelled_;
    using Base::handler_;
    using Self = AsioInvocation;
    using Channel = typename AsioChannelOf<Library, Signature>::type;
    using Outcome = typename Channel::Outcome;
    using Stage = StageOf<Held>;
    using Flow = detail::Flow<Exceptions, typename Channel::Result, Stage, Around>;
    static constexpr Wants wants = what_it_wants<Op, AsioProbe>();
    static constexpr bool timed = wants == Wants::timed;

public:
    using Base::executor;

    AsioInvocation(Ex const& ex, Around const& around, Held held, Op op, Handler handler)
        : Base(ex, std::move(handler)), work_(Library::executor_of(handler_, ex)), held_(static_cast<Held&&>(held)),
          op_(std::move(op)), flow_(held_, around) {}

    static void start(Ex const& ex, Around const& around, HeldStage<Held> stage, Op op, Handler handler) {
        auto const allocator = Library::allocator_of(handler);
        auto const self = std::allocate_shared<Self>(allocator, ex, around, static_cast<Held&&>(stage.held),
                                                     std::move(op), std::move(handler));
        watch_slot<Library>(Library::slot_of(self->handler_), self);
        self->step(self, [&] { self->flow_.template start<timed>(); });
        self->is_starting_ = false;
    }

private:
    using Step = AsioStep<Library, Self>;
    struct Ended : Step {
        template <class... Args>
        void operator()(Args&&... args) {
            Self& self = *this->shared;
            if (self.cancelled_ && Channel::is_error(args...))
                return self.complete(std::move(this->shared), Channel::cancelled());
            self.step(std::move(this->shared), [&] { Channel::tell(self.flow_, static_cast<Args&&>(args)...); });
        }
    };
    struct Slept : Step {
        void operator()(typename Library::Code const&) {
            Self& self = *this->shared;
            self.armed_.reset();
            ++self.sleeps_;
            self.step(std::move(this->shared), [&] {
                if (!self.cancelled_) self.flow_.woken();
            });
        }
    };
    /// Does the next thing, then what follows from it, as far as nothing has to be waited for.
    template <class Next>
    void step(std::shared_ptr<Self> self, Next const& next) {
        [[maybe_unused]] std::exception_ptr error;
        bool waits = false;
        if constexpr (Channel::throws) {
            try {
                next();
                waits = wake_at_once();
            } catch (...) { // it leaves by the handler
                error = std::current_exception();
            }
            if (error) return complete(std::move(self), Channel::failed(std::move(error)));
        } else {
            next();
            waits = wake_at_once();
        }
        if (waits) return go_on(std::move(self));
        if (cancelled_ && flow_.answer() != Answer::done) return complete(std::move(self), Channel::cancelled());
        if constexpr (Flow::refuses)
            if (flow_.answer() == Answer::reject)
                return complete(std::move(self),
                                flow_.refused([](auto const& rejection) { return Channel::refused(rejection); }));
        complete(std::move(self), Channel::give(flow_));
    }
    /// A sleep of no time is over at once. Returns: whether something is to be waited for.
    bool wake_at_once() {
        while (!cancelled_ && flow_.answer() == Answer::sleep && flow_.wait() <= Duration::zero()) flow_.woken();
        return !cancelled_ && (flow_.answer() == Answer::sleep || flow_.answer() == Answer::again);
    }
    // NOLINTNEXTLINE(performance-unnecessary-value-param): it is handed on where the call begins
    void go_on(std::shared_ptr<Self> self) {
        // A timer belongs to its executor, and the call may begin on a thread that does not run it.
        if (is_starting_ && (Flow::fires || begins_on_executor<Op> || flow_.answer() == Answer::sleep)) {
            Ex const where = executor;
            Library::dispatch(where, [self = std::move(self)]() mutable {
                Self& call = *self;
                if (call.cancelled_) call.complete(std::move(self), Channel::cancelled());
                else call.go_on_here(self);
            });
        } else go_on_here(self);
    }
    void go_on_here(std::shared_ptr<Self> const& self) {
        if (flow_.answer() == Answer::sleep) return sleep(self);
        if constexpr (Channel::throws) {
            std::exception_ptr error;
            try {
                return run(self);
            } catch (...) {
                if (has_completed_) throw; // it completed at once, and what threw is the handler of the whole
                // What the operation threw instead of starting.
                error = std::current_exception();
            }
            complete(self, Channel::failed(std::move(error)));
        } else run(self);
    }

    void run(std::shared_ptr<Self> const& self) {
        inside_.emplace(flow_.template attempt<timed>());
        if constexpr (Flow::fires)
            async_limited<Library, Signature>(
                executor, inside_->remaining(), [this](auto handler) { this->run_with(std::move(handler)); },
                Ended{{self}});
        else run_with(Ended{{self}});
    }
    template <class Inner>
    void run_with(Inner handler) {
        if constexpr (wants == Wants::nothing) op_(std::move(handler));
        else op_(*inside_, std::move(handler));
    }
    void sleep([[maybe_unused]] std::shared_ptr<Self> const& self) {
        if constexpr (Flow::sleeps) {
            TimePoint const end = saturating_add(SteadyTime{}.now(), flow_.wait());
            if (!timer_) timer_.emplace(executor);
            timer_->expires_at(Library::point(end));
            EarlyWake<Flow> const early{flow_};
            if (early.is_possible()) armed_.emplace(early, Waker{this, &ring});
            timer_->async_wait(Slept{{self}});
        }
    }
    /// From any thread. It only posts: a timer belongs to its executor.
    static void ring(void* object) {
        std::shared_ptr<Self> self = static_cast<Self*>(object)->weak_from_this().lock();
        if (!self) return; // it was dropped with its context, and ends the watch just now
        unsigned const sleep = self->sleeps_.load();
        Ex const where = self->executor;
        Library::post(where, [self = std::move(self), sleep] {
            if (self->sleeps_.load() == sleep) self->timer_->cancel();
        });
    }

    /// The memory is given back before the handler asks for more.
    void complete(std::shared_ptr<Self> self, Outcome outcome) {
        has_completed_ = true;
        Library::slot_of(handler_).clear();
        bool const inside = !is_starting_;
        Ex const here = executor;
        auto const work = std::move(work_);
        Handler handler = std::move(handler_);
        self.reset();
        complete_on<Library>(here, inside, std::move(handler), std::move(outcome));
    }

    typename Library::template WorkGuard<typename Library::template ExecutorOf<Handler, Ex>> work_;
    Held held_;
    Op op_;
    Flow flow_;
    std::optional<Conditional<timed, TimedAttempt, Attempt>> inside_;
    std::optional<typename Library::template Timer<Ex>> timer_; // made at the first sleep
    std::optional<typename EarlyWake<Flow>::Armed> armed_;
    std::atomic<unsigned> sleeps_{0};
    std::atomic<bool> is_starting_{true}; // it may complete on another thread meanwhile
    bool has_completed_ = false;
};

/// The requirements on a stage and an operation with a token, a sentence for each.
template <class Library, class Traits, class S, class Flow, class Channel>
struct AsioInvokeChecks {
    static constexpr bool can_say = Channel::can_refuse || !Flow::refuses;
    static_assert(can_say, "grit: a call can be refused where nothing can say so, because the operation completes "
                           "without an error_code or an exception_ptr; use one that completes with either");
    static constexpr bool can_make = std::is_default_constructible_v<typename Channel::Outcome>;
    static_assert(can_make, "grit: async_invoke was given an operation that completes with a type without a default "
                            "constructor, because a call that is cancelled or refused has none to give; let the "
                            "operation fill one that is there, as in acceptor.async_accept(socket, token)");
    static constexpr bool can_limit = Library::cancels || !Flow::fires;
    static_assert(can_limit, "grit: an 'AttemptTimeout' stands around an operation that cannot be ended, because this "
                             "version of Asio has no cancellation slots; use Boost 1.77, Asio 1.20 or newer");
    static consteval bool check_deadline() {
        if constexpr (Flow::fires) return true;
        else return check_deadline_is_heard<S, Traits>();
    }
    static constexpr bool works = check_deadline() && can_say && can_make && can_limit;
};

/// An operation of which several are raced, each inside what stands inside the hedge.
template <class Library, int Exceptions, class Signature, class Ex, class Held, class Op>
auto raced(Ex const& executor, Held const& held, Op op) {
    using Race = RaceOf<Held>;
    using Inside = typename Race::Inside;
    auto race = [executor, held, op = std::move(op)]<class Token>(Attempt const& at, Token&& token) {
        return async_race<Library, Exceptions, Signature>(
            executor, held.template stage<Race::index>(), at,
            [executor, inside = Inside{held}, op](Attempt const& one, auto handler) {
                using Handler = decltype(handler);
                AsioInvocation<Library, Exceptions, Signature, Attempt, Ex, Inside, Op, Handler>::start(
                    executor, one, HeldStage<Inside>{inside}, op, std::move(handler));
            },
            static_cast<Token&&>(token));
    };
    return BeginsOnExecutor<decltype(race)>{std::move(race)};
}

/// Starts an operation with that signature inside the stage.
template <class Library, int Exceptions, class Signature, class Held, class Ex, class Op, class Token>
auto invoke_held(Ex const& executor, HeldStage<Held> stage, Op op, Token&& token) {
    return Library::template initiate<Token, Signature>(
        []<class Handler>(Handler&& handler, Ex const& ex, HeldStage<Held> held, Op operation) {
            AsioInvocation<Library, Exceptions, Signature, Outermost, Ex, Held, Op, std::decay_t<Handler>>::start(
                ex, {}, std::move(held), std::move(operation), static_cast<Handler&&>(handler));
        },
        token, executor, std::move(stage), std::move(op));
}

template <class Library, class Traits, class Signature, int Exceptions, class Stage, class Around = Outermost>
consteval bool check_asio_invoke() {
    using Channel = typename AsioChannelOf<Library, Signature>::type;
    using Flow = detail::Flow<Exceptions, typename Channel::Result, Stage, Around>;
    return AsioInvokeChecks<Library, Traits, std::remove_cv_t<Stage>, Flow, Channel>::works;
}

template <class Library, int Exceptions, class Ex, class S, class Op, class Token>
auto asio_invoke(Ex const& executor, S&& stage, Op op, Token&& token) {
    using Held = HeldInParts<typename HowHeld<S>::type>;
    using Stage = StageOf<Held>;
    using Traits = CallTraits<Op, AsioProbe>;
    constexpr bool tells = requires { typename std::remove_cvref_t<typename Traits::Result>::type; };
    static_assert(tells,
                  "grit: async_invoke was given an operation that does not say how it completes, because it returns "
                  "nothing for its token; write [&](auto token) { return timer.async_wait(std::move(token)); }, with "
                  "the return");
    if constexpr (tells) {
        using Signature = typename std::remove_cvref_t<typename Traits::Result>::type;
        if constexpr (!races_attempts<Stage>) {
            if constexpr (check_asio_invoke<Library, Traits, Signature, Exceptions, Stage>())
                return invoke_held<Library, Exceptions, Signature>(executor, HeldStage<Held>{static_cast<Held>(stage)},
                                                                   std::move(op), static_cast<Token&&>(token));
        } else {
            using Race = RaceOf<std::remove_cvref_t<Held>>;
            constexpr bool copies = std::is_copy_constructible_v<Op>;
            static_assert(copies,
                          "grit: an operation under a 'Hedge' cannot be copied, because it can only be moved, and "
                          "every attempt owns what it uses; hold that by a std::shared_ptr instead");
            constexpr bool outside =
                check_asio_invoke<Library, Traits, Signature, Exceptions, typename Race::Outside const>();
            constexpr bool inside =
                check_asio_invoke<Library, Traits, Signature, Exceptions, typename Race::Inside const, Attempt>();
            if constexpr (copies && outside && inside) {
                Held const held = static_cast<Held>(stage);
                return invoke_held<Library, Exceptions, Signature>(
                    executor, HeldStage<typename Race::Outside>{typename Race::Outside{held}},
                    raced<Library, Exceptions, Signature>(executor, held, std::move(op)), static_cast<Token&&>(token));
            }
        }
    }
}

} // namespace detail
} // namespace grit::inline GRIT_ABI
