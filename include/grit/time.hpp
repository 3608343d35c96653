// SPDX-License-Identifier: BSL-1.0
#pragma once
// All of time/: how to know and how to spend time.

#include <grit/time/manual.hpp>
#include <grit/time/steady.hpp>
