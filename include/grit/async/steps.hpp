// SPDX-License-Identifier: BSL-1.0
#pragma once
// Steps: one call of a stage or a pipeline for whoever runs the operation and sleeps himself, such as a loop.

#include <optional>

#include <grit/async/early_wake.hpp>
#include <grit/pipeline.hpp>

namespace grit::inline GRIT_ABI {

/// One call of a stage whose operation gives an R: it is told what became of an attempt, and says what to do next. It
/// neither waits nor sleeps, and any number of calls share a thread.
///
///   again       run the operation for attempt(), and tell what became of it by returned() or threw()
///   sleep       arm a timer for step.wait, and call wake() when it fires
///   otherwise   the call has ended: take give()
///
/// It holds the stage as a pipeline does: a copy, or a reference where its state is shared. One that is destroyed
/// before its end was abandoned: it gives back what it took. Thread safety: one thread at a time, and that of the
/// stage.
template <class R, class S, int Exceptions = GRIT_EXCEPTIONS>
    requires(detail::check_stage<std::remove_reference_t<S>>())
class Steps {
    using Held = typename detail::HowHeld<S>::type;
    using Stage = detail::StageOf<Held>;
    using Flow = detail::Flow<Exceptions, R, Stage>;

public:
    explicit Steps(Held const& stage) : held_(stage), flow_(held_) {}
    Steps(Steps const&) = delete; // an attempt points into it
    Steps& operator=(Steps const&) = delete;

    /// Begins. To be called once, before all others.
    [[nodiscard]] Step start() {
        flow_.template start<false>();
        return step();
    }
    /// Returns: what the operation is to see: its number, its deadline, and so the time that remains to it. It is valid
    /// until the next step.
    Attempt attempt() { return flow_.template attempt<false>(); }

    /// The operation returned this; nothing, where R is void.
    template <class... Value>
    [[nodiscard]] Step returned(Value&&... value) {
        flow_.hold(static_cast<Value&&>(value)...);
        flow_.judge();
        return step();
    }
    /// The operation threw this. Throws: the same, if the call ends with it.
    [[nodiscard]] Step threw(std::exception_ptr const& error)
        requires(Exceptions != 0)
    {
        flow_.rethrow(error);
        return step();
    }

    /// While the call sleeps, the waker may be called to say that the sleep is over early: at once, or from any thread,
    /// with a lock held. It must do no more than ring a bell. Call wake() when it has rung. The next step disarms it.
    /// Returns: false if nothing will call it.
    bool arm(Waker waker) {
        EarlyWake<Flow> const early{flow_};
        if (!early.is_possible()) return false;
        armed_.emplace(early, waker);
        return true;
    }
    /// The sleep is over. Throws: the error that it was for, if the call ends with it.
    [[nodiscard]] Step wake() {
        armed_.reset();
        flow_.woken();
        return step();
    }

    /// After the end, once. Returns: the result. Throws: the exception of a rejection; without exceptions that is a
    /// result.
    R give() {
        if constexpr (Flow::refuses)
            if (flow_.answer() == detail::Answer::reject) return flow_.refused(detail::Refuse<Exceptions, R>{});
        return flow_.give();
    }

private:
    Step step() {
        while (flow_.answer() == detail::Answer::sleep && flow_.wait() <= Duration::zero()) flow_.woken();
        Step step{.kind = flow_.answer()};
        if (step.sleeps()) step.wait = flow_.wait();
        return step;
    }

    [[no_unique_address]] Held held_;
    Flow flow_;
    std::optional<typename EarlyWake<Flow>::Armed> armed_; // gone before the call is
};

/// Returns: one call of the stage, by hand: `auto call = grit::steps<std::error_code>(resilient)`.
template <class R, int Exceptions = GRIT_EXCEPTIONS, class S>
    requires(detail::check_stage<std::remove_reference_t<S>>())
[[nodiscard]] auto steps(S&& stage) {
    return Steps<R, S, Exceptions>{static_cast<S&&>(stage)};
}

} // namespace grit::inline GRIT_ABI
