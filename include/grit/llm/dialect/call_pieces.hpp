// SPDX-License-Identifier: BSL-1.0
#pragma once
// Tool calls that come in pieces, whatever numbers, ids and names a server gives them.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <grit/llm/chat/delta.hpp>
#include <grit/llm/chat/message.hpp>
#include <grit/llm/dialect/json_value.hpp>
#include <grit/llm/dialect/text_pieces.hpp>

namespace grit::inline GRIT_ABI::llm::detail {

/// Puts the calls of one choice together. The calls live with the answer.
class CallPieces {
public:
    /// Adds what a delta's `tool_calls` say and calls `deliver(Delta const&)` for each piece.
    template <class Deliver>
    void take(std::vector<ToolCall>& calls, Json const& told, Deliver&& deliver) {
        if (!told.is_array()) return;
        for (std::size_t i = 0; i < told.size(); ++i) // the place counts where nothing else does
            take_one(calls, told[i], told.size() > 1 ? std::optional{static_cast<std::int64_t>(i)} : std::nullopt,
                     deliver);
    }

    /// Adds a piece of one call. `place` is where it stands among others; empty where it stands alone.
    template <class Deliver>
    void take_one(std::vector<ToolCall>& calls, Json const& told, std::optional<std::int64_t> place,
                  Deliver&& deliver) {
        bool const alone = !place;
        if (auto const& index = member(told, "index"); index.is_number_unsigned()) place = count_of(index);
        auto const& function = member(told, "function");
        auto const id = text_of(member(told, "id"));
        auto const name = text_of(member(function, "name"));
        auto arguments = arguments_of(member(function, "arguments"));
        if (id.empty() && name.empty() && arguments.empty()) return;
        auto const at = call_of(calls, place, alone, id, name, arguments);
        if (at == calls.size()) {
            calls.emplace_back();
            ends_.emplace_back();
            pieces_.emplace_back();
        }
        arguments = pieces_[at].take(arguments);
        last_ = at;
        auto& known = calls[at];
        if (place) by_index_[*place] = at;
        if (known.id.empty() && !id.empty()) known.id = id;
        if (!id.empty()) by_id_[id] = at;
        // Some servers send the name with every piece, whole or as far as it is known.
        auto said = std::string_view{name};
        if (said.starts_with(known.name)) said.remove_prefix(known.name.size());
        if (!known.arguments.empty() && !known.name.empty()) said = {};
        known.name += said;
        known.arguments += arguments;
        ends_[at].feed(arguments);
        deliver(Delta{.tool_call = at, .tool_id = id, .tool_name = said, .tool_arguments = arguments});
    }

    /// The end: halves of characters stay alone, and no arguments are an empty object.
    void end(std::vector<ToolCall>& calls) {
        for (std::size_t at = 0; at < pieces_.size(); ++at)
            calls[at].arguments = object_of(calls[at].arguments.append(pieces_[at].rest()));
    }

private:
    /// Returns: the call that a piece belongs to; one more than there are for a new one.
    ///
    /// Servers send no index, null, or 0 for all, an id in the first piece or in each, a new id with each: no single
    /// member tells. The id comes first, then the index, then the order.
    std::size_t call_of(std::vector<ToolCall> const& calls, std::optional<std::int64_t> place, bool alone,
                        std::string const& id, std::string const& name, std::string const& arguments) const {
        if (calls.empty()) return 0;
        auto const by_index = place ? by_index_.find(*place) : by_index_.end();
        bool const placed = by_index != by_index_.end();
        auto const at = placed ? by_index->second : last_;
        auto const& known = calls[at];
        bool const over = ends_[at].whole();
        if (auto const same = by_id_.find(id); !id.empty() && same != by_id_.end()) {
            // The same id at another place, begun by its name: a server that gives all calls one id.
            bool const another = place && !placed && !name.empty() && ends_[same->second].whole();
            return another ? calls.size() : placed && known.id == id ? at : same->second;
        }
        // Whatever the numbers are: a whole object is not followed by the beginning of another.
        bool const begins = arguments.empty() || arguments.front() == '{';
        bool const renamed = !name.empty() && !name.starts_with(known.name);
        if (place && !placed && (!id.empty() || !name.empty() || over)) return calls.size();
        if (!id.empty()) {
            if (known.id.empty()) return renamed || (over && begins && !name.empty()) ? calls.size() : at;
            return !name.empty() || (over && !arguments.empty() && begins) || !placed ? calls.size() : at;
        }
        // A name in pieces comes before the arguments, one piece at a time.
        if (renamed) return alone && known.arguments.empty() && arguments.empty() ? at : calls.size();
        return !name.empty() && !known.name.empty() && over && begins ? calls.size() : at;
    }

    /// Of each call, whether its arguments are whole, and the halves of characters in them; and where the last call
    /// with an id or an index is.
    std::vector<ObjectEnd> ends_ = {};
    std::vector<TextPieces> pieces_ = {};
    std::unordered_map<std::string, std::size_t> by_id_ = {};
    std::unordered_map<std::int64_t, std::size_t> by_index_ = {};
    std::size_t last_ = 0;
};

} // namespace grit::inline GRIT_ABI::llm::detail
