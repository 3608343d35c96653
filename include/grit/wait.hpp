// SPDX-License-Identifier: BSL-1.0
#pragma once
// Every wait policy: how long to wait between two attempts.

#include <grit/wait/at_most.hpp>
#include <grit/wait/chain.hpp>
#include <grit/wait/decorrelated_jitter.hpp>
#include <grit/wait/exponential.hpp>
#include <grit/wait/exponential_jitter.hpp>
#include <grit/wait/fixed.hpp>
#include <grit/wait/from.hpp>
#include <grit/wait/hint.hpp>
#include <grit/wait/if.hpp>
#include <grit/wait/incrementing.hpp>
#include <grit/wait/jitter.hpp>
#include <grit/wait/none.hpp>
#include <grit/wait/parts.hpp>
#include <grit/wait/random.hpp>
#include <grit/wait/random_exponential.hpp>
#include <grit/wait/sum.hpp>
#include <grit/wait/traits.hpp>
