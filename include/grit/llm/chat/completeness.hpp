// SPDX-License-Identifier: BSL-1.0
#pragma once
// Whether an answer is whole: the words in which providers say why a model stopped.

#include <array>
#include <string_view>

#include <grit/version.hpp>

namespace grit::inline GRIT_ABI::llm {

/// What an answer is worth.
enum class Completeness {
    whole,      ///< the model came to its end, or to a text at which it should stop
    cut,        ///< a limit of tokens, the request's or the model's, came first
    filtered,   ///< the provider or the model refused, or a filter took something away
    tool_calls, ///< whole, and the model waits for the answers of its tools
    paused,     ///< the provider wants to be asked to go on
    unknown,    ///< the provider did not say, or in a word that is not known here
};

/// Returns: the enumerator's name.
constexpr std::string_view to_string(Completeness completeness) noexcept {
    constexpr std::array<std::string_view, 6> names{"whole", "cut", "filtered", "tool_calls", "paused", "unknown"};
    return names[static_cast<unsigned>(completeness)];
}

/// Returns: what the finish reason of any provider means.
///
/// Source: the finish reasons that OpenAI, Anthropic, Gemini, Cohere and Mistral document.
constexpr Completeness completeness(std::string_view finish_reason) noexcept {
    struct Meaning {
        std::string_view word;
        Completeness completeness;
    };
    using enum Completeness;
    constexpr std::array<Meaning, 41> meanings{{{"stop", whole},
                                                {"end_turn", whole},
                                                {"stop_sequence", whole},
                                                {"eos", whole},
                                                {"eos_token", whole},
                                                {"COMPLETE", whole},
                                                {"STOP", whole},
                                                {"STOP_SEQUENCE", whole},
                                                {"END_TURN", whole},
                                                {"completed", whole},
                                                {"length", cut},
                                                {"max_tokens", cut},
                                                {"max_output_tokens", cut},
                                                {"max_completion_tokens", cut},
                                                {"model_length", cut},
                                                {"model_context_window_exceeded", cut},
                                                {"MAX_TOKENS", cut},
                                                {"LENGTH", cut},
                                                {"ERROR_LIMIT", cut},
                                                {"incomplete", cut},
                                                {"content_filter", filtered},
                                                {"refusal", filtered},
                                                {"content_filtered", filtered},
                                                {"guardrail_intervened", filtered},
                                                {"safety", filtered},
                                                {"sensitive", filtered},
                                                {"SAFETY", filtered},
                                                {"RECITATION", filtered},
                                                {"BLOCKLIST", filtered},
                                                {"PROHIBITED_CONTENT", filtered},
                                                {"SPII", filtered},
                                                {"LANGUAGE", filtered},
                                                {"IMAGE_SAFETY", filtered},
                                                {"ERROR_TOXIC", filtered},
                                                {"tool_calls", tool_calls},
                                                {"tool_use", tool_calls},
                                                {"tool_call", tool_calls},
                                                {"function_call", tool_calls},
                                                {"TOOL_CALL", tool_calls},
                                                {"pause_turn", paused},
                                                {"pause", paused}}};
    for (auto const& meaning : meanings)
        if (meaning.word == finish_reason) return meaning.completeness;
    return unknown;
}

} // namespace grit::inline GRIT_ABI::llm
