// SPDX-License-Identifier: BSL-1.0
#pragma once
// What both Asio adapters share: a stage around an operation that takes a completion token.

#include <grit/adapter/asio_limit.hpp>
#include <grit/async/early_wake.hpp>
#include <grit/pipeline.hpp>

namespace grit {

/// What an asynchronous operation completed with: a code, and values beside it. Predicates see it as a result with
/// error(), as they see an expected.
template <class Code, class... Ts>
class AsyncResult {
public:
    explicit AsyncResult(Code code, Ts... values) : code_(std::move(code)), values_(std::move(values)...) {}

    bool has_value() const noexcept { return !code_; }
    explicit operator bool() const noexcept { return has_value(); }
    Code const& error() const noexcept { return code_; }

    /// Returns: the value, or a tuple of them where there are several. They are there beside an error, too.
    auto const& operator*() const noexcept {
        if constexpr (sizeof...(Ts) == 1) return std::get<0>(values_);
        else return values_;
    }
    std::tuple<Ts...>& values() noexcept { return values_; }

private:
    Code code_;
    std::tuple<Ts...> values_;
};

template <class Code, class... Ts>
struct RejectedAs<AsyncResult<Code, Ts...>> {
    template <class J>
    static AsyncResult<Code, Ts...> make(J const& rejection) {
        return AsyncResult<Code, Ts...>{RejectedAs<Code>::make(rejection), Ts{}...};
    }
};

namespace detail {

/// Given as a token it tells the signature of an operation, which is not started.
struct AsioProbe {};
template <class Signature>
struct AsioSignature {
    using type = Signature;
};

/// What an operation gives beside its error: nothing, a value, or several in a tuple.
template <class... Ts>
struct AsioValues {
    using type = std::tuple<Ts...>;
};
template <>
struct AsioValues<> {
    using type = void;
};
template <class T>
struct AsioValues<T> {
    using type = T;
};
template <class Flow, class... Ts>
void hold_values(Flow& flow, Ts&&... values) {
    if constexpr (sizeof...(Ts) < 2) flow.hold(static_cast<Ts&&>(values)...);
    else flow.hold(std::tuple<std::decay_t<Ts>...>(static_cast<Ts&&>(values)...));
}
template <class Flow, class... Before>
auto give_values(Flow& flow, Types<>, Before... before) {
    flow.give();
    return std::tuple<Before...>(std::move(before)...);
}
template <class T, class Flow, class... Before>
auto give_values(Flow& flow, Types<T>, Before... before) {
    return std::tuple<Before..., T>(std::move(before)..., flow.give());
}
template <class... Ts, class Flow, class... Before>
auto give_values(Flow& flow, Types<Ts...>, Before... before) {
    return std::tuple_cat(std::tuple<Before...>(std::move(before)...), flow.give());
}

/// How the completion of an operation is judged as a result, and how the whole completes. Here it has no error.
template <class Library, class... Ts>
struct AsioChannel {
    static constexpr bool throws = false;
    static constexpr bool can_refuse = false;
    using Result = typename AsioValues<Ts...>::type;
    using Outcome = std::tuple<Ts...>;

    template <class Flow>
    static void tell(Flow& flow, Ts... values) {
        hold_values(flow, std::move(values)...);
        flow.judge();
    }
    template <class Flow>
    static Outcome give(Flow& flow) {
        return give_values(flow, Types<Ts...>{});
    }
    static Outcome cancelled() { return Outcome{Ts{}...}; }
};
/// It is a code.
template <class Library, class... Ts>
struct AsioChannelWithCode {
    using Code = typename Library::Code;
    static constexpr bool throws = false;
    static constexpr bool can_refuse = true;
    using Result = Conditional<sizeof...(Ts) == 0, Code, AsyncResult<Code, Ts...>>;
    using Outcome = std::tuple<Code, Ts...>;

    template <class Flow>
    static void tell(Flow& flow, Code code, Ts... values) {
        flow.hold(Result(code, std::move(values)...));
        flow.judge();
    }
    template <class Flow>
    static Outcome give(Flow& flow) {
        Result result = flow.give();
        if constexpr (sizeof...(Ts) == 0) return Outcome{result};
        else return std::tuple_cat(std::tuple<Code>{result.error()}, std::move(result.values()));
    }
    template <class J>
    static Outcome refused(J const& rejection) {
        return Outcome{RejectedAs<Code>::make(rejection), Ts{}...};
    }
    static Outcome cancelled() { return Outcome{Library::aborted(), Ts{}...}; }
};
/// It is an exception.
template <class Library, class... Ts>
struct AsioChannelWithException {
    static constexpr bool throws = true;
    static constexpr bool can_refuse = true;
    using Result = typename AsioValues<Ts...>::type;
    using Outcome = std::tuple<std::exception_ptr, Ts...>;

