// SPDX-License-Identifier: BSL-1.0
#pragma once
// All of timeout/: how long a call may take.

#include <grit/timeout/deadline.hpp>
