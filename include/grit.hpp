// SPDX-License-Identifier: BSL-1.0
#pragma once
// Everything that needs only the standard library and Boost.Hana.

#include <grit/async.hpp>
#include <grit/budget.hpp>
#include <grit/bulkhead.hpp>
#include <grit/chaos.hpp>
#include <grit/circuit_breaker.hpp>
#include <grit/concurrency_limit.hpp>
#include <grit/fallback.hpp>
#include <grit/fleet.hpp>
#include <grit/hedge.hpp>
#include <grit/measure.hpp>
#include <grit/pipeline.hpp>
#include <grit/rate_limiter.hpp>
#include <grit/retry.hpp>
#include <grit/retrying/step.hpp>
#include <grit/time/interruptible.hpp>
#include <grit/timeout.hpp>
#include <grit/version.hpp>
