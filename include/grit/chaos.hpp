// SPDX-License-Identifier: BSL-1.0
#pragma once
// All of chaos/: faults on purpose.

#include <grit/chaos/chaos.hpp>
