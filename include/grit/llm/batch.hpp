// SPDX-License-Identifier: BSL-1.0
#pragma once
// All of llm/batch/ and the loops that it runs in: many completions from one thread. Needs libcurl.

#include <grit/llm/batch/account_limit.hpp>
#include <grit/llm/batch/call.hpp>
#include <grit/llm/batch/complete_all.hpp>
#include <grit/llm/batch/fleet_limit.hpp>
#include <grit/llm/batch/options.hpp>
#include <grit/llm/batch/pace.hpp>
#include <grit/llm/batch/within_account.hpp>
#include <grit/llm/transport/alarms.hpp>
#include <grit/llm/transport/curl_many.hpp>
#include <grit/llm/transport/manual_loop.hpp>
#include <grit/llm/transport/task.hpp>
