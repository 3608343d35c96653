// SPDX-License-Identifier: BSL-1.0
#pragma once
// AttemptTimeoutOnThread: leaves an operation that cannot be told to end to a thread of its own.

#include <version>

#if defined(__cpp_lib_jthread)
#include <atomic>
#include <memory>
#include <stop_token>
#include <thread>

#include <grit/core/rejected_as.hpp>
#include <grit/time/interruptible.hpp>
#include <grit/timeout/attempt_timed_out.hpp>
#include <grit/timeout/deadline.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {

inline std::atomic<int> abandoned_attempts{0};

/// An attempt on a thread of its own, shared by it and by the thread that waits. Whoever is last deletes it.
template <class Op, class R>
class AttemptOnThread {
public:
    AttemptOnThread(Op op, Attempt const& at, Duration elapsed)
        : op_(std::move(op)), context_(at.context().on_clock(ClockView{}).deadline(), StopView{&token_}, ClockView{}),
          at_(Attempt{at.number(), at.last_wait(), context_}, elapsed) {}
    AttemptOnThread(AttemptOnThread const&) = delete;
    AttemptOnThread& operator=(AttemptOnThread const&) = delete;

    template <int Exceptions>
    void work() noexcept {
        auto const make = [this]() -> R { return op_(at_); };
#if GRIT_EXCEPTIONS
        if constexpr (Exceptions != 0) {
            try {
                result_.emplace(make);
            } catch (...) { // it is handed to the thread that waits
                error_ = std::current_exception();
            }
        } else
#endif
            result_.emplace(make);
        if (state_.exchange(State::ended) == State::abandoned) --abandoned_attempts;
        else bell_.ring();
    }

    /// Waits for the end of the attempt, at most until its deadline; what `stop` says is handed on. Returns: false if
    /// it was abandoned.
    bool wait(StopView stop) {
        wait_watching(*this, context_.deadline(), stop);
        if (state_.load() == State::ended) return true;
        ++abandoned_attempts;
        if (state_.exchange(State::abandoned) == State::ended) {
            --abandoned_attempts;
            return true;
        }
        source_.request_stop();
        return false;
    }
    R give() {
        if (error_) std::rethrow_exception(std::move(error_));
        return result_->give();
    }

    // What a bell is, for wait_watching: a stop around the call rings.
    void ring() { source_.request_stop(); }
    void wait_until(TimePoint end) { bell_.wait_until(end); }

private:
    enum class State : unsigned char { running, ended, abandoned };

    Op op_;
    std::stop_source source_;
    std::stop_token token_ = source_.get_token();
    Context context_; // on the steady clock, because another one may go with the call
    TimedAttempt at_;
    Bell bell_;
    std::atomic<State> state_{State::running};
    Late<R> result_;
    std::exception_ptr error_;
};

/// One call with its operation on a thread of its own, under a deadline.
class OnThreadCall : public DeadlineCall {
public:
    static constexpr bool runs_operation = true;

    explicit constexpr OnThreadCall(Duration limit) noexcept
        : DeadlineCall(limit, "attempt_timeout_on_thread"), limit_(limit) {}

    template <int Exceptions, class R, class Inside, class Op>
    R run(Inside const& at, Op& op) const {
        constexpr bool is_value = !std::is_reference_v<R>;
        static_assert(is_value, "grit: an operation on another thread returns a reference, because it could refer to "
                                "its copy that is gone; return a value instead");
        if constexpr (is_value) {
            Duration elapsed = Duration::zero();
            if constexpr (is_base_of<TimedAttempt, Inside>) elapsed = at.elapsed();
            auto copy = op.copy();
            using Shared = AttemptOnThread<decltype(copy), R>;
            auto const shared = std::make_shared<Shared>(std::move(copy), at, elapsed);
            std::thread([shared] { shared->template work<Exceptions>(); }).detach();
            if (shared->wait(at.context().stop())) return shared->give();
        }
        return Refuse<Exceptions, R>{}(TimedOut{limit_});
    }

private:
    Duration limit_;
};

} // namespace detail

/// Gives each attempt a time, `AttemptTimeoutOnThread<2s>`, also one that cannot be told to end: it runs on a thread of
/// its own, and the caller goes on without it when the time is over, with AttemptTimedOut. The last resort: give the
/// operation a timeout of its own, or let it ask remaining(), where that is possible.
///
/// What it costs: a thread for every attempt, and a copy of the operation and its arguments. What it leaves behind: an
/// attempt that was abandoned still runs, with all that it holds, until it ends by itself; what it returns or throws is
/// then dropped. So the operation owns what it uses: a lambda that captures by reference may find it gone. An operation
/// that takes an Attempt sees the stop requested and the deadline, and ends early. A program that ends while such
/// attempts run, ends under them.
///
/// It stands innermost. The stop of a std::stop_token around the call is handed on to the operation. The time is that
/// of the steady clock, and no longer than the deadline around. Requires: a time of zero or more. Throws:
/// std::invalid_argument if it is negative. Thread safety: a const value.
template <ConstantDuration D = dynamic>
class AttemptTimeoutOnThread : public StageInterface<AttemptTimeoutOnThread<D>>, detail::DurationValue<D> {
    static_assert(
        detail::is_met<(D.is_dynamic() || D.value() >= Duration::zero())>,
        "grit: 'AttemptTimeoutOnThread' was given a negative time, because time does not run backwards; write "
        "a time of zero or more instead");

public:
    static constexpr char const* name = "AttemptTimeoutOnThread";
    static consteval auto arguments() { return Types<Constant<D>>{}; }
    /// It ends attempts by itself.
    static constexpr bool hears_deadline = true;

    constexpr AttemptTimeoutOnThread()
        requires(!D.is_dynamic())
    = default;
    constexpr AttemptTimeoutOnThread()
        requires(D.is_dynamic())
        : AttemptTimeoutOnThread(Duration::zero()) {
        static_assert(
            detail::is_met<(!D.is_dynamic())>,
            "grit: 'AttemptTimeoutOnThread' was constructed without its time, because that comes at run time where its "
            "brackets are empty; write AttemptTimeoutOnThread<2s>, or AttemptTimeoutOnThread{limit}, instead");
    }

    template <class T, bool Exceptions = GRIT_EXCEPTIONS>
        requires(D.is_dynamic())
    explicit constexpr AttemptTimeoutOnThread(T limit) : detail::DurationValue<D>(duration_argument(limit)) {
        if (this->limit() < Duration::zero())
            reject<Exceptions>("grit: 'AttemptTimeoutOnThread' was given a negative time, because time does not run "
                               "backwards; write a time of zero or more instead");
    }

    constexpr Duration limit() const noexcept { return this->get(); }

    /// Returns: how many abandoned attempts of this program still run.
    static int abandoned() noexcept { return detail::abandoned_attempts.load(std::memory_order_relaxed); }

    /// The stage contract: one call, which whoever drives it asks step by step.
    constexpr auto call(Attempt const&) const noexcept { return detail::OnThreadCall{limit()}; }
};
template <class T>
AttemptTimeoutOnThread(T) -> AttemptTimeoutOnThread<>;

} // namespace grit::inline GRIT_ABI
#endif
