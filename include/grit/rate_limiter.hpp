// SPDX-License-Identifier: BSL-1.0
#pragma once
// All of rate_limiter/: so many calls in a period.

#include <grit/rate_limiter/rate_limiter.hpp>
