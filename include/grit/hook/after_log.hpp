// SPDX-License-Identifier: BSL-1.0
#pragma once
// AfterLog: a log line after each failed attempt.

#include <grit/hook/logger.hpp>

namespace grit::inline GRIT_ABI {

/// Logs each attempt whose outcome is to be retried: "chat: attempt 2 failed: timed out". `AfterLog<>` prints to
/// stderr; `AfterLog{logger}`.
///
/// A logger with state that is given as a variable is held by reference and must outlive the policy.
/// Thread safety: that of the logger.
template <class L = StderrLogger, LogLevel Level = LogLevel::info>
class AfterLog : public detail::LogHook<Event::after, L> {
    using Base = detail::LogHook<Event::after, L>;
    static_assert(detail::is_met<(Logger<L const&>)>,
                  "grit: 'AfterLog' was given something that is no logger, because neither l.log(level, text) nor "
                  "l(level, text) can be called through const; write one of them for grit::LogLevel and "
                  "std::string_view instead");

public:
    using Kind = AfterLog<>;
    static constexpr char const* name = "AfterLog";
    static consteval auto arguments() { return Types<TypeOr<L, StderrLogger>, ConstantOr<Level, LogLevel::info>>{}; }

    using Base::Base;

    template <class Q>
    void operator()(Q const& q) const {
        this->write(Level, detail::describe_failure(q.name(), q.attempt().number(), q.failure()));
    }
};
template <class L>
AfterLog(L&&) -> AfterLog<detail::LoggerFor<L>>;

} // namespace grit::inline GRIT_ABI
