// SPDX-License-Identifier: BSL-1.0
#pragma once
// Observe: one object that watches all moments of a call.

#include <string_view>

#include <grit/core/callable.hpp>
#include <grit/core/concepts.hpp>
#include <grit/core/value.hpp>

namespace grit::inline GRIT_ABI {

/// The end of a call, as OnEnd and Observe are told. It converts to its reason. Valid while it is told: it refers to
/// the name.
struct CallEnd {
    std::string_view name; ///< of Name, or "call"
    StopReason reason;     ///< none for a success
    int attempts;          ///< how many were made; zero for a call that did not start

    constexpr operator StopReason() const noexcept { return reason; }
};

namespace detail {

/// The member of an object that a moment calls.
template <Event E>
struct Moment;
#define GRIT_MOMENT(EVENT, MEMBER)                                                                                     \
    template <>                                                                                                        \
    struct Moment<Event::EVENT> {                                                                                      \
        template <class O>                                                                                             \
        static constexpr bool has_one = requires { &O::MEMBER; };                                                      \
        template <class O, class... Args>                                                                              \
        static constexpr bool takes = requires(O& o, Args const&... args) { o.MEMBER(args...); };                      \
        template <class O, class... Args>                                                                              \
        static constexpr bool cannot_throw = requires(O& o, Args const&... args) {                                     \
            { o.MEMBER(args...) } noexcept;                                                                            \
        };                                                                                                             \
        template <class O, class... Args>                                                                              \
        GRIT_INLINE static constexpr void call(O& o, Args const&... args) {                                            \
            o.MEMBER(args...);                                                                                         \
        }                                                                                                              \
    };
GRIT_MOMENT(start, on_start)
GRIT_MOMENT(before, on_attempt)
GRIT_MOMENT(after, on_failure)
GRIT_MOMENT(before_sleep, on_sleep)
GRIT_MOMENT(success, on_success)
GRIT_MOMENT(give_up, on_give_up)
GRIT_MOMENT(end, on_end)
#undef GRIT_MOMENT

template <class Q>
GRIT_INLINE constexpr CallEnd end_of(Q const& q, StopReason reason) {
    return {q.name(), reason, q.attempt().number()};
}

/// Stands for a result of any type.
struct AnyResult {};

/// What the member of a moment takes after the attempt; `Extra` is what that moment tells: a wait, a result, a reason.
enum class Tells : unsigned char { nothing, all, failure, extra };

/// How O watches the moment E: whether it does, and with what it is called.
template <class O, Event E, class... Extra>
struct Watching {
    using M = Moment<E>;
    static constexpr bool fails = E == Event::after || E == Event::before_sleep || E == Event::give_up;

    template <class A>
    static consteval int form() {
        if constexpr (fails && sizeof...(Extra) > 0)
            if constexpr (M::template takes<O, A, Failure, Extra...>) return int(Tells::all);
        if constexpr (sizeof...(Extra) > 0)
            if constexpr (M::template takes<O, A, Extra...>) return int(Tells::extra);
        if constexpr (fails)
            if constexpr (M::template takes<O, A, Failure>) return int(Tells::failure);
        if constexpr (M::template takes<O, A>) return int(Tells::nothing);
        else return -1;
    }
    static constexpr int plain = form<Attempt>();
    static constexpr int timed = plain >= 0 ? -1 : form<TimedAttempt>();
    static constexpr bool takes_extra = plain < 0 && timed < 0 && M::template takes<O, Extra...>;
    static constexpr bool takes_nothing = plain < 0 && timed < 0 && !takes_extra && M::template takes<O>;

    static constexpr bool needs_clock = timed >= 0;
    static constexpr bool needs_failure = plain == int(Tells::all) || plain == int(Tells::failure) ||
                                          timed == int(Tells::all) || timed == int(Tells::failure);
    static constexpr bool watches = plain >= 0 || timed >= 0 || takes_extra || takes_nothing;

