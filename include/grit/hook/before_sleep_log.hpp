// SPDX-License-Identifier: BSL-1.0
#pragma once
// BeforeSleepLog: a log line before each wait.

#include <grit/hook/logger.hpp>

namespace grit::inline GRIT_ABI {

/// Logs each failure that another attempt follows: "chat: attempt 2 failed: timed out; next attempt in 1.5 s".
/// `BeforeSleepLog<>` prints to stderr; `BeforeSleepLog{logger}`.
///
/// A logger with state that is given as a variable is held by reference and must outlive the policy.
/// Thread safety: that of the logger.
template <class L = StderrLogger, LogLevel Level = LogLevel::warning>
class BeforeSleepLog : public detail::LogHook<Event::before_sleep, L> {
    using Base = detail::LogHook<Event::before_sleep, L>;
    static_assert(
        detail::is_met<(Logger<L const&>)>,
        "grit: 'BeforeSleepLog' was given something that is no logger, because neither l.log(level, text) nor "
        "l(level, text) can be called through const; write one of them for grit::LogLevel and "
        "std::string_view instead");

public:
    using Kind = BeforeSleepLog<>;
    static constexpr char const* name = "BeforeSleepLog";
    static consteval auto arguments() { return Types<TypeOr<L, StderrLogger>, ConstantOr<Level, LogLevel::warning>>{}; }

    using Base::Base;

    template <class Q>
    void operator()(Q const& q) const {
        std::string line = detail::describe_failure(q.name(), q.attempt().number(), q.failure());
        this->write(Level, line + "; next attempt in " + detail::to_words(q.wait()));
    }
};
template <class L>
BeforeSleepLog(L&&) -> BeforeSleepLog<detail::LoggerFor<L>>;

} // namespace grit::inline GRIT_ABI
