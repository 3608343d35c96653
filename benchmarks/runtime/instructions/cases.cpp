// SPDX-License-Identifier: BSL-1.0
// The plain loop, on each channel.

#include "shapes.hpp"

namespace rows {
namespace {

constexpr char const* family = "loops";

ROWS(plain, "five attempts", (Five, Backoff), START, ENOUGH, PAUSE);
ROWS_OF(10, ten, "ten attempts", (grit::StopAfterAttempt<10>, Backoff), START, n == 10, PAUSE);
ROWS_OF(20, twenty, "twenty attempts", (grit::StopAfterAttempt<20>, Backoff), START, n == 20, PAUSE);

LOOP(may_throw_library) { return ByResult<>{}(opaque::operation); }
LOOP(may_throw_by_hand) {
    START;
    for (int n = 1;; ++n) {
        int const result = opaque::operation();
        if (!is_busy(result) || n == 5) return result;
        PAUSE;
    }
}
ADD(may_throw, "by result, may throw", by_result() + passes());

LOOP(three_types_library) {
    return grit::Retrying<Five, Backoff, grit::RetryIf<Timeout, Refused, Overloaded>, Clock>{}(opaque::operation);
}
LOOP(three_types_by_hand) {
    START;
    for (int n = 1;; ++n) {
        try {
            return opaque::operation();
        } catch (Timeout const&) {
            if (n == 5) throw;
        } catch (Refused const&) {
            if (n == 5) throw;
        } catch (Overloaded const&) {
            if (n == 5) throw;
        }
        PAUSE;
    }
}
ADD(three_types, "3 types, the third", by_exception(Fails::by_overloaded) + passes());
[[maybe_unused]] bool const first_of_three =
    add(family, "3 types, the first", by_exception(), call<three_types_library>, call<three_types_by_hand>);

LOOP(both_library) { return ByTimeout<IfBusy>{}(opaque::operation); }
LOOP(both_by_hand) {
    START;
    for (int n = 1;; ++n) {
        try {
            int const result = opaque::operation();
            if (!is_busy(result) || n == 5) return result;
        } catch (Timeout const&) {
            if (n == 5) throw;
        }
        PAUSE;
    }
}
ADD(both, "exception and result", by_result() + by_exception() + passes());

} // namespace
} // namespace rows
