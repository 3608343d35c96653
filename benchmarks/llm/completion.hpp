// SPDX-License-Identifier: BSL-1.0
#pragma once
// What is asked and answered in the measurements of the LLM client.

#include <string_view>

inline constexpr std::string_view question = "Explain in two sentences why retries need jitter.";

/// What OpenAI sends, in full, with an answer of the usual length.
inline constexpr std::string_view completion = R"({
  "id": "chatcmpl-9rUkVc4zjJ0vYBLt2mXnQp7s", "object": "chat.completion", "created": 1723021234, "model": "gpt-4o-mini",
  "choices": [{
    "index": 0,
    "message": {
      "role": "assistant",
      "content": "Clients that failed at the same moment and wait for the same time come back at the same moment, and the server that was too busy once is too busy again. A random part in each wait spreads them over the interval, so that the load of the retries is even and most of them succeed at the first try.",
      "refusal": null, "annotations": []
    },
    "logprobs": null, "finish_reason": "stop"
  }],
  "usage": {
    "prompt_tokens": 19, "completion_tokens": 64, "total_tokens": 83,
    "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0, "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0}
  },
  "service_tier": "default", "system_fingerprint": "fp_0123456789"
})";
