// SPDX-License-Identifier: BSL-1.0
#pragma once
// A streamed chat completion, as OpenAI and compatible servers send it.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <grit/llm/chat/delta.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/dialect/call_pieces.hpp>
#include <grit/llm/dialect/json.hpp>
#include <grit/llm/dialect/json_value.hpp>
#include <grit/llm/dialect/openai_answer.hpp>
#include <grit/llm/dialect/text_pieces.hpp>
#include <grit/llm/error/throw_status_error.hpp>
#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/response.hpp>
#include <grit/llm/http/sse.hpp>

namespace grit::inline GRIT_ABI::llm::detail {

/// A gateway reports what failed behind it in the choice, whose status is 200.
inline void throw_choice_error(Json const& choice, HttpResponse const& head, ApiKey const& key,
                               std::chrono::system_clock::time_point now) {
    if (says_something(member(choice, "error")) || member(choice, "finish_reason") == "error")
        throw_event_error(head, provider_error(choice, {}), key, now);
}

/// Returns: the number of a choice, which stands at `place` among others.
inline std::size_t index_of_choice(Json const& choice, std::size_t place) {
    auto const& index = member(choice, "index");
    bool const counts = index.is_number() && index.get<double>() >= 0; // some write 1.0
    return counts ? static_cast<std::size_t>(count_of(index)) : place;
}

/// Reads the events of one streamed answer.
class OpenAiStream {
public:
    /// Takes one event and calls `deliver(Delta const&)` with what it adds.
    ///
    /// Throws: the error that an error event reports; ApiResponseValidationError for an event that is no JSON.
    template <class Deliver>
    void take(SseEvent const& event, HttpResponse const& head, ApiKey const& key,
              std::chrono::system_clock::time_point now, Deliver&& deliver) {
        told_ = false;
        if (finished_) return;
        answer_.raw.append(event.data).push_back('\n');
        if (event.data.starts_with("[DONE]")) return end(deliver);
        auto const body = event_body(event, head, key, now);
        if (auto id = text_of(member(body, "id")); !id.empty()) answer_.id = std::move(id);
        if (auto model = text_of(member(body, "model")); !model.empty()) answer_.model = std::move(model);
        if (auto tier = text_of(member(body, "service_tier")); !tier.empty()) answer_.service_tier = std::move(tier);
        add_openai_usage(answer_.usage, member(body, "usage"));
        // Whoever sends addresses alone sends all of them again and again.
        if (auto const& cited = member(body, "citations"); cited.is_array() && !cited.empty()) {
            answer_.citations.clear();
            add_citations(answer_.citations, cited);
        }
        auto const& choices = member(body, "choices");
        if (!choices.is_array()) return;
        for (std::size_t i = 0; i < choices.size(); ++i) {
            throw_choice_error(choices[i], head, key, now);
            told_ = told_ || says_anything(choices[i]);
            with_choice(index_of_choice(choices[i], i),
                        [&](auto& answer, Assembly& assembly) { take_choice(answer, assembly, choices[i], deliver); });
        }
    }

    /// The end of the stream, with its last word or without: halves stay alone, and the choices come into their order.
    template <class Deliver>
    void end(Deliver&& deliver) {
        if (finished_) return;
        finished_ = true;
        for (std::size_t i = 0; i < assemblies_.size(); ++i)
            with_choice(assemblies_[i].index, [&](auto& answer, Assembly& assembly) {
                SaidTexts const rest{assembly.content.rest(), assembly.reasoning.rest(), assembly.refusal.rest()};
                add(answer, assembly.index, rest, deliver);
                assembly.calls.end(answer.tool_calls);
            });
        auto& others = answer_.alternatives;
        std::ranges::sort(others, {}, &Choice::index);
        if (others.empty() || others.front().index > assemblies_.front().index) return;
        // The first that came is not the lowest.
        auto first = others.front();
        others.erase(others.begin());
        Choice came{.index = assemblies_.front().index,
                    .content = std::exchange(answer_.content, std::move(first.content)),
                    .tool_calls = std::exchange(answer_.tool_calls, std::move(first.tool_calls)),
                    .finish_reason = std::exchange(answer_.finish_reason, std::move(first.finish_reason)),
                    .refusal = std::exchange(answer_.refusal, std::move(first.refusal)),
                    .reasoning = std::exchange(answer_.reasoning, std::move(first.reasoning)),
                    .citations = std::exchange(answer_.citations, std::move(first.citations)),
                    .logprobs = std::exchange(answer_.logprobs, std::move(first.logprobs))};
        others.insert(std::ranges::upper_bound(others, came.index, {}, &Choice::index), std::move(came));
    }

