// SPDX-License-Identifier: BSL-1.0
// Answers in Anthropic's words, whole and streamed, from a server that may send anything.
// Input: status, which is taken for 200, header lines, empty line, body; %KEY% stands for the key.

#include <grit/llm/dialect/anthropic.hpp>

#include "fuzz/dialect.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    return fuzz::check_dialect(grit::llm::Anthropic{}, fuzz::text_of(data, size));
}
