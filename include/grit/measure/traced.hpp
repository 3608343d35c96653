// SPDX-License-Identifier: BSL-1.0
#pragma once
// Traced: a span for each call or attempt, as a child of the one around it.

#include <concepts>
#include <exception>
#include <optional>
#include <string_view>

#include <grit/core/name.hpp>
#include <grit/core/policy_set.hpp>
#include <grit/core/rejected.hpp>
#include <grit/core/result.hpp>
#include <grit/core/within.hpp>
#include <grit/measure/histogram.hpp>

namespace grit::inline GRIT_ABI {

/// A span of a trace, as most libraries have it. Nothing of it throws. With `set_error(std::exception const&)` it is
/// told the exception itself.
template <class S>
concept TraceSpan = std::movable<S> && requires(S& span, std::string_view text, std::int64_t number) {
    { span.set_attribute(text, text) } noexcept;
    { span.set_attribute(text, number) } noexcept;
    { span.set_error(text) } noexcept;
    { span.end() } noexcept;
};

/// Starts spans: `start_span(name, parent)` returns a `Span`; parent is null where no span of its own is around.
template <class T>
concept Tracer =
    TraceSpan<typename T::Span> && requires(T& tracer, std::string_view name, typename T::Span const* parent) {
        { tracer.start_span(name, parent) } -> std::same_as<typename T::Span>;
    };

/// Returns: the innermost span around an attempt if it is of this type, to be passed on with a request; else null.
template <class Span>
Span* span_of(Attempt const& attempt) noexcept {
    SpanLink const* const link = attempt.context().span();
    bool const is_it = link != nullptr && link->type == &detail::type_id<Span>;
    return is_it ? static_cast<Span*>(link->span) : nullptr;
}

namespace detail {

/// One call in a span, which ends with it, also if it is abandoned.
///
/// Exceptions are caught to be told to the span, and thrown on.
template <class Stage>
class TracedCall {
    using Span = typename Stage::Span;

public:
    using Catches = Types<Rejected, std::exception>;

    explicit TracedCall(Stage const& stage) noexcept : stage_(stage) {}
    TracedCall(TracedCall const&) = delete; // an attempt points into it
    TracedCall& operator=(TracedCall const&) = delete;
    ~TracedCall() {
        if (!span_) return;
        span_->set_error("abandoned");
        span_->end();
    }

    void start(Attempt const& at) {
        span_.emplace(stage_.start_span(span_of<Span>(at)));
        link_ = SpanLink{&*span_, &type_id<Span>};
        context_ = at.context().inside(link_);
        if constexpr (Stage::measures_attempts) span_->set_attribute("grit.attempt", std::int64_t{at.number()});
    }
    Attempt attempt(Attempt const& at) const noexcept { return Attempt{at.number(), at.last_wait(), context_}; }

    void caught(Attempt const&, Rejected const& rejection) noexcept { refused(rejection.stage()); }
    void caught(Attempt const&, std::exception const& error) noexcept {
        if constexpr (requires { span_->set_error(error); }) span_->set_error(error);
        else span_->set_error(std::string_view{error.what()});
        end("error");
    }
    void thrown(Attempt const&) noexcept { failed("an error that is no std::exception"); }
    template <class J>
    void rejected(Attempt const&, J const& rejection) noexcept {
        if constexpr (requires { rejection.stage(); }) refused(rejection.stage());
        else refused("unknown");
    }
    template <class R>
    void returned(Attempt const&, R const& result) noexcept {
        if (fails(result)) failed("the result is an error");
        else end("ok");
    }

private:
    void refused(std::string_view by) noexcept {
        span_->set_attribute("grit.stage", by);
        span_->set_error("rejected");
        end("rejected");
    }
    void failed(std::string_view how) noexcept {
        span_->set_error(how);
        end("error");
    }
    void end(std::string_view outcome) noexcept {
        span_->set_attribute("outcome", outcome);
        span_->end();
        span_.reset();
    }

    Stage const& stage_;
    std::optional<Span> span_;
    SpanLink link_;
    Context context_;
};

} // namespace detail

/// Makes a span for each call: `Traced{tracer, Name<"chat">{}}`. It stands outermost; inside a retry it makes one for
/// each attempt, and says so: `Traced{tracer, Name<"chat">{}, EachAttempt{}}`.
///
/// The span lives with the call, on its stack or in its coroutine, and is the parent of those that are made inside: no
/// variable of the thread is needed. What runs inside finds it by span_of<Span>(attempt). It is told how the call ended
/// (`outcome`: ok, error, rejected), the error, the stage that refused (`grit.stage`) and the number of the attempt
/// (`grit.attempt`). A call that is abandoned ends its span as an error.
///
/// Requires: the tracer outlives it. Complexity: that of the tracer; an exception is caught and thrown on.
/// Thread safety: that of the tracer.
template <Tracer T, class... Ps>
class Traced : public StageInterface<Traced<T, Ps...>> {
    using Set = detail::PolicySet<Ps...>;
    template <Family F>
    using Of = typename Set::template Of<F>;
    static_assert(detail::is_met<(((Ps::family == Family::name || Ps::family == MeasureFamily::extent) && ...) &&
                                  Set::clash == detail::Clash::none && Of<Family::name>::size == 1)>,
                  "grit: a 'Traced' was given other policies than it has use for, because it wants one Name and "
                  "EachAttempt or not; write Traced{tracer, Name<\"chat\">{}} instead");

public:
    static constexpr char const* name = "Traced";
    static consteval auto arguments() { return Types<Ps...>{}; }
    using Span = typename T::Span;
    static constexpr bool measures_attempts = Of<MeasureFamily::extent>::size != 0;
    static constexpr bool measures_calls = !measures_attempts;

    /// Takes the policies that have a value at run time; those made of constants may be left out.
    template <class... Qs>
        requires(Policy<Qs> && ...)
    explicit Traced(T& tracer, Qs const&... given) : tracer_(&tracer), set_(detail::Given<Qs...>(given...)) {}

    /// The stage contract: one call, which whoever drives it asks step by step.
    auto call(Attempt const&) const noexcept { return detail::TracedCall<Traced>{*this}; }

private:
    friend class detail::TracedCall<Traced>;

    Span start_span(Span const* parent) const {
        return tracer_->start_span(detail::name_in(set_, Of<Family::name>{}, {}), parent);
    }

    T* tracer_;
    [[no_unique_address]] Set set_;
};
template <class T, class... Ps>
    requires(Policy<Ps> && ...)
Traced(T&, Ps...) -> Traced<T, Ps...>;

} // namespace grit::inline GRIT_ABI
