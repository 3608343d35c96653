// SPDX-License-Identifier: BSL-1.0
#pragma once
// How an answer of OpenAI's responses is read: the items of its output, whole or as events.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
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
#include <grit/llm/error/throw_status_error.hpp>
#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/response.hpp>
#include <grit/llm/http/sse.hpp>

namespace grit::llm::detail {

/// Returns: the texts of a list of parts, one after the other, those of a type if one is named.
inline std::string joined_texts(Json const& parts, char const* name, std::string_view between = {}) {
    std::string text;
    if (!parts.is_array()) return text;
    for (auto const& part : parts) {
        auto const piece = whole_text(text_of(member(part, name)));
        if (!text.empty() && !piece.empty()) text += between;
        text += piece;
    }
    return text;
}

/// Returns: what a model thought, of an item of reasoning: the summary, or from an open model all of it.
inline Reasoning reasoning_of_item(Json const& item) {
    auto text = joined_texts(member(item, "summary"), "text", "\n\n");
    if (text.empty()) text = joined_texts(member(item, "content"), "text", "\n\n");
    return {.text = std::move(text),
            .encrypted = text_of(member(item, "encrypted_content")),
            .id = text_of(member(item, "id"))};
}

/// Adds what the parts of a message say beside their text.
inline void add_annotations(ChatResponse& answer, Json const& parts) {
    if (!parts.is_array()) return;
    for (auto const& part : parts) {
        add_citations(answer.citations, member(part, "annotations"));
        add_logprobs(answer.logprobs, member(part, "logprobs"));
    }
}

/// Returns: a call of a tool without its arguments.
inline ToolCall call_of_item(Json const& item) {
    auto id = text_of(member(item, "call_id"));
    if (id.empty()) id = text_of(member(item, "id"));
    return {.id = std::move(id), .name = text_of(member(item, "name"))};
}

/// Adds one item of the output of a whole answer; one of an unknown kind stays in `raw` alone.
inline void add_response_item(ChatResponse& answer, Json const& item) {
    auto const type = text_of(member(item, "type"));
    if (type == "message") {
        auto const& parts = member(item, "content");
        answer.content += joined_texts(parts, "text");
        answer.refusal += joined_texts(parts, "refusal");
        add_annotations(answer, parts);
    } else if (type == "function_call") {
        auto call = call_of_item(item);
        call.arguments = object_of(arguments_of(member(item, "arguments")));
        answer.tool_calls.push_back(std::move(call));
    } else if (type == "reasoning") {
        answer.reasoning.push_back(reasoning_of_item(item));
    }
}

/// Throws the error that a response names, if it has failed.
inline void throw_if_failed(Json const& body, HttpResponse const& head, ApiKey const& key,
                            std::chrono::system_clock::time_point now) {
    auto const status = text_of(member(body, "status"));
    if (status != "failed" && status != "cancelled") return;
    auto error = provider_error(member(body, "error"), {});
    if (error.message.empty()) error.message = "the response has the status " + status;
    if (error.type.empty() && error.code.empty()) error.type = "server_error";
    throw_event_error(head, error, key, now);
}

/// Adds what a response says of itself, once its items are known.
inline void end_response(ChatResponse& answer, Json const& body) {
    auto const status = text_of(member(body, "status"));
    if (auto id = text_of(member(body, "id")); !id.empty()) answer.id = std::move(id);
    if (auto model = text_of(member(body, "model")); !model.empty()) answer.model = std::move(model);
    answer.service_tier = text_of(member(body, "service_tier"));
    auto const& usage = member(body, "usage");
    add_usage(answer.usage, usage, "input_tokens", "output_tokens");
    answer.usage.cached_tokens = count_of(member(member(usage, "input_tokens_details"), "cached_tokens"));
    answer.usage.reasoning_tokens = count_of(member(member(usage, "output_tokens_details"), "reasoning_tokens"));
    answer.finish_reason = text_of(member(member(body, "incomplete_details"), "reason"));
    if (answer.finish_reason.empty() && status != "incomplete" && !answer.tool_calls.empty())
        answer.finish_reason = "tool_calls";
    if (answer.finish_reason.empty()) answer.finish_reason = status.empty() ? "completed" : status;
}

/// Reads the events of one streamed answer.
///
/// Each item is told of three times: in pieces, at its end, and at the end of the answer. Servers leave out any two of
/// them; what comes first counts.
class ResponsesStream {
public:
    /// Takes one event and calls `deliver(Delta const&)` with what it adds; an event of an unknown kind is passed over.
    ///
    /// Throws: the error that an event reports; ApiResponseValidationError for an event that is no JSON.
    template <class Deliver>
    void take(SseEvent const& event, HttpResponse const& head, ApiKey const& key,
              std::chrono::system_clock::time_point now, Deliver&& deliver) {
        told_ = false;
        if (finished_ || event.data.starts_with("[DONE]")) return; // which a gateway adds
        auto const body = event_body(event, head, key, now);
        auto type = std::string_view{event.event};
        auto const own_type = text_of(member(body, "type"));
        if (!own_type.empty()) type = own_type;
        if (type.starts_with("response.")) type.remove_prefix(9);
        told_ = type.ends_with(".delta") || type == "output_item.done";
        answer_.raw.append(event.data).append("\n");
        if (type == "completed" || type == "incomplete" || type == "failed" || type == "cancelled") {
            take_end(member(body, "response"), head, key, now, deliver);
        } else if (type == "created" || type == "in_progress") {
            auto const& response = member(body, "response");
            if (auto id = text_of(member(response, "id")); !id.empty()) answer_.id = std::move(id);
            if (auto model = text_of(member(response, "model")); !model.empty()) answer_.model = std::move(model);
        } else if (type == "output_item.added") {
            auto const& item = member(body, "item");
            auto const at = place_of(body, item);
            if (text_of(member(item, "type")) == "function_call") begin_call(items_[at], item, deliver);
        } else if (type == "output_item.done") {
            auto const& item = member(body, "item");
            finish(place_of(body, item), item, deliver);
        } else if (type == "function_call_arguments.done") {
            auto& item = items_[place_of(body, body)];
            if (item.call && pieces_of(*item.call).empty())
                add_arguments(*item.call, arguments_of(member(body, "arguments")), deliver);
        } else {
            add_piece(type, body, deliver);
        }
    }

