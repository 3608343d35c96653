// SPDX-License-Identifier: BSL-1.0
// Every kind of predicate, on each channel that it looks at.

#include <string_view>

#include "shapes.hpp"

namespace rows {
namespace {

constexpr char const* family = "predicates";

template <class... Ps>
using If = grit::Retrying<Five, Backoff, Clock, Ps...>;

// By the result: `operation` returns `result`, which is good where `good` is true.
#define RESULTS(id, name, predicates, operation, good, plans)                                                          \
    LOOP(id##_library) { return If<WITHOUT_BRACKETS predicates>{}(operation); }                                        \
    LOOP(id##_by_hand) {                                                                                               \
        START;                                                                                                         \
        for (int n = 1;; ++n) {                                                                                        \
            auto const result = operation();                                                                           \
            if ((good) || n == 5) return result;                                                                       \
            PAUSE;                                                                                                     \
        }                                                                                                              \
    }                                                                                                                  \
    ADD(id, name, plans)

// By the exception: `clauses` stand below the try block.
#define EXCEPTIONS(id, name, predicates, clauses, plans)                                                               \
    LOOP(id##_library) { return If<WITHOUT_BRACKETS predicates>{}(opaque::operation); }                                \
    LOOP(id##_by_hand) {                                                                                               \
        START;                                                                                                         \
        for (int n = 1;; ++n) {                                                                                        \
            try {                                                                                                      \
                return opaque::operation();                                                                            \
            }                                                                                                          \
            clauses PAUSE;                                                                                             \
        }                                                                                                              \
    }                                                                                                                  \
    ADD(id, name, plans)
#define CATCH(type, enough)                                                                                            \
    catch ([[maybe_unused]] type const& error) {                                                                       \
        if (enough) throw;                                                                                             \
    }

#define CATCH_OTHERS(enough) SIGNALS_AND_REJECTIONS CATCH(std::exception, enough)

constexpr bool is_small(int result) noexcept { return result < 10; }
constexpr bool is_ready(int result) noexcept { return result == 0; }
constexpr bool is_transient(Timeout const& error) noexcept { return error.code == 1; }
constexpr bool is_short(Lost const& error) noexcept { return error.ms < 1000; }
bool says_timed(std::exception const& error) noexcept {
    return std::string_view{error.what()}.find("timed") != std::string_view::npos;
}
constexpr auto timed_out = std::errc::timed_out;
constexpr auto denied = std::errc::permission_denied;

// By type ------------------------------------------------------------------------------------------------------------

EXCEPTIONS(one, "RetryIf, 1 type", (IfTimeout), CATCH(Timeout, n == 5), by_exception() + passes());
EXCEPTIONS(three, "RetryIf, 3 types", (grit::RetryIf<Timeout, Refused, Overloaded>),
           CATCH(Timeout, n == 5) CATCH(Refused, n == 5) CATCH(Overloaded, n == 5),
           by_exception(Fails::by_overloaded) + passes());
EXCEPTIONS(base, "RetryIf, a base", (grit::RetryIf<std::exception>), CATCH_OTHERS(n == 5), by_exception());
EXCEPTIONS(by_default, "default", (grit::Name<"call">), CATCH_OTHERS(n == 5), by_exception());
EXCEPTIONS(by_default_alone, "default, one clause by hand", (grit::Name<"call">), CATCH(std::exception, n == 5),
           by_exception());
EXCEPTIONS(signal, "RetryIf, and a signal", (IfTimeout), CATCH(Timeout, n == 5) CATCH(grit::TryAgain, n == 5),
           by_exception(Fails::by_try_again));
EXCEPTIONS(
    permanent, "RetryIf, and Permanent", (IfTimeout),
    CATCH(Timeout, n == 5) catch (grit::PermanentSignal const& signal) { signal.raise(); },
    passes(Fails::by_permanent));
EXCEPTIONS(unless, "RetryUnless", (grit::RetryUnless<Unknown>), CATCH(Unknown, true) CATCH_OTHERS(n == 5),
           by_exception() + passes());
EXCEPTIONS(if_and_unless, "RetryIf and RetryUnless", (grit::RetryIf<std::exception>, grit::RetryUnless<Unknown>),
           CATCH(Unknown, true) CATCH_OTHERS(n == 5), by_exception() + passes());

RESULTS(reply, "RetryIf, expected", (grit::RetryIf<Lost>), opaque::reply_operation, result.has_value(), by_result());
RESULTS(reply_by_default, "default, expected", (grit::Name<"call">), opaque::reply_operation, result.has_value(),
        by_result());
RESULTS(variant, "RetryIf, variant", (grit::RetryIf<Lost>), opaque::either_operation, result.index() == 0, by_result());
RESULTS(reply_unless, "RetryUnless, expected", (grit::RetryUnless<Timeout>), opaque::reply_operation,
        result.has_value(), by_result());

// By what it says ----------------------------------------------------------------------------------------------------

EXCEPTIONS(message, "RetryIfMessage", (grit::RetryIfMessage<"timed">), CATCH_OTHERS(!says_timed(error) || n == 5),
           by_exception() + passes());
EXCEPTIONS(exception, "RetryIfException", (grit::RetryIfException<is_transient>),
           CATCH(Timeout, !is_transient(error) || n == 5), by_exception() + passes());
RESULTS(exception_of_reply, "RetryIfException, expected", (grit::RetryIfException<is_short>), opaque::reply_operation,
        result.has_value() || !is_short(result.error()), by_result());

// By the result ------------------------------------------------------------------------------------------------------

RESULTS(result, "RetryIfResult", (IfBusy), opaque::result_operation, !is_busy(result), by_result());
RESULTS(unless_result, "RetryUnlessResult", (grit::RetryUnlessResult<is_ready>), opaque::result_operation,
        is_ready(result), by_result());
RESULTS(result_and_unless, "RetryIfResult and RetryUnlessResult",
        (grit::RetryIfResult<is_small>, grit::RetryUnlessResult<is_ready>), opaque::result_operation,
        is_ready(result) || !is_small(result), by_result());

// By error code ------------------------------------------------------------------------------------------------------

RESULTS(code_by_default, "default, error code", (grit::Name<"call">), opaque::code_operation, !result, by_result());
RESULTS(code, "RetryIfError, error code", (grit::RetryIfError<timed_out>), opaque::code_operation,
        !result || result != timed_out, by_result());
RESULTS(two_codes, "RetryIfError, 2 codes", (grit::RetryIfError<denied, timed_out>), opaque::code_operation,
        !result || (result != denied && result != timed_out), by_result());
RESULTS(unless_code, "RetryUnlessError, error code", (grit::RetryUnlessError<denied>), opaque::code_operation,
        !result || result == denied, by_result());
EXCEPTIONS(thrown_code, "RetryIfError, thrown", (grit::RetryIfError<timed_out>),
           CATCH(std::system_error, error.code() != timed_out || n == 5), by_exception(Fails::by_code) + passes());
EXCEPTIONS(unless_thrown_code, "RetryUnlessError, thrown", (grit::RetryUnlessError<denied>),
           CATCH(std::system_error, error.code() == denied || n == 5) CATCH_OTHERS(n == 5),
           by_exception(Fails::by_code));

// Combined -----------------------------------------------------------------------------------------------------------

#define EITHER(id, name, predicates, good, enough)                                                                     \
    LOOP(id##_library) { return If<WITHOUT_BRACKETS predicates>{}(opaque::operation); }                                \
    LOOP(id##_by_hand) {                                                                                               \
        START;                                                                                                         \
        for (int n = 1;; ++n) {                                                                                        \
            try {                                                                                                      \
                int const result = opaque::operation();                                                                \
                if ((good) || n == 5) return result;                                                                   \
            }                                                                                                          \
            CATCH(Timeout, enough)                                                                                     \
            PAUSE;                                                                                                     \
        }                                                                                                              \
    }                                                                                                                  \
    ADD(id, name, by_result() + by_exception() + passes())

EITHER(two, "RetryIf and RetryIfResult", (IfTimeout, IfBusy), !is_busy(result), n == 5);
EITHER(any, "RetryAny", (grit::RetryAny<IfTimeout, IfBusy>), !is_busy(result), n == 5);
EITHER(nested, "RetryAny of RetryAll",
       (grit::RetryAny<grit::RetryAll<IfTimeout, grit::RetryIfException<is_transient>>, IfBusy>), !is_busy(result),
       !is_transient(error) || n == 5);
EXCEPTIONS(all_exceptions, "RetryAll", (grit::RetryAll<IfTimeout, grit::RetryIfException<is_transient>>),
           CATCH(Timeout, !is_transient(error) || n == 5), by_exception() + passes());
RESULTS(all_results, "RetryAll", (grit::RetryAll<IfBusy, grit::RetryIfResult<is_small>>), opaque::result_operation,
        !is_busy(result) || !is_small(result), by_result());

LOOP(always_library) { return If<grit::RetryAlways>{}(opaque::operation); }
LOOP(always_by_hand) {
    START;
    for (int n = 1;; ++n) {
        try {
            int const result = opaque::operation();
            if (n == 5) return result;
        }
        CATCH_OTHERS(n == 5)
        PAUSE;
    }
}
ADD(always, "RetryAlways", (Plans{{"gives up, result", Ends::result, Fails::by_result, 0, 5}, by_exception()[2]}));

LOOP(never_library) { return If<grit::RetryNever>{}(opaque::operation); }
LOOP(never_by_hand) { return opaque::operation(); }
ADD(never, "RetryNever", (Plans{by_exception()[0]} + passes()));

} // namespace
} // namespace rows
