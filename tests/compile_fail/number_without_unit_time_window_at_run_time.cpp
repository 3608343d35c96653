// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a policy was given a bare number for a duration, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

TimeWindow window{10};
