// SPDX-License-Identifier: BSL-1.0
#pragma once
// BeforeLog: a log line before each attempt.

#include <grit/hook/logger.hpp>

namespace grit {

/// Logs each attempt before it starts: "chat: attempt 2 starts". `BeforeLog<>` prints to stderr; `BeforeLog{logger}`.
///
/// A logger with state that is given as a variable is held by reference and must outlive the policy.
/// Thread safety: that of the logger.
template <class L = StderrLogger, LogLevel Level = LogLevel::info>
class BeforeLog : public detail::LogHook<Event::before, L> {
    using Base = detail::LogHook<Event::before, L>;

public:
    using Kind = BeforeLog<>;
    static constexpr char const* name = "BeforeLog";

    using Base::Base;

    template <class Q>
    void operator()(Q const& q) const {
        this->write(Level, detail::describe_attempt(q.name(), q.attempt().number()) + " starts");
    }
};
template <class L>
BeforeLog(L&&) -> BeforeLog<detail::LoggerFor<L>>;

} // namespace grit
