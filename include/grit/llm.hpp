// SPDX-License-Identifier: BSL-1.0
#pragma once
// All of llm/: clients of language models that say what went wrong and retry what may succeed. Needs libcurl and
// nlohmann_json.

#include <grit/llm/chat/delta.hpp>
#include <grit/llm/chat/endpoint.hpp>
#include <grit/llm/chat/message.hpp>
#include <grit/llm/chat/request.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/client/call_log.hpp>
#include <grit/llm/client/client.hpp>
#include <grit/llm/client/fallback.hpp>
#include <grit/llm/client/policies.hpp>
#include <grit/llm/client/ready_made_calls.hpp>
#include <grit/llm/client/stream_error.hpp>
#include <grit/llm/dialect/anthropic.hpp>
#include <grit/llm/dialect/any.hpp>
#include <grit/llm/dialect/dialect.hpp>
#include <grit/llm/dialect/openai.hpp>
#include <grit/llm/error/api_error.hpp>
#include <grit/llm/error/attempt_record.hpp>
#include <grit/llm/error/category.hpp>
#include <grit/llm/error/rate_limits.hpp>
#include <grit/llm/error/retry_after.hpp>
#include <grit/llm/error/status_error.hpp>
#include <grit/llm/error/throw_status_error.hpp>
#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/cancel.hpp>
#include <grit/llm/http/headers.hpp>
#include <grit/llm/http/sse.hpp>
#include <grit/llm/http/timeouts.hpp>
#include <grit/llm/http/transport_failure.hpp>
#include <grit/llm/transport/curl.hpp>
#include <grit/llm/transport/curl_failure.hpp>
#include <grit/llm/transport/curl_options.hpp>
#include <grit/llm/transport/scripted.hpp>
#include <grit/llm/transport/transport.hpp>
