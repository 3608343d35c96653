// SPDX-License-Identifier: BSL-1.0
#pragma once
// The end of a call as a value: Report, which says how it came about, and RetryError, which is thrown where that is
// named.

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include <grit/core/concepts.hpp>
#include <grit/core/stop_reason.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {
struct Reporter;
}

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

    /// Returns: what the call threw; null if it returned. That is the operation's last exception, unless something else
    /// threw: a hook, a predicate, a wait (the reason is then custom), or a call that did not start.
    std::exception_ptr exception() const noexcept { return exception_; }
    /// Returns: the last failure that was to be retried, also where a hook threw after it: an exception, or one made of
    /// the error of a result; null if there was none.
    std::exception_ptr last_failure() const noexcept { return failure_; }

    int attempts() const noexcept { return attempts_; }
    Duration elapsed() const noexcept { return elapsed_; }
    /// Returns: the sum of the waits that were decided.
    Duration slept() const noexcept { return slept_; }
    StopReason reason() const noexcept { return reason_; }

private:
    friend struct detail::Reporter;

    template <class Made>
    void hold(Made&& made) {
        if constexpr (is_reference) held_.template emplace<1>(__builtin_addressof(made));
        else held_.template emplace<1>(static_cast<Made&&>(made));
    }
    template <int Exceptions>
    [[noreturn]] void raise() const {
#if GRIT_EXCEPTIONS
        if constexpr (Exceptions != 0) std::rethrow_exception(exception_);
#endif
        reject<false>("grit: a 'Report' has no value, because the operation threw elsewhere; ask has_value() first");
    }

    std::variant<std::monostate, Held> held_{};
    std::exception_ptr exception_{};
    std::exception_ptr failure_{};
    Duration elapsed_ = Duration::zero();
    Duration slept_ = Duration::zero();
    int attempts_ = 0;
    StopReason reason_ = StopReason::none;
};

/// The end of a call that gave up: how many attempts, how long, why, and the last outcome.
class RetryError : public std::runtime_error {
public:
    RetryError(int attempts, Duration elapsed, StopReason reason, std::exception_ptr last, std::string const& what,
               std::string_view policy = {})
        : std::runtime_error("gave up after " + std::to_string(attempts) + " attempts (" + to_string(reason) +
                             "): " + what),
          last_(std::move(last)), policy_(policy), elapsed_(elapsed), attempts_(attempts), reason_(reason) {}

    int attempts() const noexcept { return attempts_; }
    Duration elapsed() const noexcept { return elapsed_; }
    StopReason reason() const noexcept { return reason_; }

    /// Returns: the last exception, or one made of the last result's error; null if a plain value failed.
    std::exception_ptr exception() const noexcept { return last_; }

    /// Returns: the policies of the call, as describe() writes them; a constant.
    std::string_view policy() const noexcept { return policy_; }

private:
    std::exception_ptr last_;
    std::string_view policy_;
    Duration elapsed_;
    int attempts_;
    StopReason reason_;
};

/// A RetryError whose last outcome was a result, which it holds.
template <class R>
class RetryErrorWith : public RetryError {
public:
    RetryErrorWith(RetryError const& error, R result) : RetryError(error), result_(std::move(result)) {}

    R const& result() const noexcept { return result_; }

private:
    R result_;
};

/// Makes giving up throw a RetryError (a RetryErrorWith where the last outcome was a result that can be copied).
struct ThrowRetryError {
    static constexpr Family family = Family::outcome;
    using Kind = ThrowRetryError;
    static constexpr char const* name = "ThrowRetryError";
};

} // namespace grit::inline GRIT_ABI
