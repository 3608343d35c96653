// SPDX-License-Identifier: BSL-1.0
// Counted calls beside calls that count by hand in a cell of the thread. A stage inside a retry costs at each attempt.

#include <grit/measure/measured.hpp>
#include <grit/pipeline.hpp>

#include "shapes.hpp"

namespace rows {
namespace {

constexpr char const* family = "measure";

/// By hand: counts how a call ends, however that is.
thread_local constinit std::uint64_t cells[3]{};
struct Count {
    std::size_t outcome = 1;
    ~Count() { ++cells[outcome]; }
};

grit::Metrics metrics;
grit::Measured const measured{metrics, grit::Name<"bench">{}};
grit::Measured const attempts{metrics, grit::Name<"bench">{}, grit::EachAttempt{}};

Plans one_call(Fails how, char const* name) { return {{name, Ends::success, how, 0, 1}}; }

// Alone it is held to what a stage in a pipeline is.
LOOP(alone_library) { return measured(opaque::result_operation); }
LOOP(alone_by_hand) {
    Count count;
    int const result = opaque::result_operation();
    count.outcome = 0;
    return result;
}
ADD(alone, "Measured", one_call(Fails::by_result, "success, result"), Form::pipeline_of_2);

LOOP(throwing_library) { return measured(opaque::operation); }
LOOP(throwing_by_hand) {
    Count count;
    int const result = opaque::operation();
    count.outcome = 0;
    return result;
}
ADD(throwing, "Measured", one_call(Fails::by_timeout, "success, may throw"), Form::pipeline_of_2);

auto const calls = grit::pipeline(measured, grit::Retrying<Five, Backoff, IfBusy, Clock>{});
LOOP(calls_library) { return calls(opaque::result_operation); }
LOOP(calls_by_hand) {
    Count count;
    Duration wait = 100ms;
    for (int n = 1;; ++n) {
        int const result = opaque::result_operation();
        if (!is_busy(result) || n == 5) {
            count.outcome = 0;
            return result;
        }
        sleep(wait);
        wait = std::min<Duration>(wait * 2, 10s);
    }
}
ADD(calls, "Measured, Retrying", one_call(Fails::by_result, "success, result"), Form::pipeline_of_2);

auto const tries = grit::pipeline(grit::Retrying<Five, Backoff, IfBusy, Clock>{}, attempts);
LOOP(tries_library) { return tries(opaque::result_operation); }
LOOP(tries_by_hand) {
    Duration wait = 100ms;
    for (int n = 1;; ++n) {
        Count count;
        int const result = opaque::result_operation();
        count.outcome = 0;
        if (!is_busy(result) || n == 5) return result;
        sleep(wait);
        wait = std::min<Duration>(wait * 2, 10s);
    }
}
ADD(tries, "Retrying, Measured of attempts", one_call(Fails::by_result, "success, result"), Form::pipeline_of_2);

} // namespace
} // namespace rows
