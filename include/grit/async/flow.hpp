// SPDX-License-Identifier: BSL-1.0
#pragma once
// Flow: one call for a driver that neither waits for the operation nor sleeps in place. It keeps what must outlive
// both.

#include <concepts>
#include <exception>
#include <optional>

#include <grit/core/flat.hpp>
#include <grit/core/rejected_as.hpp>

namespace grit::inline GRIT_ABI::detail {

/// What takes the place of an outcome in a coroutine: a result, or a Task that gives one.
template <class R, class Task>
class MaybeLater {
public:
    static constexpr bool may_be_later = true;
    using Value = R;

    MaybeLater()
        requires std::is_void_v<R>
    = default;
    MaybeLater(Task task) : task_(std::move(task)) {}
    template <std::convertible_to<R> V>
    MaybeLater(V&& value) {
        auto const make = [&]() -> R { return static_cast<V&&>(value); };
        value_.emplace(make);
    }
    // NOLINTNEXTLINE(performance-noexcept-move-constructor): what the move of a result throws is the outcome
    MaybeLater(MaybeLater&& other) : task_(std::move(other.task_)) {
        auto const give = [&]() -> R { return other.value_->give(); };
        if (other.value_) value_.emplace(give);
    }

    /// Moves the one or the other out. Returns: whether it is the task.
    bool give(Late<R>& result, std::optional<Task>& task) {
        auto const value = [&]() -> R {
            if constexpr (!std::is_void_v<R>) return value_->give();
        };
        if (task_) task.emplace(std::move(*task_));
        else result.emplace(value);
        return task_.has_value();
    }

private:
    Late<R> value_;
    std::optional<Task> task_;
};

/// One call of a stage, and the outcome that it was told last. A front asks answer(): after `again` it runs the
/// operation for attempt(), after `sleep` it sleeps for wait() and says woken(); `done`, it takes give(); `reject`, it
/// takes refused().
///
/// An error that no stage wants to see again leaves the function that was told of it. R: what the operation returns.
/// AroundType: the Attempt that surrounds the call; what it points to outlives this. Task: what a stage may put in the
/// place of an outcome, where the front can await it.
template <int Exceptions, class R, class Stage, class AroundType = Outermost, class Task = void>
class Flow {
public:
    using Around = AroundType;
    using Call = decltype(std::declval<Stage&>().call(std::declval<Around const&>()));
    static constexpr bool can_await = !std::is_void_v<Task>;
    static_assert(is_met<(!Ask::runs_itself<Call>)>,
                  "grit: an 'AttemptTimeoutOnThread' stands in a call for which no thread waits, because the operation "
                  "is run by a coroutine, a callback or a loop, and would have no time limit; write AttemptTimeout<2s> "
                  "instead");

private:
    static constexpr bool late = Exceptions != 0 && Ask::ends_late<Call>;
    static constexpr bool hears_unnamed = Exceptions != 0 && Ask::has_thrown<Call, Around>;

    /// Makes what the call puts in the place of an outcome.
    template <class Outcome>
    struct Other {
        Flow& flow;
        Call& call;
        Around const& at;
        Outcome o;
        /// Returns: whether it will be there later.
        bool later(Late<R>& result) {
            return Ask::replacement<MaybeLater<R, Task>>(call, at, o).give(result, flow.later_);
        }
    };

    /// It lives for one step only, in which nothing is suspended.
    class Driver : public Conditional<hears_unnamed, Passing<Call, Around>, NothingPasses> {
        using Guard = Conditional<hears_unnamed, Passing<Call, Around>, NothingPasses>;

    public:
        static constexpr bool sleeps_later = true;
        explicit Driver(Flow& flow) noexcept : Guard(flow.call_, flow.at_), flow_(flow) {}

        template <class E>
        Answer slept(Call&, Around const&, Answer answer, Thrown<E> const&) const {
            if constexpr (late)
                if (answer == Answer::sleep) flow_.error_ = std::current_exception();
            return answer;
        }
        template <class Result>
        static Answer slept(Call&, Around const&, Answer answer, Returned<Result> const&) noexcept {
            return answer;
        }

        template <class Outcome>
        auto replaced(Call& call, Around const& at, Outcome const& o) const
            requires can_await
        {
            return Other<Outcome>{flow_, call, at, o};
        }

    private:
        Flow& flow_;
    };

public:
    using Clauses = Conditional<Exceptions != 0, ClausesOf<Call>, Types<>>;
    static constexpr bool must_hear_all = hears_unnamed;
    static constexpr bool fires = Ask::fires<Call>;
    static constexpr bool parks = Ask::parks<Call>();
    static constexpr bool sleeps = Ask::sleeps<Call>;
    static constexpr bool refuses = Ask::refuses<Call>;

    explicit Flow(Stage& stage, Around const& at = Around{}) : at_(at), call_(stage.call(at_)) {}
    Flow(Flow const&) = delete;
    Flow& operator=(Flow const&) = delete;

    /// Begins. Timed: the operation takes a TimedAttempt.
    template <bool Timed>
    void start() {
        if constexpr (Timed && requires { call_.measure(at_); }) call_.measure(at_);
        answer_ = Ask::start(call_, at_);
        replace_rejection();
    }
    Answer answer() const noexcept { return answer_; }

