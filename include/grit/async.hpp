// SPDX-License-Identifier: BSL-1.0
#pragma once
// Everything for coroutines that needs no library: async(), and what a library's adapter is made of.

#include <grit/async/async.hpp>
#include <grit/async/early_wake.hpp>
#include <grit/async/flow.hpp>
