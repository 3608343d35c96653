// SPDX-License-Identifier: BSL-1.0
#pragma once
// All of retrying/ but the Stepper: the decision, the engine, the loop around it, and what it reports.

#include <grit/retrying/bounds.hpp>
#include <grit/retrying/checks.hpp>
#include <grit/retrying/decision.hpp>
#include <grit/retrying/engine.hpp>
#include <grit/retrying/facts.hpp>
#include <grit/retrying/groups.hpp>
#include <grit/retrying/judge.hpp>
#include <grit/retrying/report.hpp>
#include <grit/retrying/retrying.hpp>
