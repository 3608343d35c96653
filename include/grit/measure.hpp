// SPDX-License-Identifier: BSL-1.0
#pragma once
// Metrics and traces: stages and listeners that count, what reads them, and a span for each call.

#include <grit/measure/count_circuit.hpp>
#include <grit/measure/count_retries.hpp>
#include <grit/measure/measured.hpp>
#include <grit/measure/metrics.hpp>
#include <grit/measure/prometheus_text.hpp>
#include <grit/measure/traced.hpp>
#include <grit/measure/watch.hpp>
