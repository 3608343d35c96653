// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/dialect/responses_stream.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <grit/llm/client/client.hpp>
#include <grit/llm/dialect/openai_responses.hpp>
#include <grit/llm/transport/scripted.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;

namespace {

/// What a stream of these events brought.
struct Read {
    std::string text = {}, refusal = {}, reasoning = {}, calls = {};
    ChatResponse answer = {};
    bool finished = false;
};

Read read(std::vector<std::string> const& events) {
    Read all;
    OpenAiResponses::Stream stream;
    for (auto const& event : events)
        stream.take({.event = "", .data = event}, {.status = 200}, ApiKey{"sk-0123456789"},
                    std::chrono::system_clock::time_point{1696004797s}, [&](Delta const& delta) {
                        all.text += delta.text;
                        all.refusal += delta.refusal;
                        all.reasoning += delta.reasoning;
                        if (!delta.tool_call) return;
                        all.calls += std::to_string(*delta.tool_call) + std::string{delta.tool_id};
                        all.calls += "/" + std::string{delta.tool_name} + std::string{delta.tool_arguments} + " ";
                    });
    all.answer = stream.answer();
    all.finished = stream.finished();
    return all;
}

std::string event(std::string const& type, std::string const& members) {
    return R"({"type": "response.)" + type + "\"" + (members.empty() ? "" : ", ") + members + "}";
}

std::string const created = event("created", R"("response": {"id": "resp_1", "model": "gpt-5", "status": "queued"})");
std::string const reasoning_item = R"({"type": "reasoning", "id": "rs_1", "summary": [{"text": "Hm."}],
    "encrypted_content": "gAAAA"})";
std::string const message_item = R"({"type": "message", "id": "msg_1", "content": [{"type": "output_text",
    "text": "Hello", "annotations": [{"type": "url_citation", "url": "u"}]}]})";
std::string const call_item = R"({"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "look",
    "arguments": "{\"at\":1}"})";

std::string completed(std::string const& output, std::string const& more = R"(, "status": "completed")") {
    return event("completed", R"("response": {"id": "resp_1", "output": [)" + output + R"(], "usage":
        {"input_tokens": 9, "output_tokens": 12, "output_tokens_details": {"reasoning_tokens": 5}})" +
                                  more + "}");
}

std::vector<std::string> whole_stream() {
    return {created,
            event("output_item.added", R"("output_index": 0, "item": {"type": "reasoning", "id": "rs_1"})"),
            event("reasoning_summary_text.delta", R"("output_index": 0, "item_id": "rs_1", "delta": "Hm.")"),
            event("output_item.done", R"("output_index": 0, "item": )" + reasoning_item),
            event("output_item.added", R"("output_index": 1, "item": {"type": "message", "id": "msg_1"})"),
            event("output_text.delta", R"("output_index": 1, "item_id": "msg_1", "delta": "Hel")"),
            event("output_text.delta", R"("output_index": 1, "item_id": "msg_1", "delta": "lo")"),
            event("output_text.done", R"("output_index": 1, "text": "Hello")"),
            event("output_item.done", R"("output_index": 1, "item": )" + message_item),
            event("output_item.added", R"("output_index": 2, "item": {"type": "function_call", "id": "fc_1",
                "call_id": "call_1", "name": "look", "arguments": ""})"),
            event("function_call_arguments.delta", R"("output_index": 2, "item_id": "fc_1", "delta": "{\"at\"")"),
            event("function_call_arguments.delta", R"("output_index": 2, "item_id": "fc_1", "delta": ":1}")"),
            event("function_call_arguments.done", R"("output_index": 2, "arguments": "{\"at\":1}")"),
            event("output_item.done", R"("output_index": 2, "item": )" + call_item),
            completed(reasoning_item + "," + message_item + "," + call_item)};
}

void check_whole(Read const& got) {
    CHECK(got.finished);
    CHECK(got.text == "Hello");
    CHECK(got.reasoning == "Hm.");
    CHECK(got.answer.content == "Hello");
    CHECK(got.answer.reasoning == std::vector<Reasoning>{{.text = "Hm.", .encrypted = "gAAAA", .id = "rs_1"}});
    CHECK(got.answer.tool_calls == std::vector<ToolCall>{{"call_1", "look", R"({"at":1})"}});
    CHECK(got.answer.citations.size() == 1);
    CHECK(got.answer.finish_reason == "tool_calls");
    CHECK(got.answer.usage.prompt_tokens == 9);
    CHECK(got.answer.usage.total_tokens == 21);
    CHECK(got.answer.usage.reasoning_tokens == 5);
}

