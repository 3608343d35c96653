// SPDX-License-Identifier: BSL-1.0
#pragma once
// Everything for coroutines and loops that needs no library: async(), Steps, and what a library's adapter is made of.

#include <grit/async/async.hpp>
#include <grit/async/early_wake.hpp>
#include <grit/async/flow.hpp>
#include <grit/async/steps.hpp>
