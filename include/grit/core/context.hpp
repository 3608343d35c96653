// SPDX-License-Identifier: BSL-1.0
#pragma once
// Context: the deadline, the stop and the clock that a stage hands to what runs inside it.

#include <grit/core/duration.hpp>
#include <grit/core/types.hpp>

namespace grit::inline GRIT_ABI {

/// One of the tokens that a StopView asks: where it is, and its type as an address of detail::type_id.
struct StopLeaf {
    void const* token = nullptr;
    void const* type = nullptr;
};

/// Asks an object that lives elsewhere whether a stop was requested; empty means never.
class StopView {
public:
    constexpr StopView() noexcept = default;

    /// Requires: `token.stop_requested()` and that token outlives the view.
    template <class Token>
    explicit constexpr StopView(Token const* token) noexcept : object_(token), table_(&table<Token>) {}

    constexpr bool stop_requested() const { return table_ != nullptr && table_->ask(object_); }
    constexpr bool stop_possible() const noexcept { return table_ != nullptr; }

    /// A sleeper registers with each token. Returns: the token number `left`, counted from 0. If there are fewer, the
    /// leaf is empty, and `left` is reduced by their number. A token made of others offers the same.
    StopLeaf leaf(int& left) const { return table_ == nullptr ? StopLeaf{} : table_->leaf(object_, left); }

private:
    struct Table {
        bool (*ask)(void const*);
        StopLeaf (*leaf)(void const*, int&);
    };
    template <class Token>
    static StopLeaf leaf_of(void const* object, int& left) {
        if constexpr (requires(Token const& token) { token.leaf(left); })
            return static_cast<Token const*>(object)->leaf(left);
        else return left-- == 0 ? StopLeaf{object, &detail::type_id<Token>} : StopLeaf{};
    }
    template <class Token>
    static constexpr Table table{
        [](void const* object) { return bool(static_cast<Token const*>(object)->stop_requested()); }, &leaf_of<Token>};

    void const* object_ = nullptr;
    Table const* table_ = nullptr;
};

namespace detail {
/// Spends a wait that nothing may end. A time need not have a sleep without a token.
template <class Time>
GRIT_INLINE constexpr void sleep_unwatched(Time& time, Duration wait) {
    if constexpr (requires { time.sleep(wait); }) time.sleep(wait);
    else time.sleep(wait, StopView{});
}
} // namespace detail

/// Two stops as one: requested if either is.
class EitherStop {
public:
    constexpr EitherStop(StopView a, StopView b) noexcept : a_(a), b_(b) {}

    constexpr bool stop_requested() const { return a_.stop_requested() || b_.stop_requested(); }
    StopLeaf leaf(int& left) const {
        StopLeaf const found = a_.leaf(left);
        return found.token != nullptr ? found : b_.leaf(left);
    }

private:
    StopView a_;
    StopView b_;
};

/// Reads a clock that lives elsewhere; the default reads std::chrono::steady_clock.
class ClockView {
public:
    constexpr ClockView() noexcept = default;

    /// Requires: `clock.now()` returns a TimePoint, and clock outlives the view.
    template <class Clock>
    explicit constexpr ClockView(Clock* clock) noexcept
        : object_(clock),
          ask_([](void const* p) -> TimePoint { return static_cast<Clock*>(const_cast<void*>(p))->now(); }) {}

    TimePoint now() const {
        if (ask_ != nullptr) return ask_(object_);
        return TimePoint{to_duration(std::chrono::steady_clock::now().time_since_epoch())};
    }

    /// Whether both read one clock, as far as that can be seen.
    friend constexpr bool operator==(ClockView const&, ClockView const&) noexcept = default;

private:
    void const* object_ = nullptr;
    TimePoint (*ask_)(void const*) = nullptr;
};

/// The span of a trace that goes on around an attempt, and its type as an address of detail::type_id.
struct SpanLink {
    void* span = nullptr;
    void const* type = nullptr;
};

/// What a stage hands to the stages and the operation inside it: a deadline or none, a stop, how to read the clock, and
/// the span of a trace, if there is one.
///
/// A stage may narrow it (an earlier deadline), never widen it. Thread safety: a const value.
class Context {
public:
    constexpr Context() noexcept = default;
    constexpr Context(TimePoint deadline, StopView stop, ClockView clock, SpanLink const* span = nullptr) noexcept
        : deadline_(deadline), stop_(stop), clock_(clock), span_(span) {}

    constexpr bool has_deadline() const noexcept { return deadline_ != TimePoint::max(); }

    /// Returns: the point in time at which the work must have ended; TimePoint::max() if there is none.
    constexpr TimePoint deadline() const noexcept { return deadline_; }

    /// Reads the clock if there is a deadline. Returns: the time left, negative once it has passed; Duration::max() if
    /// there is none.
    Duration remaining() const {
        return has_deadline() ? saturating_subtract(deadline_, clock_.now()) : Duration::max();
    }

    /// Reads the clock.
    TimePoint now() const { return clock_.now(); }

    constexpr bool stop_requested() const { return stop_.stop_requested(); }
    constexpr StopView stop() const noexcept { return stop_; }
    constexpr ClockView clock() const noexcept { return clock_; }

    /// Returns: the span around the attempt, or null; an empty link once that span has ended.
    constexpr SpanLink const* span() const noexcept { return span_; }
    /// Returns: this context inside a span. Requires: the link outlives it.
    constexpr Context inside(SpanLink const& span) const noexcept {
        Context result = *this;
        result.span_ = &span;
        return result;
    }

    /// Returns: this context with another clock, on which the deadline is as far away. Reads both if there is one.
    constexpr Context on_clock(ClockView clock) const {
        Context result = *this;
        if (has_deadline() && !(clock == clock_)) result.deadline_ = saturating_add(clock.now(), remaining());
        result.clock_ = clock;
        return result;
    }

    /// Returns: this context with a deadline no later than the given one.
    constexpr Context narrowed(TimePoint deadline) const noexcept {
        Context result = *this;
        if (deadline < deadline_) result.deadline_ = deadline;
        return result;
    }

private:
    TimePoint deadline_ = TimePoint::max();
    StopView stop_{};
    ClockView clock_{};
    SpanLink const* span_ = nullptr;
};

/// The context of a call that nothing surrounds: no deadline, no stop, the steady clock.
inline constexpr Context no_context{};

} // namespace grit::inline GRIT_ABI
