// SPDX-License-Identifier: BSL-1.0
#pragma once
// All of stop/: when to give up.

#include <grit/stop/after_attempt.hpp>
#include <grit/stop/after_delay.hpp>
#include <grit/stop/all.hpp>
#include <grit/stop/any.hpp>
#include <grit/stop/before.hpp>
#include <grit/stop/before_delay.hpp>
#include <grit/stop/if.hpp>
#include <grit/stop/never.hpp>
#include <grit/stop/when_requested.hpp>
