// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the processes of a fleet share: limits, breakers and budgets, over a store such as Redis.

#include <grit/fleet/agent.hpp>
#include <grit/fleet/memory_fleet.hpp>
#include <grit/fleet/quorum.hpp>
#include <grit/fleet/rate_limiter.hpp>
#include <grit/fleet/retry_budget.hpp>
#include <grit/fleet/shared_breaker.hpp>
#include <grit/fleet/shared_breakers.hpp>
#include <grit/fleet/shared_memory.hpp>
#include <grit/fleet/voice.hpp>
