// SPDX-License-Identifier: BSL-1.0
#pragma once
// BeforeLog: a log line before each attempt.

#include <grit/hook/logger.hpp>

namespace grit::inline GRIT_ABI {

/// Logs each attempt before it starts: "chat: attempt 2 starts"; the first with its policies, as describe() writes
/// them: "chat: attempt 1 starts; Retrying<StopAfterAttempt<5>, WaitFixed<1s>>". `BeforeLog<>` prints to stderr;
/// `BeforeLog{logger}`.
///
/// A logger with state that is given as a variable is held by reference and must outlive the policy.
/// Thread safety: that of the logger.
template <class L = StderrLogger, LogLevel Level = LogLevel::info>
class BeforeLog : public detail::LogHook<Event::before, L> {
    using Base = detail::LogHook<Event::before, L>;
    static_assert(detail::is_met<(Logger<L const&>)>,
                  "grit: 'BeforeLog' was given something that is no logger, because neither l.log(level, text) nor "
                  "l(level, text) can be called through const; write one of them for grit::LogLevel and "
                  "std::string_view instead");

public:
    using Kind = BeforeLog<>;
    static constexpr char const* name = "BeforeLog";
    static consteval auto arguments() { return Types<TypeOr<L, StderrLogger>, ConstantOr<Level, LogLevel::info>>{}; }

    using Base::Base;

    template <class Q>
    void operator()(Q const& q) const {
        std::string line = detail::describe_attempt(q.name(), q.attempt().number()) + " starts";
        if (q.attempt().number() == 1) line.append("; ").append(q.policy());
        this->write(Level, line);
    }
};
template <class L>
BeforeLog(L&&) -> BeforeLog<detail::LoggerFor<L>>;

} // namespace grit::inline GRIT_ABI
