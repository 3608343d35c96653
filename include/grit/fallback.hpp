// SPDX-License-Identifier: BSL-1.0
#pragma once
// All of fallback/: what takes the place of a failure.

#include <grit/fallback/fallback.hpp>
