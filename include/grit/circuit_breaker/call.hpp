// SPDX-License-Identifier: BSL-1.0
#pragma once
// The call of a breaker by the stage contract: admitted or refused at its start, and told how it ends.

#include <grit/circuit_breaker/answer.hpp>
#include <grit/circuit_breaker/circuit_open.hpp>
#include <grit/circuit_breaker/classify.hpp>
#include <grit/core/stage.hpp>

namespace grit::inline GRIT_ABI::detail {

template <class Clauses>
struct ErrorsOf;
template <class... Clauses>
struct ErrorsOf<Types<Clauses...>> {
    using type = Types<typename Clauses::Error...>;
    template <class E>
    using clause_for = At<Types<Clauses...>, index_of<E, typename Clauses::Error...>()>;
};

/// One call through a circuit. Abandoned, it is neutral; so is a failure once a stop was requested around it.
template <class Circuit, class Judge>
class CircuitCall {
    using Errors = ErrorsOf<typename Judge::Clauses>;
    using Token = typename Circuit::Token;

public:
    using Catches = typename Errors::type;
    using Rejections = Types<CircuitOpen>;
    template <class R>
    static constexpr bool judges = !std::is_same_v<R, std::monostate> && Judge::template looks_at<R>;

    // NOLINTNEXTLINE(clang-analyzer-optin.cplusplus.UninitializedObject): to write it would cost every call
    GRIT_INLINE explicit constexpr CircuitCall(Circuit& circuit) noexcept : circuit_(circuit) {}
    CircuitCall(CircuitCall const&) = delete;
    CircuitCall& operator=(CircuitCall const&) = delete;
    GRIT_INLINE ~CircuitCall() {
        if (open_) tell(circuit_, token_, Outcome::neutral);
    }

    GRIT_INLINE bool start(Attempt const&) {
        token_ = circuit_.look();
        return open_ = circuit_.admits(token_, refusal_);
    }
    template <class F>
    GRIT_INLINE decltype(auto) with_rejection(F const& f) const {
        return f(circuit_.named(refusal_));
    }

    template <class Around, class E>
    GRIT_INLINE void caught(Around const& at, E const& error) noexcept {
        failed(at, Errors::template clause_for<E>::says(error));
    }
    template <class Around>
    GRIT_INLINE void thrown(Around const& at) noexcept {
        failed(at, Judge::otherwise);
    }
    template <class Around, class J>
    GRIT_INLINE void rejected(Around const& at, J const& rejection) noexcept {
        failed(at, Judge::of_rejection(rejection));
    }
    template <class Around, class R>
    GRIT_INLINE void returned(Around const& at, R const& result) noexcept(!judges<R>) {
        if constexpr (judges<R>) {
            Outcome const outcome = Judge::of_result(circuit_.set(), result);
            if (outcome != Outcome::success) return failed(at, outcome);
        }
        open_ = false;
        if constexpr (Circuit::may_leave_unchanged)
            if (circuit_.is_unchanged_by(Outcome::success)) [[likely]]
                return;
        tell(circuit_, token_, Outcome::success);
    }

private:
    template <class Around>
    GRIT_INLINE void failed(Around const& at, Outcome outcome) noexcept {
        open_ = false;
        if constexpr (!std::is_same_v<Around, Outermost>)
            if (outcome == Outcome::failure && at.stop_requested()) outcome = Outcome::neutral;
        tell(circuit_, token_, outcome);
    }
    // With copies: a compiler keeps a call in memory if the address of a part of it is passed on.
    GRIT_COLD static void tell(Circuit& circuit, Token token, Outcome outcome) noexcept { circuit.end(token, outcome); }

    Circuit& circuit_;
    Token token_{};
    CircuitRefusal refusal_; // written where a call is refused, and read only then
    bool open_ = false;      // a verdict is owed
};

} // namespace grit::inline GRIT_ABI::detail
