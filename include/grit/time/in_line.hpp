// SPDX-License-Identifier: BSL-1.0
#pragma once
// The call of a stage with places: it goes in, stands in line, or is refused.

#include <grit/time/max_wait.hpp>
#include <grit/time/places.hpp>

namespace grit::inline GRIT_ABI::detail {

/// The sleep of a thread in line: it ends when the waiter is called, and by a request to stop.
///
/// Line: park(waiter, waker), which calls the waker once the waiter need not wait, and unpark(waiter).
template <class Line, class Waiting>
class SleepInLine {
public:
    SleepInLine(Line& line, Waiting& waiter) noexcept : line_(line), waiter_(waiter) {}

    void sleep(Duration d, StopView stop = {}) const {
        struct Ringing { // until the bell is gone
            SleepInLine const& self;
            ~Ringing() { self.line_.unpark(self.waiter_); }
        };
        Bell bell;
        Ringing const ringing{*this};
        line_.park(waiter_, Waker{&bell, [](void* b) { static_cast<Bell*>(b)->ring(); }});
        wait_watching(bell, saturating_add(SteadyTime{}.now(), d), stop);
    }

private:
    Line& line_;
    Waiting& waiter_;
};

/// True for a time whose sleep is a real one, so that it may as well be a sleep in line.
template <class Time>
inline constexpr bool is_real_time = is_base_of<SteadyTime, std::remove_cvref_t<Time>>;

/// Closes the places, and waits until nobody is inside. Returns: whether that is so; after `longest` at the latest.
template <class Time>
bool drain(Places& places, Time&& time, Duration longest) {
    places.close();
    if constexpr (is_real_time<Time>) return places.wait_until_empty(saturating_add(SteadyTime{}.now(), longest));
    else {
        if (places.used() != 0 && longest > Duration::zero()) detail::sleep_unwatched(time, longest);
        return places.used() == 0;
    }
}

/// One call of a stage with places. Abandoned, it gives up its place, or leaves the line.
///
/// Stage: set(), places(), most_waiting(), max_wait(), time(), stage() for its name, refusal(closed) for what it says
/// where it is full; hears_deadline says whether it may have a line. Surrounded: whether the attempt around it may have
/// a deadline or a stop.
template <class Stage, bool Surrounded>
class CallInPlace {
    static constexpr bool has_line = Stage::hears_deadline;
    static constexpr bool hears = Surrounded && has_line;
    using Full = decltype(std::declval<Stage const&>().refusal(true));
    enum class Standing : unsigned char { outside, inside, in_line, full, closed, late, stopped };

public:
    using Rejections = Conditional<hears, Types<Full, DeadlinePassed, StopRequested>, Types<Full>>;

    GRIT_INLINE explicit CallInPlace(Stage& stage) noexcept : stage_(stage) {}
    CallInPlace(CallInPlace const&) = delete;
    CallInPlace& operator=(CallInPlace const&) = delete;
    GRIT_INLINE ~CallInPlace() {
        if (standing_ == Standing::inside) stage_.places().leave();
        if constexpr (has_line)
            if (standing_ == Standing::in_line) leave_line();
    }

    GRIT_INLINE Answer start([[maybe_unused]] Attempt const& at) {
        if constexpr (hears)
            if (is_over(at)) return refused();
        if (stage_.places().enter()) [[likely]] {
            standing_ = Standing::inside;
            return Answer::again;
        }
        if constexpr (has_line) return stand_in_line(at);
        else {
            standing_ = stage_.places().closed() ? Standing::closed : Standing::full;
            return refused();
        }
    }

    Duration wait() const noexcept
        requires has_line
    {
        return wait_;
    }
    decltype(auto) time()
        requires has_line
    {
        if constexpr (is_real_time<decltype(stage_.time())>) return SleepInLine{stage_.places(), waiter_};
        else return stage_.time();
    }
    void park(Waker waker)
        requires has_line
    {
        stage_.places().park(waiter_, waker);
    }
    Answer wake([[maybe_unused]] Attempt const& at)
        requires has_line
    {
        Waiter::State const state = stage_.places().settle(waiter_);
        standing_ = state == Waiter::State::called    ? Standing::inside
                    : state == Waiter::State::refused ? Standing::closed
                                                      : Standing::full;
        if constexpr (hears) {
            bool const is_inside = standing_ == Standing::inside;
            if (is_over(at)) {
                if (is_inside) stage_.places().leave();
                return refused();
            }
        }
        return standing_ == Standing::inside ? Answer::again : refused();
    }

    template <class F>
    decltype(auto) with_rejection(F const& f) const {
        if constexpr (hears) {
            if (standing_ == Standing::stopped) return f(StopRequested{stage_.stage()});
            if (standing_ == Standing::late) return f(DeadlinePassed{stage_.stage()});
        }
        return f(stage_.refusal(standing_ == Standing::closed));
    }

protected:
    Stage& stage() const noexcept { return stage_; }

private:
    GRIT_INLINE Answer refused() const { return refuse(stage_.set(), *this); }
    /// Nothing starts after a deadline or a requested stop.
    bool is_over(Attempt const& at) {
        if (at.stop_requested()) standing_ = Standing::stopped;
        else if (at.has_deadline() && at.remaining() <= Duration::zero()) standing_ = Standing::late;
        else return false;
        return true;
    }
    GRIT_COLD Answer stand_in_line([[maybe_unused]] Attempt const& at) {
        wait_ = stage_.max_wait();
        if constexpr (hears)
            if (Duration const left = at.remaining(); left < wait_) wait_ = left;
        int const most_waiting = wait_ > Duration::zero() ? stage_.most_waiting() : 0;
        switch (stage_.places().enter(waiter_, most_waiting)) {
        case Places::Entry::in: standing_ = Standing::inside; return Answer::again;
        case Places::Entry::line: standing_ = Standing::in_line; return Answer::sleep;
        case Places::Entry::closed: standing_ = Standing::closed; return refused();
        case Places::Entry::full: break;
        }
        standing_ = Standing::full;
        return refused();
    }
    GRIT_COLD void leave_line() noexcept
        requires has_line
    {
        if (stage_.places().settle(waiter_) == Waiter::State::called) stage_.places().leave();
    }

    struct NoWaiter {};
    Stage& stage_;
    [[no_unique_address]] Conditional<has_line, Waiter, NoWaiter> waiter_{};
    Duration wait_ = Duration::zero();
    Standing standing_ = Standing::outside;
};

} // namespace grit::inline GRIT_ABI::detail
