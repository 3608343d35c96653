// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a call carries from its admission to its end, and what a circuit answers that had to be asked for it.

#include <grit/circuit_breaker/circuit_open.hpp>
#include <grit/circuit_breaker/word.hpp>

namespace grit::inline GRIT_ABI::detail {

/// What a call carries from its beginning to its end where calls are timed; else it carries the word alone.
struct TimedToken {
    Word word = 0;
    TimePoint start{};
    bool begun = false;

    constexpr TimedToken() = default;
    explicit constexpr TimedToken(Word w) noexcept : word(w) {}
};
constexpr Word word_of(Word token) noexcept { return token; }
constexpr Word word_of(TimedToken const& token) noexcept { return token.word; }

/// Why a call was not admitted: what its rejection is made of, if anybody wants one.
struct CircuitRefusal {
    CircuitState state;
    Duration retry_after;
};

/// The answer of a circuit that had to be asked: the token of the call that was admitted, or the word which refused it.
/// Two registers where the token is a word, so that nothing of it is in memory.
template <class Token>
class CircuitAnswer {
public:
    static constexpr CircuitAnswer admitted_in(Token const& token) noexcept { return {token, -1}; }
    static constexpr CircuitAnswer refused(Word w, Duration retry_after) noexcept {
        return {Token{w}, retry_after.count()};
    }

    constexpr bool admitted() const noexcept { return retry_after_ < 0; }
    constexpr Token const& token() const noexcept { return token_; }
    constexpr CircuitRefusal refusal() const noexcept { return {kind_of(word_of(token_)), Duration{retry_after_}}; }

private:
    constexpr CircuitAnswer(Token const& token, std::int64_t retry_after) noexcept
        : token_(token), retry_after_(retry_after) {}

    Token token_;
    std::int64_t retry_after_; // in nanoseconds; negative if it was admitted
};

} // namespace grit::inline GRIT_ABI::detail
