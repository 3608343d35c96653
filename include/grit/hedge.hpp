// SPDX-License-Identifier: BSL-1.0
#pragma once
// All of hedge/: further attempts beside a slow one.

#include <grit/hedge/delay_at_quantile.hpp>
#include <grit/hedge/hedge.hpp>
