// SPDX-License-Identifier: BSL-1.0
// Limits and budgets of a fleet: their numbers, their names, their policies.
#include <grit/fleet.hpp>
#include <grit/retry.hpp>

using namespace std::chrono_literals;
using namespace grit;

inline fleet::MemoryFleet<> store;
inline fleet::Agent agent{store, Name<"chat">{}};

// expect-error: grit: an 'Agent' was given no name, because
namespace without_name {
fleet::Agent nameless{store};
}

// expect-error: grit: an 'Agent' was given a policy that it has no use for, because
namespace agent_with_stop {
fleet::Agent stops{store, Name<"chat">{}, StopNever{}};
}

// expect-error: grit: an 'Agent' was given two policies of one kind, because
namespace agent_with_two_names {
fleet::Agent twice{store, Name<"chat">{}, Name{"mail"}};
}

// expect-error: grit: a limit of a fleet was given numbers that cannot be counted exactly, because
namespace of_no_call {
fleet::PerSecond<0, "rps"> limit;
}

// expect-error: grit: a limit of a fleet was given numbers that cannot be counted exactly, because
namespace of_no_burst {
fleet::PerSecond<10, "rps", 0> limit;
}

// expect-error: grit: a limit of a fleet was given numbers that cannot be counted exactly, because
namespace beyond_lua {
fleet::PerMinute<1'999'999'973, "tpm"> limit;
}

// expect-error: grit: a limit of a fleet was given a name that is empty or has braces, because
namespace with_braces {
fleet::PerSecond<10, "{rps}"> limit;
}

// expect-error: grit: a 'Lease' was given numbers that it cannot use, because
namespace lease_of_nothing {
fleet::Lease<0, 200ms> lease;
}

// expect-error: grit: a 'Lease' was given one of its numbers as a constant, because
namespace half_a_lease {
fleet::Lease<10> lease{10, 200ms};
}

// expect-error: grit: a 'ColdStart' was given no share, because
namespace above_all {
fleet::ColdStart<101> cold;
}

// expect-error: grit: a 'fleet::RateLimiter' was given no limit, or more than four of them, because
namespace without_limit {
fleet::RateLimiter limiter{agent, fleet::Lease<10, 200ms>{}};
}

// expect-error: grit: a 'fleet::RateLimiter' was given a policy of another stage, because
namespace with_stop {
fleet::RateLimiter limiter{agent, fleet::PerSecond<10, "rps">{}, StopNever{}};
}

// expect-error: grit: a 'fleet::RateLimiter' was given two policies of one kind, because
namespace with_two_leases {
fleet::RateLimiter limiter{agent, fleet::PerSecond<10, "rps">{}, fleet::Lease<10, 200ms>{}, fleet::Lease<20, 200ms>{}};
}

// expect-error: grit: a 'fleet::RateLimiter' was given a call that can never go in, because
namespace cost_above_burst {
inline fleet::RateLimiter limiter{agent, fleet::PerSecond<10, "rps">{}};
auto const stage = limiter.with_cost<11>();
} // namespace cost_above_burst

// expect-error: grit: a 'BudgetRatio' was given no share of a token, because
namespace ratio_of_nothing {
fleet::BudgetRatio<0> ratio;
}

// expect-error: grit: a 'BudgetMost' cannot pay for one retry, because
namespace budget_of_one {
fleet::BudgetMost<1> most;
}

// expect-error: grit: a 'BudgetHold' was given a number that it cannot hold, because
namespace hold_of_nothing {
fleet::BudgetHold<0> hold;
}

// expect-error: grit: a 'fleet::RetryBudget' was given a policy that it has no use for, because
namespace budget_with_stop {
fleet::RetryBudget budget{agent, StopNever{}};
}

// expect-error: grit: a 'fleet::RetryBudget' was given two policies of one kind, because
namespace two_ratios {
fleet::RetryBudget budget{agent, fleet::BudgetRatio<10>{}, fleet::BudgetRatio<20>{}};
}

// expect-error: grit: 'OnFleetEvent' was given something that it cannot call, because
namespace listener_that_throws {
fleet::OnFleetEvent listener{[](fleet::FleetEvent const&) {}};
}
