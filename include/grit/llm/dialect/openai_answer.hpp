// SPDX-License-Identifier: BSL-1.0
#pragma once
// What stands in a choice of a chat completion, whole or in a piece of a stream.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <grit/llm/chat/message.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/dialect/json_value.hpp>
#include <grit/llm/dialect/text_pieces.hpp>

namespace grit::inline GRIT_ABI::llm::detail {

/// What a content, a delta or a message says, in texts that may end in halves of characters.
struct SaidTexts {
    std::string content = {};
    std::string reasoning = {};
    std::string refusal = {};
};

/// Adds what a content says: a text, or an array of parts, of which some servers make their thoughts, too. Parts of
/// other kinds are passed over. `parse_json` has bounded the depth.
inline void add_content(SaidTexts& said, Json const& content) {
    if (content.is_string()) said.content += content.get_ref<std::string const&>();
    if (!content.is_array()) return;
    for (auto const& part : content) {
        if (part.is_string()) said.content += part.get_ref<std::string const&>();
        auto const& thinking = member(part, "thinking");
        if (!thinking.is_null()) {
            SaidTexts thought;
            add_content(thought, thinking);
            said.reasoning += thought.content;
        } else if (Json const& text = member(part, "text"); text.is_string()) {
            said.content += text.get_ref<std::string const&>();
        } else if (Json const& refusal = member(part, "refusal"); refusal.is_string()) {
            said.refusal += refusal.get_ref<std::string const&>();
        }
    }
}

/// Returns: what a message or a delta says. Servers have two names for reasoning; some send both.
inline SaidTexts said_by(Json const& message) {
    SaidTexts said;
    add_content(said, member(message, "content"));
    for (auto const* const name : {"reasoning_content", "reasoning"})
        if (Json const& text = member(message, name); text.is_string() && said.reasoning.empty())
            said.reasoning = text.get_ref<std::string const&>();
    if (Json const& text = member(message, "refusal"); text.is_string())
        said.refusal += text.get_ref<std::string const&>();
    return said;
}

/// Returns: the call in `function_call`, which servers sent before there were `tool_calls`, in the form of these; null
/// if there is none.
inline Json old_call(Json const& message) {
    auto const& call = member(message, "function_call");
    return call.is_object() ? Json{{"function", call}} : Json{};
}

/// Returns: where something comes from, in the words of OpenAI, Anthropic and servers that send an address alone.
inline Citation citation_of(Json const& told) {
    if (told.is_string()) return {.url = whole_text(told.get<std::string>()), .json = whole_text(written(told))};
    Citation citation{.type = text_of(member(told, "type")), .json = whole_text(written(told))};
    auto const& inner = member(told, citation.type.c_str());
    auto const& source = inner.is_object() ? inner : told;
    citation.url = whole_text(text_of(member(source, "url")));
    for (auto const* const name : {"title", "document_title"})
        if (citation.title.empty()) citation.title = whole_text(text_of(member(source, name)));
    citation.cited_text = whole_text(text_of(member(source, "cited_text")));
    return citation;
}

inline void add_citations(std::vector<Citation>& citations, Json const& told) {
    if (!told.is_array()) return;
    for (auto const& one : told) citations.push_back(citation_of(one));
}

inline void add_logprobs(std::vector<Logprob>& logprobs, Json const& told) {
    if (!told.is_array()) return;
    for (auto const& one : told) {
        auto const& number = member(one, "logprob");
        auto& added = logprobs.emplace_back(Logprob{.token = whole_text(text_of(member(one, "token"))),
                                                    .logprob = number.is_number() ? number.get<double>() : 0});
        add_logprobs(added.top, member(one, "top_logprobs"));
    }
}

/// Adds what OpenAI and compatible servers tell of the tokens.
inline void add_openai_usage(Usage& known, Json const& told) {
    add_usage(known, told, "prompt_tokens", "completion_tokens");
    auto const take = [](std::int64_t& count, Json const& value) {
        if (auto const given = count_of(value); given > 0) count = given;
    };
    auto const& prompt = member(told, "prompt_tokens_details");
    take(known.cached_tokens, member(told, "prompt_cache_hit_tokens"));
    take(known.cached_tokens, member(prompt, "cached_tokens"));
    take(known.cache_write_tokens, member(prompt, "cache_write_tokens"));
    take(known.reasoning_tokens, member(member(told, "completion_tokens_details"), "reasoning_tokens"));
}

} // namespace grit::inline GRIT_ABI::llm::detail
