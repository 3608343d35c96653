// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a policy was given something that is no count, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

OpenAfterFailuresWithin trip{0.5, 10s};
