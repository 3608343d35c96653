// SPDX-License-Identifier: BSL-1.0
#pragma once
// All of llm/: clients of language models that say what went wrong and retry what may succeed. Needs libcurl and
// nlohmann_json.

#include <grit/llm/anthropic.hpp>
#include <grit/llm/api_error.hpp>
#include <grit/llm/api_key.hpp>
#include <grit/llm/attempt_record.hpp>
#include <grit/llm/call_log.hpp>
#include <grit/llm/cancel.hpp>
#include <grit/llm/category.hpp>
#include <grit/llm/client.hpp>
#include <grit/llm/curl_failure.hpp>
#include <grit/llm/curl_options.hpp>
#include <grit/llm/curl_transport.hpp>
#include <grit/llm/delta.hpp>
#include <grit/llm/dialect.hpp>
#include <grit/llm/endpoint.hpp>
#include <grit/llm/error.hpp>
#include <grit/llm/fallback.hpp>
#include <grit/llm/functions.hpp>
#include <grit/llm/headers.hpp>
#include <grit/llm/http.hpp>
#include <grit/llm/message.hpp>
#include <grit/llm/openai.hpp>
#include <grit/llm/policy.hpp>
#include <grit/llm/provider.hpp>
#include <grit/llm/rate_limits.hpp>
#include <grit/llm/request.hpp>
#include <grit/llm/response.hpp>
#include <grit/llm/retry_after.hpp>
#include <grit/llm/scripted_transport.hpp>
#include <grit/llm/sse.hpp>
#include <grit/llm/status_error.hpp>
#include <grit/llm/stream_error.hpp>
#include <grit/llm/timeouts.hpp>
#include <grit/llm/transport_failure.hpp>
