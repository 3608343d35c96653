// SPDX-License-Identifier: BSL-1.0
#pragma once
// All of circuit_breaker/: the breaker, its policies, and what it reports.

#include <grit/circuit_breaker/answer.hpp>
#include <grit/circuit_breaker/atomics.hpp>
#include <grit/circuit_breaker/beside_word.hpp>
#include <grit/circuit_breaker/bucket_ring.hpp>
#include <grit/circuit_breaker/checks.hpp>
#include <grit/circuit_breaker/circuit_breaker.hpp>
#include <grit/circuit_breaker/circuit_open.hpp>
#include <grit/circuit_breaker/classify.hpp>
#include <grit/circuit_breaker/failure_if.hpp>
#include <grit/circuit_breaker/guard.hpp>
#include <grit/circuit_breaker/half_open.hpp>
#include <grit/circuit_breaker/keyed.hpp>
#include <grit/circuit_breaker/machine.hpp>
#include <grit/circuit_breaker/on_state_change.hpp>
#include <grit/circuit_breaker/open_after_failures.hpp>
#include <grit/circuit_breaker/open_after_failures_within.hpp>
#include <grit/circuit_breaker/open_at_failure_rate.hpp>
#include <grit/circuit_breaker/open_at_slow_call_rate.hpp>
#include <grit/circuit_breaker/open_for.hpp>
#include <grit/circuit_breaker/outcome.hpp>
#include <grit/circuit_breaker/permit.hpp>
#include <grit/circuit_breaker/rate.hpp>
#include <grit/circuit_breaker/settings.hpp>
#include <grit/circuit_breaker/state.hpp>
#include <grit/circuit_breaker/time_window.hpp>
#include <grit/circuit_breaker/trip.hpp>
#include <grit/circuit_breaker/try_result.hpp>
#include <grit/circuit_breaker/window.hpp>
#include <grit/circuit_breaker/word.hpp>
#include <grit/core/name.hpp>
#include <grit/time/manual.hpp>
#include <grit/time/steady.hpp>
#include <grit/wait.hpp>
