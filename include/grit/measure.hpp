// SPDX-License-Identifier: BSL-1.0
#pragma once
// Metrics: stages and listeners that count, and what reads them.

#include <grit/measure/measured.hpp>
#include <grit/measure/metrics.hpp>
#include <grit/measure/prometheus_text.hpp>
