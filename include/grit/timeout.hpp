// SPDX-License-Identifier: BSL-1.0
#pragma once
// All of timeout/: how long a call may take.

#include <grit/timeout/attempt_timed_out.hpp>
#include <grit/timeout/attempt_timeout.hpp>
#include <grit/timeout/attempt_timeout_on_thread.hpp>
#include <grit/timeout/deadline.hpp>
