// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'OnStateChange' was given a callable that may throw, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

OnStateChange listener{[](StateChange const&) {}};
