// SPDX-License-Identifier: BSL-1.0
#pragma once
// The direct way of a breaker that nothing surrounds: it runs the operation and sees to it that the circuit hears of
// every way out.

#include <exception>

#include <grit/circuit_breaker/classify.hpp>
#include <grit/circuit_breaker/word.hpp>
#include <grit/core/stage.hpp>
#include <grit/core/thread_cancel.hpp>

namespace grit::inline GRIT_ABI::detail {

/// Ends a call in its destructor, unless it was ended before: then an exception passes, or the thread is cancelled.
template <class Circuit, class Token, Outcome Otherwise>
class Guard {
public:
    GRIT_INLINE Guard(Circuit& circuit, Token const& token) noexcept : circuit_(circuit), token_(token) {}
    Guard(Guard const&) = delete;
    Guard& operator=(Guard const&) = delete;

    GRIT_INLINE ~Guard() {
        if (!ended_) unwound(circuit_, token_, outcome_);
    }

    GRIT_INLINE void end(Outcome outcome) noexcept {
        ended_ = true;
        circuit_.end(token_, outcome);
    }
    /// The same for a success with this result. The result goes through the function that counts. It then needs no
    /// register that every call would have to save.
    template <class R>
    GRIT_INLINE R succeed_with(R result) noexcept {
        ended_ = true;
        if (circuit_.is_unchanged_by(Outcome::success)) [[likely]]
            return result;
        return counted(circuit_, token_, result);
    }
    /// An exception of this clause passes. It is not the operation's if the result is there.
    template <class Clause, class E>
    GRIT_INLINE void caught(E const& error) noexcept {
        if (ended_ || has_result_) return;
        ended_ = true;
        passed<Clause>(circuit_, token_, error);
    }
    /// The result is to be judged: an exception from here on says nothing of the operation.
    GRIT_INLINE void has_result() noexcept {
        has_result_ = true;
        outcome_ = Outcome::neutral;
    }

private:
    // Static: the guard need not exist. The token comes by reference and so stays in memory: in a register, every call
    // would have to save it for what is seldom needed.
    template <class Clause, class E>
    GRIT_COLD static void passed(Circuit& circuit, Token const& token, E const& error) noexcept {
        circuit.end(token, Clause::says(error));
    }
    template <class R>
    GRIT_COLD static R counted(Circuit& circuit, Token const& token, R result) noexcept {
        circuit.count(token, Outcome::success);
        return result;
    }
    GRIT_COLD static void unwound(Circuit& circuit, Token const& token, Outcome outcome) noexcept {
        // The cancellation of a thread unwinds the stack without an exception.
        if (std::uncaught_exceptions() == 0) outcome = Outcome::neutral;
        circuit.end(token, outcome);
    }

    Circuit& circuit_;
    Token const& token_;
    Outcome outcome_ = Otherwise;
    bool ended_ = false;
    bool has_result_ = false;
};

/// The same for a result that cannot be moved and is returned while the guard lives: it must tell the ways out apart by
/// itself. The cancellation of a thread is caught by its type where the library has one for it.
template <class Circuit, class Token, Outcome Otherwise>
class CountingGuard {
public:
    CountingGuard(Circuit& circuit, Token token) noexcept : circuit_(circuit), token_(token) {}
    CountingGuard(CountingGuard const&) = delete;
    CountingGuard& operator=(CountingGuard const&) = delete;

    ~CountingGuard() {
        if (std::uncaught_exceptions() == before_) end(Outcome::success);
        else end(Otherwise);
    }
    template <class Clause, class E>
    void caught(E const& error) noexcept {
        end(Clause::says(error));
    }
    void end(Outcome outcome) noexcept {
        if (ended_) return;
        ended_ = true;
        circuit_.end(token_, outcome);
    }

private:
    Circuit& circuit_;
    Token token_;
    int before_ = std::uncaught_exceptions();
    bool ended_ = false;
};

/// Runs the operation of an admitted call. Exceptions: whether an operation can throw here.
template <int Exceptions, class Judge>
struct GuardedCall {
    /// Calls next(attempt); a catch clause tells the guard what the exception says, and passes it on.
    template <class Set, class Circuit, class Token, class Next>
    GRIT_INLINE static constexpr decltype(auto) run(Set const& set, Circuit& circuit, Token const& token, Next&& next) {
        using R = decltype(next(Outermost{}));
        using Clauses [[maybe_unused]] = typename Judge::Clauses;
        constexpr bool stays = std::is_object_v<R> && !std::is_move_constructible_v<R>;
        static_assert(detail::is_met<(!stays || !Judge::template looks_at<R>)>,
                      "grit: a result that cannot be moved is to be judged, because a policy or its error() says "
                      "whether the call failed; return it by reference or pointer instead");
        Conditional<stays, CountingGuard<Circuit, Token, Judge::otherwise>, Guard<Circuit, Token, Judge::otherwise>>
            guard{circuit, token};
// All of it in the try block, so that a backtrace shows no function for the block. The guard knows what was thrown
// later.
#define GRIT_CALL                                                                                                      \
    if constexpr (std::is_void_v<R>) {                                                                                 \
        next(Outermost{});                                                                                             \
        guard.end(Outcome::success);                                                                                   \
    } else if constexpr (stays)                                                                                        \
        return unless_cancelled<Exceptions, R>([&]() -> R { return next(Outermost{}); },                               \
                                               [&] { guard.end(Outcome::neutral); });                                  \
    else if constexpr (Circuit::may_leave_unchanged && std::is_scalar_v<R> && !Judge::template looks_at<R>)            \
        return guard.succeed_with(next(Outermost{}));                                                                  \
    else {                                                                                                             \
        R result = next(Outermost{});                                                                                  \
        guard.end(judged(set, guard, result));                                                                         \
        if constexpr (std::is_reference_v<R>) return static_cast<R>(result);                                           \
        else return result;                                                                                            \
    }
#define GRIT_CAUGHT(I) typename Rung<Clauses, I>::Error
#define GRIT_HANDLER(I)                                                                                                \
    guard.template caught<At<Clauses, I>>(error);                                                                      \
    throw;
#if GRIT_EXCEPTIONS
        if constexpr (Exceptions != 0 && !std::is_nothrow_invocable_v<Next&, Outermost const&>) {
            GRIT_LADDER(Clauses::size, GRIT_CALL, GRIT_CAUGHT, GRIT_HANDLER, )
        } else
#endif
        {
            GRIT_CALL
        }
#undef GRIT_CALL
#undef GRIT_CAUGHT
#undef GRIT_HANDLER
    }

private:
    template <class Set, class Guarding, class R>
    GRIT_INLINE static constexpr Outcome judged(Set const& set, Guarding& guard, R const& result) {
        using Bare = std::remove_cvref_t<R>;
        if constexpr (Judge::template looks_at<Bare>) {
            guard.has_result();
            return Judge::of_result(set, static_cast<Bare const&>(result));
        } else return Outcome::success;
    }
};

} // namespace grit::inline GRIT_ABI::detail
