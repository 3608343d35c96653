// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'OnStateChange' was given something that it cannot call, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

OnStateChange listener{[](int*) noexcept {}};
