// SPDX-License-Identifier: BSL-1.0
#pragma once
// All of retrying/ but the Stepper: the decision, the loop around it, and what it reports.

#include <grit/retrying/bounds.hpp>
#include <grit/retrying/catch_list.hpp>
#include <grit/retrying/cause.hpp>
#include <grit/retrying/checks.hpp>
#include <grit/retrying/decision.hpp>
#include <grit/retrying/describe.hpp>
#include <grit/retrying/loop.hpp>
#include <grit/retrying/query.hpp>
#include <grit/retrying/report.hpp>
#include <grit/retrying/retry_error.hpp>
#include <grit/retrying/retrying.hpp>
#include <grit/retrying/traits.hpp>
#include <grit/retrying/verdict.hpp>
#include <grit/retrying/waits.hpp>
