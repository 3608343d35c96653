// SPDX-License-Identifier: BSL-1.0
// Breakers that a fleet shares: what they need, and their numbers.
#include <grit/circuit_breaker.hpp>
#include <grit/fleet.hpp>

using namespace std::chrono_literals;
using namespace grit;

fleet::MemoryFleet<> store;
fleet::Agent agent{store, Name<"chat">{}};
CircuitBreaker breaker{OpenAfterFailures<5>{}, OpenFor<1s>{}, fleet::Voice{}};

// expect-error: grit: a 'SharedBreaker' was given a breaker that does not tell what happens to it, because
namespace without_a_voice {
CircuitBreaker silent{OpenAfterFailures<5>{}, OpenFor<1s>{}};
fleet::SharedBreaker shared{agent, silent};
} // namespace without_a_voice

// expect-error: grit: a 'SharedBreaker' was given too short a 'Grace', because
namespace short_grace {
fleet::SharedBreaker shared{agent, breaker, fleet::Refresh<100ms>{}, fleet::Grace<200ms>{}};
}

// expect-error: grit: a 'SharedBreaker' was given two policies of one kind, because
namespace two_quorums {
fleet::SharedBreaker shared{agent, breaker, fleet::Quorum<1>{}, fleet::QuorumShare<25>{}};
}

// expect-error: grit: a 'SharedBreaker' was given two policies of one kind, because
namespace two_names {
fleet::SharedBreaker shared{agent, breaker, Name<"a">{}, Name<"b">{}};
}

// expect-error: grit: a 'SharedBreaker' was given a policy that it has no use for, because
namespace of_the_breaker {
fleet::SharedBreaker shared{agent, breaker, OpenFor<1s>{}};
}

// expect-error: grit: a 'Quorum' was given no process, because
namespace no_quorum {
fleet::Quorum<0> quorum;
}

// expect-error: grit: a 'QuorumShare' was given no share, because
namespace no_share {
fleet::QuorumShare<101> share;
}

// expect-error: grit: a 'Refresh' was given a time that it cannot use, because
namespace slow_refresh {
fleet::Refresh<2s> refresh;
}

// expect-error: grit: a 'SharedBreaker' was given a breaker that does not tell what happens to it, because
namespace keyed_without_a_voice {
Keyed<std::string, CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>>> hosts;
fleet::SharedBreaker shared{agent, hosts};
} // namespace keyed_without_a_voice

// expect-error: grit: a 'SharedMemory' was given a breaker with policies that hold something, because
namespace memory_with_a_voice {
fleet::SharedMemory<CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>, fleet::Voice>> memory{"payments"};
}

// expect-error: grit: a 'SharedMemory' was given a breaker with policies that hold something, because
namespace memory_with_a_value {
fleet::SharedMemory<CircuitBreaker<OpenAfterFailures<>, OpenFor<1s>>> memory{"payments"};
}