    /// Returns: whether the stream has said that it is at its end.
    bool finished() const noexcept { return finished_; }

    /// Returns: whether the last event told something of the answer, also what is not delivered, such as the code that
    /// a tool of the provider runs.
    bool told() const noexcept { return told_; }

    /// What has arrived so far.
    ChatResponse& answer() noexcept { return answer_; }

private:
    /// What is known of an item of the output.
    struct Item {
        std::optional<std::size_t> call = {};
        bool in_pieces = false;
        bool done = false;
    };

    /// Returns: where the item is that an event belongs to; a new one if it is not known. The index comes first,
    /// because gateways change the names from event to event.
    std::size_t place_of(Json const& event, Json const& item) {
        auto const& index = member(event, "output_index");
        auto id = text_of(member(event, "item_id"));
        if (id.empty()) id = text_of(member(item, "id"));
        auto const number = index.is_number_unsigned() ? "#" + index.dump() : std::string{};
        if (id.empty() && number.empty() && !items_.empty()) return items_.size() - 1;
        return place_named(number, id, items_.size());
    }

    /// Returns: the place of a name that is known, or else this one, which then has both names.
    std::size_t place_named(std::string const& number, std::string const& id, std::size_t place) {
        for (auto const* const name : {&id, &number}) // what stands last counts
            if (auto const known = places_.find(*name); known != places_.end()) place = known->second;
        for (auto const* const name : {&id, &number})
            if (!name->empty()) places_.try_emplace(*name, place);
        if (place == items_.size()) items_.emplace_back();
        return place;
    }

    template <class Deliver>
    void add_piece(std::string_view type, Json const& body, Deliver& deliver) {
        if (!type.ends_with(".delta")) return;
        auto const piece = arguments_of(member(body, "delta"));
        if (piece.empty()) return;
        auto& item = items_[place_of(body, body)];
        if (type == "output_text.delta") add_text(piece, deliver);
        else if (type == "refusal.delta") add_refusal(piece, deliver);
        else if (type == "reasoning_summary_text.delta" || type == "reasoning_text.delta") add_thought(piece, deliver);
        else if (type == "function_call_arguments.delta") {
            if (!item.call) begin_call(item, Json::object(), deliver);
            add_arguments(*item.call, piece, deliver);
        } else return;
        item.in_pieces = true;
    }

