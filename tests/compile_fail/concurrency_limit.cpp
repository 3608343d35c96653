// SPDX-License-Identifier: BSL-1.0
// Concurrency limits: how they adapt, their bounds, their line, and where they live.
#include <grit/concurrency_limit.hpp>
#include <grit/pipeline.hpp>
#include <grit/retry.hpp>

using namespace std::chrono_literals;
using namespace grit;

// expect-error: grit: a 'ConcurrencyLimit' was given a type that is no policy, because
namespace of_no_policy {
ConcurrencyLimit<int> limit;
}

// expect-error: grit: a 'ConcurrencyLimit' was not told how to adapt, because
namespace that_does_not_adapt {
ConcurrencyLimit<LimitBetween<1, 9, 5>> limit;
}

// expect-error: grit: a 'ConcurrencyLimit' was given two policies of one kind, because
namespace that_adapts_twice {
ConcurrencyLimit<Aimd<1s>, Gradient<>> limit;
}

// expect-error: grit: a 'ConcurrencyLimit' was given a policy of another stage, because
namespace with_stop {
ConcurrencyLimit<Aimd<1s>, StopNever> limit;
}

// expect-error: grit: a 'ConcurrencyLimit' was given a MaxWait, because nobody waits
namespace wait_without_line {
ConcurrencyLimit<Aimd<1s>, MaxWait<1s>> limit;
}

// expect-error: grit: 'Aimd' was given numbers that it cannot use, because
namespace that_cuts_to_all {
ConcurrencyLimit<Aimd<1s, 100>> limit;
}

// expect-error: grit: 'Gradient' was given numbers that it cannot use, because
namespace that_tolerates_nothing {
ConcurrencyLimit<Gradient<99>> limit;
}

// expect-error: grit: 'LimitBetween' was given limits that contradict each other, because
namespace between_contradictions {
ConcurrencyLimit<Aimd<1s>, LimitBetween<9, 1, 5>> limit;
}

// expect-error: grit: 'WaitInLine' was given a line that cannot be, because
namespace negative_line {
ConcurrencyLimit<Aimd<1s>, WaitInLine<-1>> limit;
}

// expect-error: grit: 'OverloadIf' names a reference or const type, because
namespace overload_by_reference {
ConcurrencyLimit<Aimd<1s>, OverloadIf<std::exception const&>> limit;
} // namespace overload_by_reference

// expect-error: grit: 'OverloadIf' names nothing, because
namespace no_overload {
ConcurrencyLimit<Aimd<1s>, OverloadIf<>> limit;
}

// expect-error: grit: a pipeline was given a temporary stage with state, because
namespace temporary {
auto stages = pipeline(ConcurrencyLimit<Aimd<1s>>{});
}

// expect-error: grit: 'OnReject' was given a callable that may throw, because
namespace listener_that_may_throw {
ConcurrencyLimit limit{Aimd<1s>{}, OnReject{[](auto const&) {}}};
}
