// SPDX-License-Identifier: BSL-1.0
#pragma once
// Report: what became of a call: its outcome, how many attempts, how long, how long asleep, and why it ended.

#include <exception>
#include <variant>

#include <grit/retrying/traits.hpp>

namespace grit {

/// The outcome of a call and how it came about. R is what the operation returns; a reference is held as a pointer.
template <class R>
class Report {
    static constexpr bool is_reference = std::is_reference_v<R>;
    using Held = std::conditional_t<std::is_void_v<R>, std::monostate,
                                    std::conditional_t<is_reference, std::remove_reference_t<R>*, R>>;

public:
    /// Returns: true if the operation returned something: a success, or the last result of a call that gave up.
    bool has_value() const noexcept { return held_.index() == 1; }

    /// Returns: true if the operation succeeded in the judgement of the predicates.
    bool succeeded() const noexcept { return has_value() && reason_ == StopReason::none; }

    /// Returns: what the operation returned last. Throws: what it threw, if it did.
    template <int Exceptions = GRIT_EXCEPTIONS>
    decltype(auto) value() const {
        auto const* const held = std::get_if<1>(&held_);
        if (held == nullptr) raise<Exceptions>();
        if constexpr (is_reference) return static_cast<R>(**held);
        else if constexpr (!std::is_void_v<R>) return static_cast<R const&>(*held);
    }

    /// Returns: the last exception; null if the operation returned.
    std::exception_ptr exception() const noexcept { return exception_; }

    int attempts() const noexcept { return attempts_; }
    Duration elapsed() const noexcept { return elapsed_; }
    /// Returns: the sum of the waits that were decided.
    Duration slept() const noexcept { return slept_; }
    StopReason reason() const noexcept { return reason_; }

    template <class Made>
    void hold(Made&& made) {
        if constexpr (is_reference) held_.template emplace<1>(__builtin_addressof(made));
        else held_.template emplace<1>(static_cast<Made&&>(made));
    }

    std::variant<std::monostate, Held> held_{};
    std::exception_ptr exception_{};
    Duration elapsed_ = Duration::zero();
    Duration slept_ = Duration::zero();
    int attempts_ = 0;
    StopReason reason_ = StopReason::none;

private:
    template <int Exceptions>
    [[noreturn]] void raise() const {
#if GRIT_EXCEPTIONS
        if constexpr (Exceptions != 0) std::rethrow_exception(exception_);
#endif
        reject<false>("grit: a 'Report' has no value, because the operation threw elsewhere; ask has_value() first");
    }
};

namespace detail {

/// What a call writes down for its report, by hooks of its own.
struct Record {
    int attempts = 0;
    Duration slept = Duration::zero();
    StopReason reason = StopReason::none;
};

template <Event E>
struct RecordHook {
    static constexpr Family family = Family::hook;
    static constexpr Event event = E;
    static constexpr bool needs_clock = false;
    static constexpr bool needs_failure = true;
    static constexpr bool undescribed = true;

    Record* record;

    template <class Q>
    GRIT_INLINE constexpr void operator()(Q const& q) const {
        if constexpr (E == Event::before) record->attempts = q.attempt().number();
        else if constexpr (E == Event::before_sleep) record->slept = saturating_add(record->slept, q.wait());
        else if constexpr (E == Event::permanent) record->reason = StopReason::permanent;
        else if constexpr (requires { q.failure(); }) record->reason = q.failure().reason();
    }
};

template <int Exceptions, template <class...> class Retrying, class... Ps, class F, class... Args>
constexpr auto report(Retrying<Ps...> const& retrying, F& f, Args&... args) {
    using Set = PolicySet<Ps...>;
    using T = LoopTraits<Set, Exceptions, false, F, Args...>;
    using R = typename T::Result;
    Record record;
    auto const recorded =
        retrying.template with<Exceptions>(RecordHook<Event::before>{&record}, RecordHook<Event::before_sleep>{&record},
                                           RecordHook<Event::give_up>{&record}, RecordHook<Event::permanent>{&record});
    auto&& time = T::Time::get(&retrying);
    TimePoint const start = time.now();
    Report<R> result;
    auto const call = [&] {
        if constexpr (std::is_void_v<R>) {
            recorded.template operator()<Exceptions>(f, args...);
            result.hold(std::monostate{});
        } else result.hold(recorded.template operator()<Exceptions>(f, args...));
    };
#if GRIT_EXCEPTIONS
    if constexpr (Exceptions != 0) {
        try {
            call();
        } catch (std::exception const&) {
            result.exception_ = std::current_exception();
            if (record.reason == StopReason::none) record.reason = StopReason::not_retryable;
        }
    } else
#endif
        call();
    result.elapsed_ = saturating_subtract(time.now(), start);
    result.attempts_ = record.attempts;
    result.slept_ = record.slept;
    result.reason_ = record.reason;
    return result;
}

template <class P, class... Qs>
struct ReplacedBy {
    using type = P;
};
template <class P, class Q, class... Qs>
struct ReplacedBy<P, Q, Qs...>
    : std::conditional_t<std::is_same_v<KindOf<P>, KindOf<Q>>, std::type_identity<Q>, ReplacedBy<P, Qs...>> {};

template <class N, class Old, class... Qs>
constexpr decltype(auto) new_or_old(Old const& old, Given<Qs...> const& given) {
    if constexpr (contains<N, Types<Qs...>>) return given.template take<N>();
    else return policy_of<N>(old);
}

/// Each given policy takes the place of the old one of its kind, or comes last. A wait replaces the wait.
template <int Exceptions, template <class...> class Retrying, class... Ps, class... Qs>
constexpr auto replace(Retrying<Ps...> const& old, Qs const&... qs) {
    Given<Qs...> const given{qs...};
    return [&]<class... Ns>(Types<Ns...>) {
        return Retrying<Ns...>(new_or_old<Ns>(old, given)...);
    }(Union<Types<typename ReplacedBy<Ps, Qs...>::type...>, Types<Qs...>>{});
}

} // namespace detail
} // namespace grit
