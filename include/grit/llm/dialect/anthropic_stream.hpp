// SPDX-License-Identifier: BSL-1.0
#pragma once
// A streamed message of Anthropic's, and what streamed and whole messages have in common.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <grit/llm/chat/delta.hpp>
#include <grit/llm/chat/message.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/dialect/json.hpp>
#include <grit/llm/dialect/json_value.hpp>
#include <grit/llm/dialect/openai_answer.hpp>
#include <grit/llm/dialect/text_pieces.hpp>
#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/response.hpp>
#include <grit/llm/http/sse.hpp>

namespace grit::inline GRIT_ABI::llm::detail {

/// Adds what Anthropic tells of the tokens. What was read from a cache and written to it stands beside the input there.
inline void add_anthropic_usage(Usage& known, Json const& told) {
    auto input = known.prompt_tokens - known.cached_tokens - known.cache_write_tokens;
    auto const take = [](std::int64_t& count, Json const& value) {
        if (auto const given = count_of(value); given > 0) count = given;
    };
    take(input, member(told, "input_tokens"));
    take(known.cached_tokens, member(told, "cache_read_input_tokens"));
    take(known.cache_write_tokens, member(told, "cache_creation_input_tokens"));
    take(known.completion_tokens, member(told, "output_tokens"));
    take(known.reasoning_tokens, member(member(told, "output_tokens_details"), "thinking_tokens"));
    known.prompt_tokens = input + known.cached_tokens + known.cache_write_tokens;
    known.total_tokens = known.prompt_tokens + known.completion_tokens;
}

/// Returns: what a block of the type thinking or redacted_thinking says.
inline Reasoning reasoning_of(Json const& block) {
    return {.text = text_of(member(block, "thinking")),
            .signature = text_of(member(block, "signature")),
            .redacted = text_of(member(block, "data"))};
}

/// Reads the events of one streamed answer.
class AnthropicStream {
public:
    /// Takes one event and calls `deliver(Delta const&)` with what it adds; an event of an unknown kind is passed over.
    ///
    /// Throws: the error that an error event reports; ApiResponseValidationError for an event that is no JSON.
    template <class Deliver>
    void take(SseEvent const& event, HttpResponse const& head, ApiKey const& key,
              std::chrono::system_clock::time_point now, Deliver&& deliver) {
        told_ = false;
        if (finished_) return;
        answer_.raw.append(event.data).push_back('\n');
        auto const body = event_body(event, head, key, now);
        auto type = text_of(member(body, "type"));
        if (type.empty()) type = event.event;
        auto const block = text_of(member(member(body, "content_block"), "type")); // thinking that is not shown is here
        told_ = type == "content_block_delta" || block == "tool_use" || block == "redacted_thinking" ||
                says_something(member(member(body, "delta"), "stop_reason"));
        if (type == "message_start") {
            auto const& message = member(body, "message");
            answer_.id = text_of(member(message, "id"));
            answer_.model = text_of(member(message, "model"));
            add_usage(member(message, "usage"));
        } else if (type == "content_block_start") {
            start_block(body, deliver);
        } else if (type == "content_block_delta") {
            add_to_block(body, deliver);
        } else if (type == "message_delta") {
            if (auto reason = text_of(member(member(body, "delta"), "stop_reason")); !reason.empty())
                answer_.finish_reason = std::move(reason);
            add_usage(member(body, "usage"));
        } else if (type == "message_stop") {
            end(deliver);
        }
    }

    /// The end of the stream, with its last word or without: what is still open is settled.
    template <class Deliver>
    void end(Deliver&& deliver) {
        if (finished_) return;
        finished_ = true;
        for (std::size_t at = 0; at < thoughts_.size(); ++at) add_thought(at, thoughts_[at].rest(), deliver);
        for (std::size_t at = 0; at < inputs_.size(); ++at) settle(at, deliver);
        add_text(text_.rest(), deliver);
    }

    /// Returns: whether the stream has said that it is at its end.
    bool finished() const noexcept { return finished_; }

    /// Returns: whether the last event told something of the answer, also what is not delivered, such as citations.
    bool told() const noexcept { return told_; }

    /// What has arrived so far.
    ChatResponse& answer() noexcept { return answer_; }

private:
    /// What an open block is, and where it stands among those of its kind. Calls of the provider's own tools are
    /// nobody's here, and neither are the pieces of their input.
    struct Block {
        enum class Kind { call, thought, others };
        Kind kind;
        std::size_t at;
    };

    void add_usage(Json const& told) {
        add_anthropic_usage(answer_.usage, told);
        if (auto tier = text_of(member(told, "service_tier")); !tier.empty()) answer_.service_tier = std::move(tier);
    }

