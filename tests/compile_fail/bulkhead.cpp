// SPDX-License-Identifier: BSL-1.0
// Bulkheads: their numbers, their policies, and where they live.
#include <grit/bulkhead.hpp>
#include <grit/pipeline.hpp>
#include <grit/retry.hpp>
#include <grit/timeout.hpp>

using namespace std::chrono_literals;
using namespace grit;

// expect-error: grit: a 'Bulkhead' was given numbers that it cannot use, because
namespace of_no_place {
Bulkhead<0> bulkhead;
}

// expect-error: grit: a 'Bulkhead' was given numbers that it cannot use, because
namespace of_negative_line {
Bulkhead<1, -1> bulkhead;
}

// expect-error: grit: a policy was given something that is no count, because
namespace of_a_duration {
Bulkhead bulkhead{1s};
}

// expect-error: grit: a 'Bulkhead' was given a MaxWait, because nobody waits
namespace wait_without_line {
Bulkhead<1, 0, MaxWait<1s>> bulkhead;
}

// expect-error: grit: a 'Bulkhead' was given a policy of another stage, because
namespace with_stop {
Bulkhead<1, 1, StopNever> bulkhead;
}

// expect-error: grit: a 'Bulkhead' was given two policies of one kind, because
namespace with_two_names {
Bulkhead<1, 1, Name<"a">, Name<"b">> bulkhead;
}

// expect-error: grit: a pipeline was given a temporary stage with state, because
namespace temporary {
auto stages = pipeline(Bulkhead<5>{});
}

// expect-error: grit: an operation under a deadline knows nothing of it, because
namespace deadline_unheard {
Bulkhead<5> without_line;
int result = pipeline(Deadline<1s>{}, without_line)([] { return 1; });
} // namespace deadline_unheard

// expect-error: grit: 'OnReject' was given something that it cannot call, because
namespace listener_of_other_parameter {
Bulkhead bulkhead{5, OnReject{[](DeadlinePassed const&) noexcept {}}};
}
