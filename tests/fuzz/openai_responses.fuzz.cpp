// SPDX-License-Identifier: BSL-1.0
// Answers in the words of OpenAI's responses, whole and streamed, from a server that may send anything.
// Input: status, which is taken for 200, header lines, empty line, body; %KEY% stands for the key.

#include <grit/llm/dialect/openai_responses.hpp>

#include "fuzz/dialect.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    return fuzz::check_dialect(grit::llm::OpenAiResponses{}, fuzz::text_of(data, size));
}
