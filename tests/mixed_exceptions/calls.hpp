// SPDX-License-Identifier: BSL-1.0
#pragma once
// What each translation unit offers; both use the same policies on the same types.

#include <chrono>
#include <stdexcept>
#include <system_error>
#include <variant>

#include <grit.hpp>

namespace with {
int retried_results();
int retried_exceptions();
int retried_in_wrapped_operation();
int retried_signals();
int given_up_permanently();
bool reports_result();
bool reports_exception();
bool rejects_wrong_value();
bool rejects_wrong_set();
bool rejects_wrong_replacement();
bool throws_a_rejection();
bool throws_without_memory();
} // namespace with

namespace without {
int retried_results();
int retried_in_wrapped_operation();
int retried_signals();
int given_up_permanently();
bool reports_result();
void make_wrong_value();
void make_wrong_set();
void make_wrong_replacement();
bool returns_a_rejection();
void make_memory();
} // namespace without

/// An operation that counts its calls; `step` decides what a call does, so that both units share the type.
struct Operation {
    int& calls;
    int (*step)(int call);
    int operator()() const { return step(++calls); }
};

inline bool is_busy(int result) { return result == 1; }
inline int busy_twice(int call) { return call < 3 ? 1 : 0; }

using AtRunTime = grit::Retrying<grit::StopAfterAttempt<>, grit::WaitFixed<>, grit::RetryIf<std::runtime_error>,
                                 grit::RetryIfResult<is_busy>>;

using Unlimited = grit::Retrying<grit::StopNever, grit::WaitFixed<>>;

/// A value or an error, as std::expected is; the error may be a signal.
struct Reply {
    struct Refused {};
    using Error = std::variant<Refused, grit::TryAgain, grit::Permanent<Refused>>;

    int value = 0;
    Error failure{};
    bool ok = false;

    bool has_value() const { return ok; }
    Error const& error() const { return failure; }
};

struct ReplyOperation {
    int& calls;
    Reply (*step)(int call);
    Reply operator()() const { return step(++calls); }
};

inline Reply again_twice(int call) {
    if (call < 3) return {.failure = grit::TryAgain{}};
    return {.value = call, .ok = true};
}
inline Reply refused_for_ever(int) { return {.failure = grit::Permanent{Reply::Refused{}}}; }

/// An operation that reports by std::error_code, behind a breaker inside a retry.
struct CodeOperation {
    int& calls;
    std::error_code operator()() const {
        ++calls;
        return std::make_error_code(std::errc::connection_refused);
    }
};
using Guard = grit::CircuitBreaker<grit::OpenAfterFailures<1>, grit::OpenFor<std::chrono::hours{1}>>;
using Guarded = grit::Pipeline<grit::Retrying<grit::StopAfterAttempt<3>>, Guard&>;

// Templates, so that each translation unit has a copy of its own: a function of the user's that calls grit and is
// shared by units of both kinds must carry the mode as the functions of grit do.

/// Returns: a policy whose values come at run time.
template <bool Exceptions>
AtRunTime configured(int attempts) {
    return AtRunTime{grit::StopAfterAttempt{attempts}, grit::WaitFixed{std::chrono::microseconds{1}}};
}

/// Counts the calls of an operation under a policy with run-time values.
template <bool Exceptions>
int count_calls(int (*step)(int)) {
    int calls = 0;
    (void)configured<Exceptions>(5)(Operation{calls, step});
    return calls;
}

template <bool Exceptions>
int count_wrapped_calls(int (*step)(int)) {
    int calls = 0;
    (void)configured<Exceptions>(5).wrap(Operation{calls, step})();
    return calls;
}

template <bool Exceptions>
int count_calls_of_replies(Reply (*step)(int)) {
    int calls = 0;
    (void)grit::Retrying<grit::StopAfterAttempt<5>>{}(ReplyOperation{calls, step});
    return calls;
}

template <bool Exceptions>
bool reports_a_result() {
    int calls = 0;
    grit::Report<int> const report = configured<Exceptions>(2).report(Operation{calls, busy_twice});
    return calls == 2 && report.value() == 1 && !report.succeeded() && report.reason() == grit::StopReason::attempts;
}

/// The breaker opens after the first call, and refuses the second attempt. Returns: what the call returned.
template <bool Exceptions>
std::error_code call_twice(int& calls) {
    Guard guard;
    return Guarded{{}, guard}(CodeOperation{calls});
}
