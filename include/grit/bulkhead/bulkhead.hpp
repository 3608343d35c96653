// SPDX-License-Identifier: BSL-1.0
#pragma once
// Bulkhead: so many calls at a time, and a line of bounded length for the others.

#include <grit/bulkhead/place.hpp>
#include <grit/core/within.hpp>
#include <grit/time/in_line.hpp>

namespace grit::inline GRIT_ABI {

/// Lets `N` calls in at a time. Up to `Line` others wait for a place, in the order in which they came; who comes then
/// is refused: `Bulkhead<10>` without a line, `Bulkhead<10, 100>`, or `Bulkhead{n, line}` with values at run time.
///
/// Threads, coroutines and callbacks stand in one line. A place that is given up is handed to the first in line. Who is
/// cancelled leaves the line. A wait ends at the deadline of the attempt, with MaxWait<D> after D at the latest, and
/// for a thread also by a std::stop_token. Further policies: Name; OnReject; Time, where a test is to wait by its own
/// clock. It can be neither copied nor moved; a bulkhead of constants can be a constinit global.
///
/// Requires: at least one place, a line of zero or more, and a million of each at most. Throws: std::invalid_argument
/// if that does not hold. Thread safety: safe from any thread; without a lock while nobody waits, then a call is two
/// read-modify-writes.
template <ConstantInt N = dynamic, ConstantInt Line = N.is_dynamic() ? ConstantInt{dynamic} : ConstantInt{0},
          class... Ps>
class Bulkhead : public StageInterface<Bulkhead<N, Line, Ps...>>,
                 detail::IntValue<Line>,
                 public detail::PolicySet<Ps...> {
    using Set = detail::PolicySet<Ps...>;
    using Settings = detail::TurnSettings<Set>;
    using LineValue = detail::IntValue<Line>;
    static constexpr int most = 1'000'000;
    static_assert(most <= detail::Places::most);
    static constexpr bool are_places(int n, int line) noexcept {
        return n >= 1 && n <= most && line >= 0 && line <= most;
    }

    static_assert(detail::is_met<(detail::one_form(N, Line))>,
                  "grit: a 'Bulkhead' was given some of its numbers as constants, because the others come at run time; "
                  "write Bulkhead<10, 100>, or Bulkhead{n, line} with both at run time");
    static_assert(detail::is_met<(N.is_dynamic() || are_places(N.value(), Line.value()))>,
                  "grit: a 'Bulkhead' was given numbers that it cannot use, because it has less than one place, a line "
                  "below zero, or more than a million of them; write Bulkhead<10, 100> instead");
    static_assert(detail::is_met<((detail::is_turn_policy<Ps> && ...))>,
                  "grit: a 'Bulkhead' was given a policy of another stage, because it has no use for it; give it "
                  "MaxWait, Time, Name or OnReject, and put the other stage into a pipeline with it, instead");
    static_assert(detail::check_listeners<BulkheadFull, DeadlinePassed, StopRequested>(detail::RejectListeners<Set>{}));
    static_assert(detail::is_met<(Set::clash == detail::Clash::none)>,
                  "grit: a 'Bulkhead' was given two policies of one kind, because only one of them can count; keep one "
                  "of them");
    static_assert(detail::is_met<(Line.is_dynamic() || Line.value() > 0 || !Settings::limits_wait)>,
                  "grit: a 'Bulkhead' was given a MaxWait, because nobody waits where there is no line; write the "
                  "length of the line, as in Bulkhead<10, 100, MaxWait<1s>>, or leave MaxWait out");

public:
    static constexpr char const* name = "Bulkhead";
    static consteval auto arguments() {
        return Types<Constant<N>, ConstantOr<Line, N.is_dynamic() ? ConstantInt{dynamic} : ConstantInt{0}>, Ps...>{};
    }
    /// Calls may wait for a place, at most up to the deadline.
    static constexpr bool hears_deadline = Line.is_dynamic() || Line.value() > 0;

    /// Takes the policies that have a value at run time; those made of constants may be left out.
    template <class... Qs>
        requires(!N.is_dynamic() && (Policy<Qs> && ...))
    explicit(sizeof...(Qs) == 1) constexpr Bulkhead(Qs const&... given)
        : Set(detail::Given<Qs...>(given...)), places_(N.value()) {}

    constexpr Bulkhead()
        requires(N.is_dynamic())
        : Bulkhead(1) {
        static_assert(detail::is_met<(!N.is_dynamic())>,
                      "grit: a 'Bulkhead' was constructed without its numbers, because they come at run time where its "
                      "brackets are empty; write Bulkhead<10, 100>, or Bulkhead{n, line}, instead");
    }

    template <class Count, class... Qs, bool Exceptions = GRIT_EXCEPTIONS>
        requires(N.is_dynamic() && (Policy<Qs> && ...))
    explicit constexpr Bulkhead(Count n, Qs const&... given) : Bulkhead(n, 0, given...) {}

    template <class Count, class Length, class... Qs, bool Exceptions = GRIT_EXCEPTIONS>
        requires(N.is_dynamic() && !Policy<Length> && (Policy<Qs> && ...))
    constexpr Bulkhead(Count n, Length line, Qs const&... given)
        : LineValue(detail::as_count(line)), Set(detail::Given<Qs...>(given...)),
          places_(checked<Exceptions>(detail::as_count(n), detail::as_count(line))) {}

    Bulkhead(Bulkhead const&) = delete;
    Bulkhead& operator=(Bulkhead const&) = delete;

    /// The stage contract: one call, which whoever drives it asks step by step. It has its place until it ends.
    GRIT_INLINE auto call(Attempt const&) noexcept { return detail::CallInPlace<Bulkhead, true>{*this}; }
    GRIT_INLINE auto call(Outermost const&) noexcept { return detail::CallInPlace<Bulkhead, false>{*this}; }

    /// The two-step form: takes a place if one is free now, and never waits.
    Place<Bulkhead> try_acquire() noexcept {
        if (places_.enter()) return Place<Bulkhead>{*this};
        BulkheadFull const rejection = refusal(places_.closed());
        if constexpr (detail::RejectListeners<Set>::size != 0) detail::tell_rejection(set(), rejection);
        return Place<Bulkhead>{rejection};
    }

    /// From now on refuses every call, also those in line. Calls inside go on.
    void close() noexcept { places_.close(); }
    bool closed() const noexcept { return places_.closed(); }
    /// Closes, and waits until no call is inside, `limit` at most. Returns: whether none is.
    template <class D>
    bool drain(D limit) {
        return detail::drain(places_, time(), duration_argument(limit));
    }

    /// Returns: how many calls are inside, and how many in line, at this moment.
    int used() const noexcept { return places_.used(); }
    int waiting() const noexcept { return places_.waiting(); }
    /// Returns: whether nobody is inside or in line, and it is not closed: a new bulkhead would do the same.
    bool idle() const noexcept { return places_.idle(); }
    /// Returns: the time on its clock.
    TimePoint now() const { return time().now(); }

private:
    friend class detail::CallInPlace<Bulkhead, true>;
    friend class detail::CallInPlace<Bulkhead, false>;
    friend class Place<Bulkhead>;

    constexpr Set const& set() const noexcept { return *this; }
    GRIT_INLINE detail::Places& places() noexcept { return places_; }
    void leave() noexcept { places_.leave(); }
    constexpr int most_waiting() const noexcept { return LineValue::get(); }
    constexpr Duration max_wait() const noexcept { return Settings::max_wait(set(), Duration::max()); }
    constexpr decltype(auto) time() const { return Settings::time(set()); }
    constexpr std::string_view stage() const noexcept { return Settings::name(set(), "bulkhead"); }
    constexpr BulkheadFull refusal(bool closed) const noexcept { return BulkheadFull{stage(), closed}; }

    template <bool Exceptions>
    static constexpr int checked(int n, int line) {
        if (!are_places(n, line))
            reject<Exceptions>("grit: a 'Bulkhead' was given numbers that it cannot use, because it has less than one "
                               "place, a line below zero, or more than a million of them; write Bulkhead{10, 100} "
                               "instead");
        return n;
    }

    detail::Places places_;
};

template <class Count, class... Qs>
    requires(Policy<Qs> && ...)
Bulkhead(Count, Qs...) -> Bulkhead<dynamic, dynamic, Qs...>;
template <class Count, class Length, class... Qs>
    requires(!Policy<Length> && (Policy<Qs> && ...))
Bulkhead(Count, Length, Qs...) -> Bulkhead<dynamic, dynamic, Qs...>;

} // namespace grit::inline GRIT_ABI
