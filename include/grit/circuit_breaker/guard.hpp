// SPDX-License-Identifier: BSL-1.0
#pragma once
// One admitted call: it runs the operation and sees to it that the circuit hears of every way out.

#include <exception>

#include <grit/circuit_breaker/classify.hpp>
#include <grit/circuit_breaker/word.hpp>
#include <grit/core/context.hpp>

namespace grit::detail {

/// Ends a call in its destructor, unless it was ended before: then an exception passes, or the thread is cancelled.
template <class Circuit, class Token, Outcome Otherwise>
class Guard {
public:
    GRIT_INLINE Guard(Circuit& circuit, Token token, Context const& context) noexcept
        : circuit_(circuit), context_(context), token_(token) {}
    Guard(Guard const&) = delete;
    Guard& operator=(Guard const&) = delete;

    GRIT_INLINE ~Guard() {
        if (!ended_) unwound();
    }

    GRIT_INLINE void end(Outcome outcome) {
        ended_ = true;
        if (outcome == Outcome::failure && context_.stop_requested()) outcome = Outcome::neutral;
        circuit_.end(token_, outcome);
    }
    void judge(Outcome outcome) noexcept { outcome_ = outcome; }

private:
    GRIT_COLD void unwound() noexcept {
        // The cancellation of a thread unwinds the stack without an exception.
        if (std::uncaught_exceptions() == 0 || context_.stop_requested()) outcome_ = Outcome::neutral;
        circuit_.end(token_, outcome_);
    }

    Circuit& circuit_;
    Context const& context_;
    Token token_;
    Outcome outcome_ = Otherwise;
    bool ended_ = false;
};

/// The same for a result that cannot be moved and is returned while the guard lives: it must tell the ways out apart by
/// itself.
template <class Circuit, class Token, Outcome Otherwise>
class CountingGuard {
public:
    CountingGuard(Circuit& circuit, Token token, Context const& context) noexcept
        : circuit_(circuit), context_(context), token_(token) {}
    CountingGuard(CountingGuard const&) = delete;
    CountingGuard& operator=(CountingGuard const&) = delete;

    ~CountingGuard() {
        if (std::uncaught_exceptions() == before_) outcome_ = Outcome::success;
        else if (context_.stop_requested()) outcome_ = Outcome::neutral;
        circuit_.end(token_, outcome_);
    }
    void judge(Outcome outcome) noexcept { outcome_ = outcome; }

private:
    Circuit& circuit_;
    Context const& context_;
    Token token_;
    int before_ = std::uncaught_exceptions();
    Outcome outcome_ = Otherwise;
};

/// Runs the operation of an admitted call. Exceptions: whether an operation can throw here.
template <int Exceptions, class Judge>
struct GuardedCall {
    /// Calls next inside the catch clauses from the I-th on. A clause only notes what the exception says.
    template <std::size_t I = 0, class R, class Guarding, class Next>
    GRIT_INLINE static constexpr R inside(Guarding& guard, Next& next) {
        constexpr bool catches = Exceptions != 0 && !std::is_nothrow_invocable_v<Next&>;
        if constexpr (!catches || I == Judge::Clauses::size) return next();
        else {
#if GRIT_EXCEPTIONS
            using Here = At<typename Judge::Clauses, I>;
            try {
                return inside<I + 1, R>(guard, next);
            } catch (typename Here::Error const& error) {
                if (Here::applies(error)) guard.judge(Here::says);
                throw;
            }
#endif
        }
    }

    template <class Set, class Circuit, class Token, class Next>
    GRIT_INLINE static constexpr decltype(auto) run(Set const& set, Circuit& circuit, Token token,
                                                    Context const& context, Next&& next) {
        using R = decltype(next());
        if constexpr (std::is_void_v<R>) {
            Guard<Circuit, Token, Judge::otherwise> guard{circuit, token, context};
            inside<0, void>(guard, next);
            guard.end(Outcome::success);
        } else if constexpr (std::is_reference_v<R>) {
            Guard<Circuit, Token, Judge::otherwise> guard{circuit, token, context};
            R result = inside<0, R>(guard, next);
            guard.end(judged(set, guard, result));
            return static_cast<R>(result);
        } else if constexpr (std::is_move_constructible_v<R>) {
            Guard<Circuit, Token, Judge::otherwise> guard{circuit, token, context};
            R result = inside<0, R>(guard, next);
            guard.end(judged(set, guard, result));
            return result;
        } else {
            static_assert(!Judge::template looks_at<R>,
                          "grit: a result that cannot be moved is to be judged, because a policy or its error() says "
                          "whether the call failed; return it by reference or pointer instead");
            CountingGuard<Circuit, Token, Judge::otherwise> guard{circuit, token, context};
            return inside<0, R>(guard, next);
        }
    }

private:
    template <class Set, class Guarding, class R>
    GRIT_INLINE static constexpr Outcome judged(Set const& set, Guarding& guard, R const& result) {
        using Bare = std::remove_cvref_t<R>;
        if constexpr (Judge::template looks_at<Bare>) {
            guard.judge(Outcome::neutral); // an exception from here on is not the operation's
            return Judge::of_result(set, static_cast<Bare const&>(result));
        } else return Outcome::success;
    }
};

} // namespace grit::detail
