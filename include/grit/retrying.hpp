// SPDX-License-Identifier: BSL-1.0
#pragma once
// All of retrying/: the decision, the engine, the loop and the Stepper around it, and what a call reports.

#include <grit/retrying/allow_nested.hpp>
#include <grit/retrying/bounds.hpp>
#include <grit/retrying/checks.hpp>
#include <grit/retrying/decision.hpp>
#include <grit/retrying/engine.hpp>
#include <grit/retrying/facts.hpp>
#include <grit/retrying/groups.hpp>
#include <grit/retrying/judge.hpp>
#include <grit/retrying/report.hpp>
#include <grit/retrying/retrying.hpp>
#include <grit/retrying/step.hpp>