    template <class Q>
    GRIT_INLINE static constexpr void tell(O& o, Q const& q, Extra const&... extra) {
        if constexpr (plain >= 0) with<plain>(o, q, q.attempt(), extra...);
        else if constexpr (timed >= 0) with<timed>(o, q, TimedAttempt{q.attempt(), q.elapsed()}, extra...);
        else if constexpr (takes_extra) M::call(o, extra...);
        else if constexpr (takes_nothing) M::call(o);
    }

private:
    template <int Form, class Q, class A>
    GRIT_INLINE static constexpr void with(O& o, [[maybe_unused]] Q const& q, A const& attempt,
                                           [[maybe_unused]] Extra const&... extra) {
        if constexpr (Form == int(Tells::all)) M::call(o, attempt, q.failure(), extra...);
        else if constexpr (Form == int(Tells::failure)) M::call(o, attempt, q.failure());
        else if constexpr (Form == int(Tells::extra)) M::call(o, attempt, extra...);
        else M::call(o, attempt);
    }
};

} // namespace detail

/// Tells one object each moment of a call: `Observe{object}`. It offers any of these members, each with as few of the
/// parameters as it wants, from the right but for the attempt:
///
/// on_start(Attempt const&), on_attempt(Attempt const&), on_failure(Attempt const&, Failure const&),
/// on_sleep(Attempt const&, Failure const&, Duration wait), on_success(Attempt const&, R const&),
/// on_give_up(Attempt const&, Failure const&), on_end(Attempt const&, CallEnd const&) noexcept.
///
/// With TimedAttempt in place of Attempt the clock is read. CallEnd may be a StopReason. on_end() hears every end, as
/// OnEnd does. What another member throws ends the call. An object with state that is given as a variable is held by
/// reference and must outlive the policy. Thread safety: that of the object.
template <class O>
class Observe {
    /// An object that is held is called through const, as every policy is.
    using Object = std::conditional_t<std::is_reference_v<O>, std::remove_reference_t<O>, O const>;
    template <Event E, class... Extra>
    using Watching = detail::Watching<Object, E, Extra...>;
    template <Event E, class... Extra>
    static constexpr unsigned bit = Watching<E, Extra...>::watches ? 1u << static_cast<unsigned>(E) : 0u;
    // on_success() may take any result: whether it is there is all that can be asked before there is one.
    static constexpr bool has_success = detail::Moment<Event::success>::template has_one<Object>;
    static constexpr bool hears_success =
        has_success || Watching<Event::success>::watches || Watching<Event::success, detail::AnyResult>::watches;
    static consteval bool success_needs_clock() {
        if constexpr (has_success) return detail::starts_with_time<decltype(&Object::on_success)>;
        else return Watching<Event::success, detail::AnyResult>::needs_clock;
    }

public:
    static constexpr Family family = Family::hook;
    static constexpr char const* name = "Observe";
    static consteval auto arguments() { return Types<Object>{}; }
    using Kind = Observe<void>;
    static constexpr unsigned events = bit<Event::start> | bit<Event::before> | bit<Event::after> |
                                       bit<Event::before_sleep, Duration> |
                                       (hears_success ? 1u << static_cast<unsigned>(Event::success) : 0u) |
                                       bit<Event::give_up> | bit<Event::end, CallEnd>;
    static constexpr bool needs_clock =
        Watching<Event::start>::needs_clock || Watching<Event::before>::needs_clock ||
        Watching<Event::after>::needs_clock || Watching<Event::before_sleep, Duration>::needs_clock ||
        success_needs_clock() || Watching<Event::give_up>::needs_clock || Watching<Event::end, CallEnd>::needs_clock;
    static constexpr bool needs_failure = Watching<Event::after>::needs_failure ||
                                          Watching<Event::before_sleep, Duration>::needs_failure ||
                                          Watching<Event::give_up>::needs_failure;

    static_assert(detail::is_met<(events != 0)>,
                  "grit: 'Observe' was given an object that watches nothing, because none of its members "
                  "has the name and the parameters of a moment and can be called through const; "
                  "write one, such as void on_failure(grit::Attempt const&) const, instead");
    static_assert(detail::is_met<(Watching<Event::end, CallEnd>::watches ==
                                      detail::Moment<Event::end>::template has_one<Object> ||
                                  !detail::Moment<Event::end>::template has_one<Object>)>,
                  "grit: 'Observe' cannot call on_end(), because its parameters are none of these; write "
                  "(grit::CallEnd const&) or (grit::Attempt const&, grit::CallEnd const&) instead");
    static_assert(detail::is_met<(!Watching<Event::end, CallEnd>::watches ||
                                  detail::Moment<Event::end>::template cannot_throw<Object, CallEnd> ||
                                  detail::Moment<Event::end>::template cannot_throw<Object, Attempt> ||
                                  detail::Moment<Event::end>::template cannot_throw<Object, TimedAttempt> ||
                                  detail::Moment<Event::end>::template cannot_throw<Object, Attempt, CallEnd> ||
                                  detail::Moment<Event::end>::template cannot_throw<Object, TimedAttempt, CallEnd> ||
                                  detail::Moment<Event::end>::template cannot_throw<Object>)>,
                  "grit: 'Observe' was given an object whose on_end() may throw, because it is called while an "
                  "exception may pass; declare it noexcept instead");

    constexpr Observe()
        requires(!std::is_reference_v<O> && std::is_default_constructible_v<Object>)
    = default;
    explicit constexpr Observe(O object) : object_(static_cast<O&&>(object)) {}

    /// Returns: what tells the object this moment.
    template <Event E>
    GRIT_INLINE constexpr auto at() const noexcept {
        return Teller<E>{object_};
    }

private:
    template <Event E>
    struct Teller {
        Object& object;

        template <class Q, class... Extra>
        GRIT_INLINE constexpr void operator()(Q const& q, Extra const&... extra) const {
            static_assert(detail::is_met<(E != Event::success || !has_success || Watching<E, Extra...>::watches)>,
                          "grit: 'Observe' cannot call on_success(), because its parameters are none of these; write "
                          "(), (grit::Attempt const&) or (grit::Attempt const&, R const&), where R is what the "
                          "operation returns, instead");
            if constexpr (E == Event::before_sleep) Watching<E, Duration>::tell(object, q, q.wait());
            else if constexpr (E == Event::end) Watching<E, CallEnd>::tell(object, q, detail::end_of(q, extra...));
            else Watching<E, Extra...>::tell(object, q, extra...);
        }
    };

    [[no_unique_address]] O object_;
};
template <class O>
Observe(O&&) -> Observe<std::conditional_t<std::is_lvalue_reference_v<O> && !std::is_empty_v<std::remove_cvref_t<O>>, O,
                                           std::remove_cvref_t<O>>>;

} // namespace grit::inline GRIT_ABI