    template <class Deliver>
    void begin_call(Item& item, Json const& said, Deliver& deliver) {
        auto call = call_of_item(said);
        if (!item.call) {
            item.call = answer_.tool_calls.size();
            answer_.tool_calls.emplace_back();
            arguments_.emplace_back();
        }
        auto& known = answer_.tool_calls[*item.call];
        bool const news = known.name.empty() && !(call.id + call.name).empty();
        if (known.id.empty()) known.id = std::move(call.id);
        if (known.name.empty()) known.name = std::move(call.name);
        if (news) deliver(Delta{.tool_call = item.call, .tool_id = known.id, .tool_name = known.name});
    }

    /// Takes all of an item, of which pieces may have come.
    template <class Deliver>
    void finish(std::size_t at, Json const& said, Deliver& deliver) {
        auto& item = items_[at];
        if (std::exchange(item.done, true)) return;
        auto const type = text_of(member(said, "type"));
        if (type == "message") {
            auto const& parts = member(said, "content");
            if (!item.in_pieces) {
                if (auto const text = joined_texts(parts, "text"); !text.empty()) add_text(text, deliver);
                if (auto const text = joined_texts(parts, "refusal"); !text.empty()) add_refusal(text, deliver);
            }
            add_annotations(answer_, parts);
        } else if (type == "function_call") {
            begin_call(item, said, deliver);
            if (pieces_of(*item.call).empty())
                add_arguments(*item.call, arguments_of(member(said, "arguments")), deliver);
        } else if (type == "reasoning") {
            answer_.reasoning.push_back(reasoning_of_item(said));
            auto const& text = answer_.reasoning.back().text;
            if (!item.in_pieces && !text.empty()) deliver(Delta{.reasoning = text});
        }
    }

    template <class Deliver>
    void take_end(Json const& response, HttpResponse const& head, ApiKey const& key,
                  std::chrono::system_clock::time_point now, Deliver& deliver) {
        throw_if_failed(response, head, key, now);
        if (auto const& output = member(response, "output"); output.is_array())
            for (std::size_t i = 0; i < output.size(); ++i) // at last by their order
                finish(
                    place_named("#" + std::to_string(i), text_of(member(output[i], "id")), std::min(i, items_.size())),
                    output[i], deliver);
        if (answer_.reasoning.empty() && !thoughts_.empty()) answer_.reasoning.push_back({.text = thoughts_});
        if (auto const rest = text_.rest(); !rest.empty()) add_text(rest, deliver);
        for (std::size_t at = 0; at < arguments_.size(); ++at) {
            auto& arguments = answer_.tool_calls[at].arguments;
            arguments = object_of(arguments.append(arguments_[at].rest()));
        }
        end_response(answer_, response);
        // Nothing at all is no answer, which the reader tells by this.
        if (items_.empty() && text_of(member(response, "status")) != "incomplete") answer_.finish_reason.clear();
        finished_ = true;
    }

    std::string const& pieces_of(std::size_t call) const { return answer_.tool_calls[call].arguments; }

    template <class Deliver>
    void add_text(std::string_view piece, Deliver& deliver) {
        auto const text = text_.take(piece);
        answer_.content += text;
        if (!text.empty()) deliver(Delta{.text = text});
    }
    template <class Deliver>
    void add_refusal(std::string_view piece, Deliver& deliver) {
        auto const text = refusal_.take(piece);
        answer_.refusal += text;
        if (!text.empty()) deliver(Delta{.refusal = text});
    }
    template <class Deliver>
    void add_thought(std::string_view piece, Deliver& deliver) {
        auto const text = thought_.take(piece);
        thoughts_ += text;
        if (!text.empty()) deliver(Delta{.reasoning = text});
    }
    template <class Deliver>
    void add_arguments(std::size_t call, std::string_view piece, Deliver& deliver) {
        auto const text = arguments_[call].take(piece);
        answer_.tool_calls[call].arguments += text;
        if (!text.empty()) deliver(Delta{.tool_call = call, .tool_arguments = text});
    }

    ChatResponse answer_ = {};
    std::vector<Item> items_ = {};
    std::unordered_map<std::string, std::size_t> places_ = {};
    /// What the model thought, for want of an item that brings all of it.
    std::string thoughts_ = {};
    /// The halves of characters in each text.
    TextPieces text_ = {};
    TextPieces refusal_ = {};
    TextPieces thought_ = {};
    std::vector<TextPieces> arguments_ = {};
    bool finished_ = false;
    bool told_ = false;
};

} // namespace grit::llm::detail