    /// Returns: the attempt that the operation is run for; valid until the next question.
    template <bool Timed>
    auto attempt() {
        using Seen = decltype(Ask::attempt<Timed>(call_, at_));
        // What is awaited in the place of the operation is told nothing.
        if constexpr (Timed && can_await && std::is_same_v<Seen, TimedAttempt>)
            if (has_later()) return Seen{Ask::attempt<false>(call_, at_), Duration::zero()};
        return Ask::attempt<Timed>(call_, at_);
    }
    Duration wait() {
        if constexpr (sleeps) return call_.wait();
        else return Duration::zero();
    }
    /// Calls use(call, attempt) with the one that sleeps, and what surrounds it.
    template <class Use>
    void with_sleeper(Use const& use) {
        if constexpr (is_flat<Call>) call_.with_sleeper(at_, use);
        else if constexpr (sleeps) use(call_, at_);
    }

    /// The operation has thrown an E, which is one of Clauses. In its handler. Returns: false if it leaves.
    template <class E>
    bool caught(E const& error) {
        if constexpr (!is_named<Call, E>) return false;
        else {
            Driver driver{*this};
            answer_ = after_error<Exceptions>(call_, at_, driver, Ask::caught(call_, at_, error), error, result_);
            if (answer_ == Answer::give_up) return false;
            replace_rejection();
            return true;
        }
    }
    /// It has thrown something that no clause is for.
    void thrown() noexcept {
        if constexpr (hears_unnamed) call_.thrown(at_);
    }

    /// After `again`: whether there is a task to be awaited in the place of the operation, and that.
    bool has_later() const noexcept {
        if constexpr (can_await) return later_.has_value();
        else return false;
    }
    Task take_later()
        requires can_await
    {
        Task task = std::move(*later_);
        later_.reset();
        return task;
    }

    /// Keeps what the operation returned, until judge().
    template <class... Value>
    void hold(Value&&... value) {
        auto make = [&]() -> R { return (static_cast<Value&&>(value), ...); };
        result_.emplace(make);
    }
    void judge() {
        Driver driver{*this};
        answer_ = after_result<Exceptions>(call_, at_, driver, Ask::returned(call_, at_, result_->told()), result_);
        replace_rejection();
    }
    /// The operation has ended with an error that is there as a pointer: it is thrown again, to find its type.
    void rethrow(std::exception_ptr const& error) {
        Driver driver{*this};
        auto make = [&]() -> R { std::rethrow_exception(error); };
        answer_ = attempted<Exceptions>(call_, at_, driver, make, result_);
        replace_rejection();
    }

    /// The sleep is over. Throws: the error that it was for, where the call ends.
    void woken() {
        answer_ = woken_for_outcome();
        replace_rejection();
    }

    R give() { return result_->give(); }
    template <class F>
    decltype(auto) refused(F const& f) {
        return call_.with_rejection(f);
    }

private:
    Answer woken_for_outcome() {
        if constexpr (late) {
            if (result_) {
                Driver driver{*this};
                Answer const answer = Ask::wake(call_, at_, Returned{result_->told()});
                return after_result<Exceptions>(call_, at_, driver, answer, result_);
            }
            if (error_) return woken_for_error();
        }
        return Ask::wake(call_, at_);
    }
    /// To throw an error again costs as much as a failure, so it is done only if somebody looks at it.
    Answer woken_for_error()
        requires late
    {
        constexpr bool at_once = Ask::needs_outcome_to_wake<Call>;
        if constexpr (!at_once) {
            Answer const answer = Ask::wake(call_, at_);
            if (answer != Answer::give_up) {
                if (answer != Answer::sleep) error_ = nullptr;
                return answer;
            }
            if constexpr (!is_flat<Call>) std::rethrow_exception(std::move(error_));
        }
        std::exception_ptr const kept = std::move(error_);
        Driver driver{*this};
#define GRIT_INSIDE std::rethrow_exception(kept);
#define GRIT_CAUGHT(I) Rung<Clauses, I>
#define GRIT_HANDLER(I)                                                                                                \
    using Error = grit::At<Clauses, I>;                                                                                \
    if constexpr (!is_named<Call, Error>) throw;                                                                       \
    else {                                                                                                             \
        Answer const said = at_once ? Ask::wake(call_, at_, Thrown{error}) : Ask::ended(call_, at_, Thrown{error});    \
        Answer const answer = after_error<Exceptions>(call_, at_, driver, said, error, result_);                       \
        if (answer == Answer::give_up) throw;                                                                          \
        return answer;                                                                                                 \
    }
#if GRIT_EXCEPTIONS
        if constexpr (Clauses::size != 0) {
            GRIT_LADDER(Clauses::size, GRIT_INSIDE, GRIT_CAUGHT, GRIT_HANDLER, )
        }
#endif
#undef GRIT_INSIDE
#undef GRIT_CAUGHT
#undef GRIT_HANDLER
        std::terminate(); // it was caught by one of them before
    }
    /// A stage may put something in the place of a rejection from inside.
    void replace_rejection() {
        if constexpr (Ask::replaces<Call, R, RejectedInside>())
            if (answer_ == Answer::replace) {
                Driver driver{*this};
                answer_ = replaced<Exceptions>(call_, at_, driver, RejectedInside{}, result_);
            }
    }

    [[no_unique_address]] Around at_;
    Call call_;
    Late<R> result_;
    struct NoError {};
    [[no_unique_address]] Conditional<late, std::exception_ptr, NoError> error_{};
    [[no_unique_address]] Conditional<can_await, std::optional<Conditional<can_await, Task, int>>, NoError> later_{};
    Answer answer_ = Answer::again;
};

} // namespace grit::inline GRIT_ABI::detail
