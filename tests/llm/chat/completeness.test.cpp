// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/chat/completeness.hpp>

#include <string>
#include <string_view>

#include "support/catch.hpp"

using namespace grit::llm;

TEST_CASE("the word of each provider says what an answer is worth", "[R-730]") {
    struct Row {
        std::string_view word;
        Completeness completeness;
    };
    using enum Completeness;
    for (auto const& row :
         {Row{"stop", whole}, Row{"end_turn", whole}, Row{"stop_sequence", whole}, Row{"STOP", whole},
          Row{"length", cut}, Row{"max_tokens", cut}, Row{"model_context_window_exceeded", cut}, Row{"MAX_TOKENS", cut},
          Row{"content_filter", filtered}, Row{"refusal", filtered}, Row{"SAFETY", filtered},
          Row{"tool_calls", tool_calls}, Row{"tool_use", tool_calls}, Row{"function_call", tool_calls},
          Row{"pause_turn", paused}, Row{"", unknown}, Row{"null", unknown}, Row{"stopped", unknown}}) {
        CAPTURE(row.word);
        CHECK(completeness(row.word) == row.completeness);
    }
    STATIC_REQUIRE(completeness("length") == cut);
}

TEST_CASE("what an answer is worth has a name") {
    using enum Completeness;
    STATIC_REQUIRE(to_string(whole) == "whole");
    STATIC_REQUIRE(to_string(cut) == "cut");
    STATIC_REQUIRE(to_string(filtered) == "filtered");
    STATIC_REQUIRE(to_string(tool_calls) == "tool_calls");
    STATIC_REQUIRE(to_string(paused) == "paused");
    STATIC_REQUIRE(to_string(unknown) == "unknown");
}
