// SPDX-License-Identifier: BSL-1.0
#pragma once
// All of budget/: what callers may spend on retries together.

#include <grit/budget/retry_budget.hpp>
#include <grit/budget/stop_over_budget.hpp>
