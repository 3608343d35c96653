// SPDX-License-Identifier: BSL-1.0
// Chaos that could do nothing, or not know what.
#include <string>

#include <grit/chaos.hpp>
#include <grit/stop/after_attempt.hpp>

using namespace grit;

// expect-error: grit: a 'Chaos' does nothing, because none of its policies does harm; add a ChaosFault, a ChaosLatency or a ChaosResult
namespace nothing {
Chaos chaos{Seed{1}};
} // namespace nothing

// expect-error: grit: a 'Chaos' was given two times or two sources of randomness, because only one of each can count; keep one Time, and one Seed or Random
namespace two_seeds {
Chaos chaos{Seed{1}, Seed{2}, ChaosFault{0.5, 1}};
} // namespace two_seeds

// expect-error: grit: a 'Chaos' was given a policy of another stage, because it has no use for it; list ChaosFault, ChaosLatency, ChaosResult, Seed, Random and Time only
namespace policy_of_another_stage {
Chaos chaos{ChaosFault{0.5, 1L}, StopAfterAttempt<3>{}};
} // namespace policy_of_another_stage

// expect-error: grit: a 'ChaosResult' is never used, because the operation returns another type; give it a value of the type that the operation returns
namespace result_of_another_type {
inline int call() {
    Chaos chaos{ChaosResult{0.5, std::string{"text"}}};
    return chaos([] { return 1; });
}
} // namespace result_of_another_type