/// The same events without those of these kinds, or without a member.
std::vector<std::string> without(std::vector<std::string> const& events, std::vector<std::string_view> const& kinds,
                                 std::vector<char const*> const& members = {}) {
    std::vector<std::string> left;
    for (auto const& text : events) {
        auto body = json::parse(text);
        auto const type = body.at("type").get<std::string>();
        bool const dropped = std::ranges::any_of(kinds, [&](auto kind) { return type.find(kind) != type.npos; });
        for (auto const* const name : members) body.erase(name);
        if (!dropped) left.push_back(body.dump());
    }
    return left;
}

} // namespace

TEST_CASE("the events of a response become its answer", "[R-752]") {
    auto const got = read(whole_stream());
    check_whole(got);
    CHECK(got.calls == R"(0call_1/look 0/{"at" 0/:1} )");
    CHECK(got.answer.id == "resp_1");
    CHECK(got.answer.model == "gpt-5");
    CHECK_THAT(got.answer.raw, ContainsSubstring("response.created") && ContainsSubstring("response.completed"));
}

TEST_CASE("each item is taken once, whichever of its three forms comes", "[R-752]") {
    auto const all = whole_stream();
    check_whole(read(without(all, {"delta"})));
    check_whole(read(without(all, {"delta", ".done"})));
    check_whole(read(without(all, {"output_item.added", "delta", ".done"})));
    check_whole(read(without(all, {"output_item.done", "output_item.added"}, {})));
    check_whole(read(without(all, {}, {"output_index"})));
    check_whole(read(without(all, {}, {"item_id"})));
    check_whole(read(without(all, {"output_item.added"})));
}

TEST_CASE("a gateway that names an item anew in every event changes nothing", "[R-752]") {
    std::vector<std::string> events;
    int number = 0;
    for (auto const& text : whole_stream()) {
        auto body = json::parse(text);
        if (body.contains("item_id")) body["item_id"] = "new" + std::to_string(++number);
        if (body.contains("item") && body["item"]["type"] != "reasoning")
            body["item"]["id"] = "new" + std::to_string(++number);
        events.push_back(body.dump());
    }
    check_whole(read(events));
}

TEST_CASE("calls whose pieces come in turn are not mixed", "[R-752]") {
    auto const added = [](int index, std::string const& name) {
        return event("output_item.added", R"("output_index": )" + std::to_string(index) +
                                              R"(, "item": {"type": "function_call", "call_id": ")" + name +
                                              R"(", "name": ")" + name + "\"}");
    };
    auto const piece = [](int index, std::string const& text) {
        return event("function_call_arguments.delta",
                     R"("output_index": )" + std::to_string(index) + R"(, "delta": )" + json(text).dump());
    };
    auto const got = read({added(0, "a"), added(1, "b"), piece(0, "{\"x\""), piece(1, "{\"y\""), piece(0, ":1}"),
                           piece(1, ":2}"), added(2, "c"), completed("")});
    CHECK(got.answer.tool_calls ==
          std::vector<ToolCall>{{"a", "a", R"({"x":1})"}, {"b", "b", R"({"y":2})"}, {"c", "c", "{}"}});
}

TEST_CASE("a refusal comes in pieces too", "[R-752]") {
    auto const got = read({event("refusal.delta", R"("output_index": 0, "delta": "No")"),
                           event("refusal.delta", R"("output_index": 0, "delta": ".")"), completed("")});
    CHECK(got.refusal == "No.");
    CHECK(got.answer.refusal == "No.");
    CHECK(got.text.empty());
}

TEST_CASE("halves of a character in two pieces are joined", "[R-752]") {
    auto const got = read({event("output_text.delta", R"("output_index": 0, "delta": "a\ud83d")"),
                           event("output_text.delta", R"("output_index": 0, "delta": "\ude00")"), completed("")});
    CHECK(got.text == "a\xF0\x9F\x98\x80");
    // One that stays alone is told, wherever it stands.
    auto const alone = read({event("refusal.delta", R"("output_index": 0, "delta": "n\ud83d")"),
                             event("reasoning_text.delta", R"("output_index": 1, "delta": "t\ud83d")"),
                             event("completed", R"("response": {"status": "completed"})")});
    CHECK(alone.refusal == "n\xef\xbf\xbd");
    CHECK(alone.answer.refusal == "n\xef\xbf\xbd");
    CHECK(alone.reasoning == "t\xef\xbf\xbd");
    CHECK(alone.answer.reasoning.at(0).text == "t\xef\xbf\xbd");
}

