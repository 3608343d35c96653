// SPDX-License-Identifier: BSL-1.0
#pragma once
// Signals: what an operation says to the retry loop: try again, try again after d, do not try again.

#include <exception>
#include <utility>

#include <grit/core/duration.hpp>

namespace grit::inline GRIT_ABI {

/// The base of the signals. Thrown, or as the error of an expected-like result, it overrides every predicate.
class Signal : public std::exception {
public:
    enum class Kind : unsigned char { again, permanent };

    constexpr Kind kind() const noexcept { return kind_; }

    /// Returns: the wait that the operation asks for; zero for none. Read only where WaitHint is named.
    constexpr Duration retry_after() const noexcept { return retry_after_; }

    char const* what() const noexcept override {
        if (kind_ == Kind::permanent) return "permanent error";
        return retry_after_ > Duration::zero() ? "retry after a wait" : "try again";
    }

protected:
    explicit Signal(Kind kind, Duration retry_after = Duration::zero()) noexcept
        : retry_after_(retry_after), kind_(kind) {}

private:
    Duration retry_after_;
    Kind kind_;
};

/// Retry this attempt, whatever the predicates say; stops still apply. If they end the call, it is what the caller
/// gets.
class TryAgain : public Signal {
public:
    TryAgain() noexcept : Signal(Kind::again) {}
};

/// TryAgain that also asks for a wait, which WaitHint reads.
class RetryAfter : public Signal {
public:
    /// Requires: a std::chrono duration, zero or more. Throws: std::invalid_argument if it is negative.
    template <class D, bool Exceptions = GRIT_EXCEPTIONS>
    explicit RetryAfter(D wait) : Signal(Kind::again, duration_argument(wait)) {
        if (retry_after() < Duration::zero())
            reject<Exceptions>("grit: 'RetryAfter' was given a negative wait, because time does not run backwards; "
                               "write a wait of zero or more instead");
    }
};

/// What the loop sees of a Permanent<E>: enough to hand the error to the caller as its own type.
class PermanentSignal : public Signal {
public:
    /// Throws: the error, as an object of its own type.
    [[noreturn]] void raise() const {
        raise_(*this);
        std::terminate();
    }

protected:
    using Raise = void (*)(PermanentSignal const&);
    explicit PermanentSignal(Raise how) noexcept : Signal(Kind::permanent), raise_(how) {}

private:
    Raise raise_;
};

/// Do not retry: `throw grit::Permanent{HttpError{401}}` gives the caller the HttpError, at once.
///
/// As the error of a result it ends the call with that result.
template <class E>
class Permanent : public PermanentSignal {
    static constexpr bool is_error = !std::is_convertible_v<E, char const*> && !std::is_pointer_v<E>;
    static_assert(is_error, "grit: 'Permanent' was given a text or a pointer, because what it holds is thrown to the "
                            "caller as it is; write Permanent{std::runtime_error{\"text\"}}, or an error of your own");

public:
    template <bool Exceptions = GRIT_EXCEPTIONS>
    explicit Permanent(E error) : PermanentSignal(&throw_error<Exceptions>), error_(std::move(error)) {}

    E const& error() const noexcept { return error_; }

private:
    template <bool Exceptions>
    static void throw_error([[maybe_unused]] PermanentSignal const& self) {
#if GRIT_EXCEPTIONS
        if constexpr (Exceptions) throw static_cast<Permanent const&>(self).error_;
#endif
    }

    E error_;
};
template <class E>
Permanent(E) -> Permanent<E>;

} // namespace grit::inline GRIT_ABI
