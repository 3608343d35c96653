// SPDX-License-Identifier: BSL-1.0
#pragma once
// All hooks: what is called around attempts, to watch and to log.

#include <grit/hook/after.hpp>
#include <grit/hook/after_log.hpp>
#include <grit/hook/before.hpp>
#include <grit/hook/before_log.hpp>
#include <grit/hook/before_sleep.hpp>
#include <grit/hook/before_sleep_log.hpp>
#include <grit/hook/logger.hpp>
#include <grit/hook/observe.hpp>
#include <grit/hook/on_end.hpp>
#include <grit/hook/on_give_up.hpp>
#include <grit/hook/on_success.hpp>
