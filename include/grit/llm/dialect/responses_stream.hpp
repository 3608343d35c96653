// SPDX-License-Identifier: BSL-1.0
#pragma once
// How a streamed answer of OpenAI's responses is read: items in pieces, at their end, and at the end of all.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <grit/llm/chat/delta.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/dialect/json.hpp>
#include <grit/llm/dialect/json_value.hpp>
#include <grit/llm/dialect/responses_answer.hpp>
#include <grit/llm/dialect/text_pieces.hpp>
#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/response.hpp>
#include <grit/llm/http/sse.hpp>

namespace grit::inline GRIT_ABI::llm::detail {

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
            take_end(type, member(body, "response"), head, key, now, deliver);
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
    void take_end(std::string_view type, Json const& response, HttpResponse const& head, ApiKey const& key,
                  std::chrono::system_clock::time_point now, Deliver& deliver) {
        throw_if_failed(response, head, key, now, type);
        if (auto const& output = member(response, "output"); output.is_array())
            for (std::size_t i = 0; i < output.size(); ++i) // at last by their order
                finish(
                    place_named("#" + std::to_string(i), text_of(member(output[i], "id")), std::min(i, items_.size())),
                    output[i], deliver);
        if (auto const rest = thought_.rest(); !rest.empty()) add_thought(rest, deliver);
        if (answer_.reasoning.empty() && !thoughts_.empty()) answer_.reasoning.push_back({.text = thoughts_});
        if (auto const rest = text_.rest(); !rest.empty()) add_text(rest, deliver);
        if (auto const rest = refusal_.rest(); !rest.empty()) add_refusal(rest, deliver);
        for (std::size_t at = 0; at < arguments_.size(); ++at) {
            auto& arguments = answer_.tool_calls[at].arguments;
            arguments = object_of(arguments.append(arguments_[at].rest()));
        }
        end_response(answer_, response, type);
        // Nothing at all is no answer, which the reader tells by this.
        if (items_.empty() && status_of(response, type) != "incomplete") answer_.finish_reason.clear();
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

} // namespace grit::inline GRIT_ABI::llm::detail