TEST_CASE("a stream of responses ends by its own last event alone", "[R-754]") {
    auto events = whole_stream();
    events.pop_back();
    CHECK_FALSE(read(events).finished);
    events.push_back("[DONE]");
    CHECK_FALSE(read(events).finished);
    auto const cut = read({event("output_text.delta", R"("output_index": 0, "delta": "a")"),
                           event("incomplete", R"("response": {"status": "incomplete",
                           "incomplete_details": {"reason": "max_output_tokens"}})")});
    CHECK(cut.finished);
    CHECK(cut.answer.finish_reason == "max_output_tokens");
}

TEST_CASE("only an event that tells something of the answer counts as a piece of it", "[R-754]") {
    OpenAiResponses::Stream stream;
    auto const told = [&](std::string const& data) {
        stream.take({.data = data}, {.status = 200}, {}, {}, [](Delta const&) {});
        return stream.told();
    };
    CHECK_FALSE(told(created));
    CHECK_FALSE(told(event("output_item.added", R"("output_index": 0, "item": {"type": "reasoning"})")));
    CHECK(told(event("output_item.done", R"("output_index": 0, "item": )" + reasoning_item)));
    CHECK_FALSE(told(event("in_progress", "")));
    CHECK(told(event("code_interpreter_call_code.delta", R"("output_index": 1, "delta": "x")")));
    CHECK_FALSE(told(""));
    CHECK(told(event("output_text.delta", R"("output_index": 2, "delta": "x")")));
    CHECK_FALSE(told("[DONE]"));
}

TEST_CASE("an event of a response reports the error that it names", "[R-754]") {
    CHECK_THROWS_AS(read({created, event("failed", R"("response": {"status": "failed", "error":
        {"code": "rate_limit_exceeded", "message": "m"}})")}),
                    RateLimitError);
    CHECK_THROWS_AS(read({created, event("failed", R"("response": {"status": "failed"})")}), InternalServerError);
    // A server that says it by the event alone.
    auto const piece = event("output_text.delta", R"("output_index": 0, "delta": "a")");
    CHECK_THROWS_AS(read({piece, event("failed", R"("response": {"error": {"code": "rate_limit_exceeded"}})")}),
                    RateLimitError);
    CHECK_THROWS_AS(read({piece, event("cancelled", R"("response": {"id": "resp_1"})")}), InternalServerError);
    auto const cut = read({piece, event("incomplete", R"("response": {"id": "resp_1"})")}).answer;
    CHECK(completeness(cut) == Completeness::cut);
    CHECK(read({event("incomplete", "")}).answer.finish_reason == "incomplete");
    CHECK(completeness(read({piece, event("completed", R"("response": {})")}).answer) == Completeness::whole);
    // Without a member `error`.
    CHECK_THROWS_AS(read({R"({"type": "error", "code": "server_error", "message": "m", "sequence_number": 1})"}),
                    InternalServerError);
    CHECK_THROWS_AS(read({R"({"type": "error", "error": {"code": "invalid_prompt", "message": "m"}})"}),
                    BadRequestError);
    CHECK_THROWS_AS(read({"no JSON"}), ApiResponseValidationError);
}

TEST_CASE("a client streams responses, and one that breaks off is no answer", "[R-754]") {
    auto const framed = [](std::vector<std::string> const& events) {
        std::vector<std::string> pieces;
        for (auto const& text : events)
            pieces.push_back("event: " + json::parse(text).at("type").get<std::string>() +
                             "\ndata: " + json::parse(text).dump() + "\n\n");
        return pieces;
    };
    auto const all = framed(whole_stream());
    ScriptedTransport transport{{ScriptedStep::stream({all.begin(), all.begin() + 3}), ScriptedStep::stream(all)}};
    grit::ManualTime time;
    Client client{std::ref(transport),
                  {.base_url = "http://h/v1"},
                  OpenAiResponses{},
                  CompletionRetrying{}.with(grit::Time{time})};
    std::string text;
    auto const take = [&](std::string_view piece) { text += piece; };
    // No text had come: it is asked for again.
    CHECK(client.stream({.model = "m"}, take).content == "Hello");
    CHECK(text == "Hello");
    CHECK(transport.requests().size() == 2);
    CHECK(transport.requests()[1].url == "http://h/v1/responses");

    // Nothing at all is no answer either.
    ScriptedTransport nothing{{ScriptedStep::stream(framed({completed("")}))}};
    Client third{std::ref(nothing), {.base_url = "http://h/v1"}, OpenAiResponses{}, Once{}};
    CHECK_THROWS_AS(third.stream({.model = "m"}, take), ApiConnectionError);

    ScriptedTransport cut{{ScriptedStep::stream({all.begin(), all.begin() + 7})}};
    Client other{std::ref(cut), {.base_url = "http://h/v1"}, OpenAiResponses{}, Once{}};
    CHECK_THROWS_AS(other.stream({.model = "m"}, take), StreamError);
}