    template <class Deliver>
    void start_block(Json const& event, Deliver& deliver) {
        auto const& block = member(event, "content_block");
        if (Json const& text = member(block, "text"); text.is_string())
            add_text(text_.take(text.get_ref<std::string const&>()), deliver);
        add_citations(answer_.citations, member(block, "citations"));
        auto const index = index_of(event);
        blocks_.erase(index);
        auto const type = text_of(member(block, "type"));
        if (type == "thinking" || type == "redacted_thinking") {
            blocks_.insert_or_assign(index, Block{Block::Kind::thought, answer_.reasoning.size()});
            auto thought = reasoning_of(block);
            auto const begun = std::exchange(thought.text, {});
            answer_.reasoning.push_back(std::move(thought));
            add_thought(answer_.reasoning.size() - 1, thoughts_.emplace_back().take(begun), deliver);
        }
        if (type != "tool_use") {
            if (type.ends_with("_tool_use")) blocks_.insert_or_assign(index, Block{Block::Kind::others, 0});
            return;
        }
        blocks_.insert_or_assign(index, Block{Block::Kind::call, answer_.tool_calls.size()});
        auto const& call = answer_.tool_calls.emplace_back(
            ToolCall{.id = text_of(member(block, "id")), .name = text_of(member(block, "name"))});
        // A provider begins with an empty object and sends pieces; a compatible server may send all of it here.
        pieces_.emplace_back();
        inputs_.push_back(object_of(arguments_of(member(block, "input"))));
        deliver(Delta{.tool_call = answer_.tool_calls.size() - 1, .tool_id = call.id, .tool_name = call.name});
    }

    template <class Deliver>
    void add_to_block(Json const& event, Deliver& deliver) {
        auto const& delta = member(event, "delta");
        if (Json const& text = member(delta, "text"); text.is_string())
            add_text(text_.take(text.get_ref<std::string const&>()), deliver);
        if (auto const& citation = member(delta, "citation"); citation.is_object())
            answer_.citations.push_back(citation_of(citation));
        auto const thinking = text_of(member(delta, "thinking"));
        auto const signature = text_of(member(delta, "signature"));
        if (!thinking.empty() || !signature.empty()) {
            auto const at = place_of(event, Block::Kind::thought, answer_.reasoning.size());
            if (at == answer_.reasoning.size()) { // thoughts of a server that opens no blocks
                answer_.reasoning.emplace_back();
                thoughts_.emplace_back();
            }
            add_thought(at, thoughts_[at].take(thinking), deliver);
            answer_.reasoning[at].signature += signature;
        }
        auto const piece = arguments_of(member(delta, "partial_json"));
        auto const block = blocks_.find(index_of(event));
        bool const is_others = block != blocks_.end() && block->second.kind == Block::Kind::others;
        if (piece.empty() || inputs_.empty() || is_others) return;
        add_arguments(place_of(event, Block::Kind::call, inputs_.size()), piece, deliver);
    }

    /// Returns: where the event's block is among `count` of its kind. A piece for none of them, by its number, is the
    /// newest one's, before it is nobody's.
    std::size_t place_of(Json const& event, Block::Kind kind, std::size_t count) const {
        auto const found = blocks_.find(index_of(event));
        bool const known = found != blocks_.end() && found->second.kind == kind;
        return known ? found->second.at : count - std::min(count, std::size_t{1});
    }

    /// A call without pieces has what its block began with, which may be an empty object.
    template <class Deliver>
    void settle(std::size_t at, Deliver& deliver) {
        answer_.tool_calls[at].arguments += pieces_[at].rest();
        if (!answer_.tool_calls[at].arguments.empty()) return;
        if (inputs_[at] == "{}") answer_.tool_calls[at].arguments = "{}";
        else add_arguments(at, inputs_[at], deliver);
    }

    template <class Deliver>
    void add_arguments(std::size_t at, std::string_view piece, Deliver& deliver) {
        auto const whole = pieces_[at].take(piece);
        answer_.tool_calls[at].arguments += whole;
        if (!whole.empty()) deliver(Delta{.tool_call = at, .tool_arguments = whole});
    }

    template <class Deliver>
    void add_thought(std::size_t at, std::string const& text, Deliver& deliver) {
        answer_.reasoning[at].text += text;
        if (!text.empty()) deliver(Delta{.reasoning = text});
    }

    template <class Deliver>
    void add_text(std::string const& text, Deliver& deliver) {
        answer_.content += text;
        if (!text.empty()) deliver(Delta{.text = text});
    }

    /// Returns: the number of the event's block; -1 for a server that sends none.
    static std::int64_t index_of(Json const& event) {
        auto const& index = member(event, "index");
        return index.is_number_unsigned() ? count_of(index) : -1;
    }

    ChatResponse answer_ = {};
    /// The open blocks by their number; and what each call's block began with, for want of pieces.
    std::unordered_map<std::int64_t, Block> blocks_ = {};
    std::vector<std::string> inputs_ = {};
    /// The halves of characters in the text, in the input of each call, and in each thought.
    TextPieces text_ = {};
    std::vector<TextPieces> pieces_ = {};
    std::vector<TextPieces> thoughts_ = {};
    bool finished_ = false;
    bool told_ = false;
};

} // namespace grit::inline GRIT_ABI::llm::detail