    template <class Flow>
    static void tell(Flow& flow, std::exception_ptr const& error, Ts... values) {
        if (error) return flow.rethrow(error);
        hold_values(flow, std::move(values)...);
        flow.judge();
    }
    template <class Flow>
    static Outcome give(Flow& flow) {
        return give_values(flow, Types<Ts...>{}, std::exception_ptr{});
    }
    template <class J>
    static Outcome refused(J const& rejection) {
        return failed(std::make_exception_ptr(static_cast<typename J::Thrown>(rejection)));
    }
    static Outcome failed(std::exception_ptr error) { return Outcome{std::move(error), Ts{}...}; }
    static Outcome cancelled() {
        return failed(std::make_exception_ptr(typename Library::SystemError(Library::aborted())));
    }
};
template <class Library, class Signature>
struct AsioChannelOf;
template <class Library, class... Ts>
struct AsioChannelOf<Library, void(Ts...)> {
    using type = AsioChannel<Library, std::decay_t<Ts>...>;
};
template <class Library, class E, class... Ts>
    requires std::is_same_v<std::decay_t<E>, typename Library::Code>
struct AsioChannelOf<Library, void(E, Ts...)> {
    using type = AsioChannelWithCode<Library, std::decay_t<Ts>...>;
};
template <class Library, class E, class... Ts>
    requires std::is_same_v<std::decay_t<E>, std::exception_ptr>
struct AsioChannelOf<Library, void(E, Ts...)> {
    using type = AsioChannelWithException<Library, std::decay_t<Ts>...>;
};

/// A stage that is handed on, as a pipeline would hold it.
template <class Held>
struct HeldStage {
    Held held;
};

/// One call of a stage around an operation with a token: all that it needs, in one allocation.
template <class Library, int Exceptions, class Signature, class Ex, class Held, class Op, class Handler>
class AsioInvocation
    : public std::enable_shared_from_this<AsioInvocation<Library, Exceptions, Signature, Ex, Held, Op, Handler>> {
    using Self = AsioInvocation;
    using Channel = typename AsioChannelOf<Library, Signature>::type;
    using Outcome = typename Channel::Outcome;
    using Stage = std::conditional_t<std::is_reference_v<Held>, std::remove_reference_t<Held>, Held const>;
    using Flow = detail::Flow<Exceptions, typename Channel::Result, Stage>;
    static constexpr Wants wants = what_it_wants<Op, AsioProbe>();
    static constexpr bool timed = wants == Wants::timed;

public:
    using Executor = Ex;
    using Allocator = typename Library::template AllocatorOf<Handler>;

    AsioInvocation(Ex const& ex, Held held, Op op, Handler handler)
        : executor(ex), handler_(std::move(handler)), work_(Library::executor_of(handler_, ex)),
          held_(static_cast<Held&&>(held)), op_(std::move(op)), flow_(held_) {}

    static void start(Ex const& ex, HeldStage<Held> stage, Op op, Handler handler) {
        Allocator const allocator = Library::allocator_of(handler);
        auto const self = std::allocate_shared<Self>(allocator, ex, static_cast<Held&&>(stage.held), std::move(op),
                                                     std::move(handler));
        watch_slot<Library>(Library::slot_of(self->handler_), [invocation = self.get()] {
            invocation->cancelled_ = true;
            Library::emit_terminal(invocation->signal);
        });
        self->step(self, [&] { self->flow_.template start<timed>(); });
        self->is_starting_ = false;
    }
    Allocator allocator() const noexcept { return Library::allocator_of(handler_); }

    Ex executor;
    typename Library::Signal signal;

private:
    using Step = AsioStep<Library, Self>;
    struct Ended : Step {
        template <class... Args>
        void operator()(Args&&... args) {
            Self& self = *this->shared;
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
    /// The handler with what it is called with.
    struct Completion {
        using allocator_type = Allocator;
        allocator_type get_allocator() const noexcept { return Library::allocator_of(handler); }
        void operator()() { std::apply(std::move(handler), std::move(outcome)); }

        Handler handler;
        Outcome outcome;
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
    void go_on(std::shared_ptr<Self> self) {
        // A timer belongs to its executor, and the call may begin on a thread that does not run it.
        if (is_starting_ && (Flow::fires || flow_.answer() == Answer::sleep)) {
            Ex const where = executor;
            Library::dispatch(where, [self = std::move(self)]() mutable {
                Self& call = *self;
                if (call.cancelled_) call.complete(std::move(self), Channel::cancelled());
                else call.go_on_here(std::move(self));
            });
        } else go_on_here(std::move(self));
    }
    void go_on_here(std::shared_ptr<Self> self) {
        if (flow_.answer() == Answer::sleep) return sleep(std::move(self));
        if constexpr (Channel::throws) {
            std::exception_ptr error;
            try {
                return run(self);
            } catch (...) { // what the operation threw instead of starting
                error = std::current_exception();
            }
            complete(std::move(self), Channel::failed(std::move(error)));
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
    void sleep(std::shared_ptr<Self> self) {
        if constexpr (Flow::sleeps) {
            TimePoint const end = saturating_add(SteadyTime{}.now(), flow_.wait());
            if (!timer_) timer_.emplace(executor);
            timer_->expires_at(Library::point(end));
            EarlyWake<Flow> const early{flow_};
            if (early.is_possible()) armed_.emplace(early, Waker{this, &ring});
            timer_->async_wait(Slept{{std::move(self)}});
        }
    }
    /// From any thread. It only posts: a timer belongs to its executor.
    static void ring(void* object) {
        std::shared_ptr<Self> self = static_cast<Self*>(object)->shared_from_this();
        unsigned const sleep = self->sleeps_.load();
        Ex const where = self->executor;
        Library::post(where, [self = std::move(self), sleep] {
            if (self->sleeps_.load() == sleep) self->timer_->cancel();
        });
    }

    /// The memory is given back before the handler asks for more.
    void complete(std::shared_ptr<Self> self, Outcome outcome) {
        Library::slot_of(handler_).clear();
        bool const is_starting = is_starting_;
        Ex const here = executor;
        auto const work = std::move(work_);
        auto const where = Library::executor_of(handler_, here);
        Completion completion{std::move(handler_), std::move(outcome)};
        self.reset();
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(where)>, Ex>)
            if (!is_starting && where == here) return completion();
        if (is_starting) Library::post(where, std::move(completion));
        else Library::dispatch(where, std::move(completion));
    }

    Handler handler_;
    typename Library::template WorkGuard<typename Library::template ExecutorOf<Handler, Ex>> work_;
    Held held_;
    Op op_;
    Flow flow_;
    std::optional<Conditional<timed, TimedAttempt, Attempt>> inside_;
    std::optional<typename Library::template Timer<Ex>> timer_; // made at the first sleep
    std::optional<typename EarlyWake<Flow>::Armed> armed_;
    std::atomic<unsigned> sleeps_{0};
    std::atomic<bool> is_starting_{true}; // it may complete on another thread meanwhile
    bool cancelled_ = false;
};

/// The requirements on a stage and an operation with a token, a sentence for each.
template <class Library, class Traits, class S, class Flow, class Channel>
struct AsioInvokeChecks {
    static constexpr bool can_say = Channel::can_refuse || !Flow::refuses;
    static_assert(can_say, "grit: a call can be refused where nothing can say so, because the operation completes "
                           "without an error_code or an exception_ptr; use one that completes with either");
    static constexpr bool can_limit = Library::cancels || !Flow::fires;
    static_assert(can_limit, "grit: an 'AttemptTimeout' stands around an operation that cannot be ended, because this "
                             "version of Asio has no cancellation slots; use Boost 1.77, Asio 1.20 or newer");
    static consteval bool check_deadline() {
        if constexpr (Flow::fires) return true;
        else return check_deadline_is_heard<S, Traits>();
    }
    static constexpr bool works = check_deadline() && can_say && can_limit;
};

template <class Library, int Exceptions, class Ex, class S, class Op, class Token>
auto asio_invoke(Ex const& executor, S&& stage, Op op, Token& token) {
    using Held = typename HowHeld<S>::type;
    using Stage = std::conditional_t<std::is_reference_v<Held>, std::remove_reference_t<Held>, Held const>;
    using Traits = CallTraits<Op, AsioProbe>;
    constexpr bool tells = requires { typename std::remove_cvref_t<typename Traits::Result>::type; };
    static_assert(tells,
                  "grit: async_invoke was given an operation that does not say how it completes, because it returns "
                  "nothing for its token; write [&](auto token) { return timer.async_wait(std::move(token)); }, with "
                  "the return");
    if constexpr (tells) {
        using Signature = typename std::remove_cvref_t<typename Traits::Result>::type;
        using Channel = typename AsioChannelOf<Library, Signature>::type;
        using Flow = detail::Flow<Exceptions, typename Channel::Result, Stage>;
        if constexpr (AsioInvokeChecks<Library, Traits, std::remove_cv_t<Stage>, Flow, Channel>::works)
            return Library::template initiate<Token, Signature>(
                []<class Handler>(Handler&& handler, Ex const& ex, HeldStage<Held> held, Op operation) {
                    AsioInvocation<Library, Exceptions, Signature, Ex, Held, Op, std::decay_t<Handler>>::start(
                        ex, std::move(held), std::move(operation), static_cast<Handler&&>(handler));
                },
                token, executor, HeldStage<Held>{stage}, std::move(op));
    }
}

} // namespace detail
} // namespace grit