    /// Returns: whether the stream has said that it is at its end.
    bool finished() const noexcept { return finished_; }

    /// Returns: whether the last event told something of the answer, also what is not delivered, such as citations.
    bool told() const noexcept { return told_; }

    /// What has arrived so far.
    ChatResponse& answer() noexcept { return answer_; }

private:
    /// What is needed to put one choice together.
    struct Assembly {
        std::size_t index = 0;
        /// The halves of characters in each text.
        TextPieces content = {};
        TextPieces reasoning = {};
        TextPieces refusal = {};
        CallPieces calls = {};
    };

    /// Calls `f` with the choice of that number and its assembly: the answer for the first that came, one of its
    /// alternatives for all others.
    template <class F>
    void with_choice(std::size_t index, F&& f) {
        auto const [found, is_new] = places_.try_emplace(index, assemblies_.size());
        if (is_new) {
            assemblies_.push_back({.index = index});
            if (found->second > 0) answer_.alternatives.push_back({.index = index});
        }
        auto const place = found->second;
        if (place == 0) f(answer_, assemblies_[0]);
        else f(answer_.alternatives[place - 1], assemblies_[place]);
    }

    /// A role alone says nothing.
    static bool says_anything(Json const& choice) {
        return !says_nothing(member(choice, "delta")) || says_something(member(choice, "finish_reason"));
    }

    template <class Answer, class Deliver>
    void take_choice(Answer& answer, Assembly& assembly, Json const& choice, Deliver& deliver) {
        if (auto reason = text_of(member(choice, "finish_reason")); !reason.empty())
            answer.finish_reason = std::move(reason);
        auto const& delta = member(choice, "delta");
        auto const said = said_by(delta);
        add(answer, assembly.index,
            {assembly.content.take(said.content), assembly.reasoning.take(said.reasoning),
             assembly.refusal.take(said.refusal)},
            deliver);
        auto const deliver_call = [&](Delta piece) {
            piece.choice = assembly.index;
            deliver(std::as_const(piece));
        };
        assembly.calls.take(answer.tool_calls, member(delta, "tool_calls"), deliver_call);
        if (auto const old = old_call(delta); !old.is_null())
            assembly.calls.take_one(answer.tool_calls, old, std::nullopt, deliver_call);
        add_citations(answer.citations, member(delta, "annotations"));
        add_logprobs(answer.logprobs, member(member(choice, "logprobs"), "content"));
    }

    template <class Answer, class Deliver>
    static void add(Answer& answer, std::size_t index, SaidTexts const& said, Deliver& deliver) {
        if (!said.reasoning.empty()) {
            if (answer.reasoning.empty()) answer.reasoning.emplace_back();
            answer.reasoning.back().text += said.reasoning;
            deliver(Delta{.reasoning = said.reasoning, .choice = index});
        }
        answer.content += said.content;
        if (!said.content.empty()) deliver(Delta{.text = said.content, .choice = index});
        answer.refusal += said.refusal;
        if (!said.refusal.empty()) deliver(Delta{.refusal = said.refusal, .choice = index});
    }

    ChatResponse answer_ = {};
    /// In the order in which the choices came, and where each stands by its number.
    std::vector<Assembly> assemblies_ = {};
    std::unordered_map<std::size_t, std::size_t> places_ = {};
    bool finished_ = false;
    bool told_ = false;
};

} // namespace grit::inline GRIT_ABI::llm::detail
