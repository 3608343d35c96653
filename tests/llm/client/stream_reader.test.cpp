// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/client/stream_reader.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <grit/llm/dialect/anthropic.hpp>
#include <grit/llm/dialect/any.hpp>
#include <grit/llm/dialect/openai.hpp>
#include <grit/llm/error/category.hpp>
#include <grit/llm/error/status_error.hpp>

#include "support/catch.hpp"
#include "support/provider.hpp"

using namespace grit::llm;
using detail::StreamReader;

namespace {

constexpr OpenAi openai;
HttpResponse const head{.status = 200, .headers = {{"x-request-id", "req_1"}}};

std::string joined(std::vector<std::string> const& events) {
    std::string all;
    for (auto const& event : events) all += event;
    return all;
}

std::string const whole = joined(fault::openai_events({"Hel", "lo"}));

/// Who reads, and what it was given.
struct Caller {
    Endpoint endpoint = {.key = ApiKey{"sk-0123456789"}};
    std::string said = {};
    int throws_at = -1;
    int calls = 0;
    CallLog log = {};
};

auto callback_of(Caller& it) {
    return [&it](std::string_view text) {
        if (it.calls++ == it.throws_at) throw std::runtime_error{"enough"};
        it.said += text;
    };
}

} // namespace

TEST_CASE("stream reader: a stream is read at every cut of its bytes") {
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
        CAPTURE(cut);
        Caller it;
        auto callback = callback_of(it);
        StreamReader reader{openai, it.endpoint, it.log, callback};
        auto const first = reader(head, std::string_view{whole}.substr(0, cut));
        auto const second = reader(head, std::string_view{whole}.substr(cut));
        CHECK((first == Reading::enough || second == Reading::enough));
        auto const answer = reader.finish(head);
        CHECK(answer.content == "Hello");
        CHECK(it.said == "Hello");
        CHECK(answer.request_id == "req_1");
    }
}

TEST_CASE("stream reader: only what holds something of the answer counts as a piece of it", "[R-715]") {
    auto const readings = []<class D>(D const& dialect, std::vector<std::string> const& pieces) {
        Caller it;
        auto callback = callback_of(it);
        StreamReader reader{dialect, it.endpoint, it.log, callback};
        std::string seen;
        for (auto const& piece : pieces) {
            auto const reading = reader(head, piece);
            seen += reading == Reading::more ? 'm' : reading == Reading::alive ? 'a' : 'e';
        }
        return seen;
    };
    auto const event = [](std::string const& data) { return "data: " + data + "\n\n"; };
    auto const choice = [&](std::string const& delta) { return event(R"({"choices":[{"delta":)" + delta + "}]}"); };
    // the role, two pieces, the finish reason, the usage, [DONE]
    CHECK(readings(openai, fault::openai_events({"Hel", "lo"})) == "ammmae");
    CHECK(readings(openai, {": ping\n\n", "event: ping\ndata: {}\n\n", choice(R"({"role":"assistant","content":""})"),
                            choice(R"({"content":null,"tool_calls":[]})"), event(R"({"choices":[]})"),
                            "data: {\"choices\": [{\"delta\": {\"con"}) == "aaaaaa");
    CHECK(readings(openai, {choice(R"({"reasoning_content":"let me see"})"),
                            choice(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f"}}]})"),
                            choice(R"({"refusal":"no"})")}) == "mmm");
    // message_start, content_block_start, ping, two pieces, content_block_stop, message_delta, message_stop
    CHECK(readings(Anthropic{}, fault::anthropic_events({"Hel", "lo"})) == "aaammame");
    CHECK(
        readings(
            Anthropic{},
            {event(R"({"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}})"),
             event(R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}})"),
             event(
                 R"({"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"x"}})"),
             event(
                 R"({"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"a","name":"f"}})")}) ==
        "ammm");
    CHECK(readings(AnyDialect{Provider::anthropic}, fault::anthropic_events({"Hel"})) == "aaamame");
}

TEST_CASE("stream reader: what comes after the end is passed over") {
    Caller it;
    auto callback = callback_of(it);
    StreamReader reader{openai, it.endpoint, it.log, callback};
    CHECK(reader(head, whole) == Reading::enough);
    CHECK(reader(head, "data: no JSON\n\n") == Reading::enough);
    CHECK(reader.finish(head).content == "Hello");
}

TEST_CASE("stream reader: what the callable throws is kept, and comes out unchanged at the end") {
    for (int const at : {0, 1}) {
        Caller it{.throws_at = at};
        auto callback = callback_of(it);
        StreamReader reader{openai, it.endpoint, it.log, callback};
        CHECK(reader(head, whole) == Reading::stop);
        try {
            reader.finish(head);
            FAIL("an answer");
        } catch (detail::CallbackFailure const& failure) {
            CHECK_THROWS_WITH(std::rethrow_exception(failure.thrown), "enough");
        }
    }
}

TEST_CASE("stream reader: an answer with its finish reason is whole, with or without the terminator", "[R-717]") {
    auto const read = []<class D>(D const& dialect, std::string const& bytes) {
        Caller it;
        auto callback = callback_of(it);
        StreamReader reader{dialect, it.endpoint, it.log, callback};
        reader(head, bytes);
        return reader.finish(head);
    };
    auto const call = [](std::string const& arguments, std::string const& reason) {
        return R"(data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":")" +
               arguments + R"("}}]},"finish_reason":)" + reason + "}]}\n\n";
    };
    auto const of_openai = fault::openai_events({"Hel", "lo"}); // the finish reason is in the fourth
    auto const of_anthropic = fault::anthropic_events({"Hel", "lo"});
    auto const up_to = [](std::vector<std::string> events, std::size_t count) {
        events.resize(count);
        return joined(events);
    };
    for (std::size_t count = 0; count < of_openai.size(); ++count) {
        CAPTURE(count);
        if (count < 4) CHECK_THROWS_AS(read(openai, up_to(of_openai, count)), ApiError);
        else CHECK(read(openai, up_to(of_openai, count)).content == "Hello");
    }
    CHECK(read(openai, up_to(of_openai, 5)).usage.total_tokens > 0);
    CHECK(read(openai, up_to(of_openai, 5) + "data: [DO").finish_reason == "stop");
    for (std::size_t count = 0; count < of_anthropic.size(); ++count) {
        CAPTURE(count);
        if (count + 1 < of_anthropic.size()) CHECK_THROWS_AS(read(Anthropic{}, up_to(of_anthropic, count)), ApiError);
        else CHECK(read(Anthropic{}, up_to(of_anthropic, count)).content == "Hello"); // its stop reason
    }
    CHECK(read(AnyDialect{Provider::anthropic}, up_to(of_anthropic, of_anthropic.size() - 1)).content == "Hello");
    // What a dialect keeps until the end is told at this end too.
    CHECK(read(openai, call("", R"("tool_calls")")).tool_calls.at(0).arguments == "{}");
    CHECK_THROWS_AS(read(openai, call("{}", "null")), ApiError);
}

TEST_CASE("stream reader: an event that makes no sense is an error that may pass, or is passed over and counted",
          "[R-718]") {
    auto const run = []<class D>(D const& dialect, std::vector<std::string> events, int allowed) {
        events.insert(events.begin() + 1, "data: {mal\n\n");
        events.insert(events.begin() + 2, "data: 7\n\n");
        Caller it{.endpoint = {.max_malformed_events = allowed}};
        it.log.begin("http://a", "m", {});
        auto callback = callback_of(it);
        StreamReader reader{dialect, it.endpoint, it.log, callback};
        reader(head, joined(events));
        try {
            auto const answer = reader.finish(head);
            CHECK(answer.content == "Hello");
            return it.log.records().back().malformed_events;
        } catch (ApiResponseValidationError const& error) {
            CHECK(is_retryable(error));
            return -1;
        }
    };
    for (auto const& [allowed, seen] : {std::pair{0, -1}, {1, -1}, {2, 2}, {9, 2}}) {
        CHECK(run(openai, fault::openai_events({"Hel", "lo"}), allowed) == seen);
        CHECK(run(Anthropic{}, fault::anthropic_events({"Hel", "lo"}), allowed) == seen);
    }
    // What the callable throws is its own, whatever it is.
    Caller it{.endpoint = {.max_malformed_events = 9}};
    auto callback = [](std::string_view) { throw ApiResponseValidationError{"mine", {}}; };
    StreamReader reader{openai, it.endpoint, it.log, callback};
    CHECK(reader(head, whole) == Reading::stop);
    CHECK_THROWS_AS(reader.finish(head), detail::CallbackFailure);
}

TEST_CASE("stream reader: who takes a restart gets the error as it is, and is told when it begins again", "[R-719]") {
    Endpoint const endpoint;
    std::string seen;
    struct Takes {
        std::string& seen;
        void operator()(std::string_view text) const { seen += text; }
        void operator()(Restart const& restart) const {
            seen += "|" + restart.broken.error_type + " of " + std::to_string(restart.broken.number) + " at " +
                    std::to_string(restart.attempt) + "|";
        }
    } takes{seen};
    CallLog log;
    auto const events = fault::openai_events({"Hel", "lo"});
    log.begin("http://a", "m", {});
    {
        StreamReader reader{openai, endpoint, log, takes};
        reader(head, events[0] + events[1]);
        CHECK_THROWS_AS(reader.finish(head), ApiConnectionError); // no StreamError
    }
    log.fail(ApiConnectionError{TransportFailure::partial_body, "x"});
    log.begin("http://a", "m", {}); // fails before its first piece
    log.fail(InternalServerError{{.status = 500}});
    log.begin("http://b", "m", {});
    {
        StreamReader reader{openai, endpoint, log, takes};
        reader(head, events[0]);
        CHECK(seen == "Hel"); // told when there is something to tell
        reader(head, whole);
        CHECK(reader.finish(head).content == "Hello");
    }
    CHECK(seen == "Hel|APIConnectionError of 1 at 3|Hello");
}

TEST_CASE("stream reader: without its end it is an error, of its own kind once something was delivered") {
    auto const events = fault::openai_events({"Hel", "lo"});
    Caller it;
    auto callback = callback_of(it);
    {
        StreamReader reader{openai, it.endpoint, it.log, callback};
        CHECK(reader(head, events[0]) == Reading::alive); // the role alone is nothing to deliver
        CHECK_THROWS_AS(reader.finish(head), ApiConnectionError);
    }
    StreamReader reader{openai, it.endpoint, it.log, callback};
    CHECK(reader(head, events[0] + events[1]) == Reading::more);
    try {
        reader.finish(head);
        FAIL("an answer");
    } catch (StreamError const& error) {
        CHECK(error.cause_type() == "APIConnectionError");
        CHECK(error.partial().content == "Hel");
        CHECK(error.partial().request_id == "req_1");
    }
}

TEST_CASE("stream reader: the last event counts without its empty line, unless it was cut") {
    std::string_view const ends[] = {"", "\n", "\r", "\r\n"};
    for (auto const end : ends) {
        Caller it;
        auto callback = callback_of(it);
        StreamReader reader{openai, it.endpoint, it.log, callback};
        CHECK(reader(head, whole.substr(0, whole.find("[DONE]") + 6) + std::string{end}) == Reading::more);
        CHECK(reader.finish(head).content == "Hello");
    }
    auto const events = fault::openai_events({"Hel", "lo"});
    auto const second = events[0] + events[1].substr(0, events[1].find("\n\n"));
    for (std::size_t cut = events[0].size(); cut <= second.size(); ++cut) {
        CAPTURE(cut);
        Caller it;
        auto callback = callback_of(it);
        StreamReader reader{openai, it.endpoint, it.log, callback};
        reader(head, std::string_view{second}.substr(0, cut));
        CHECK_THROWS_AS(reader.finish(head), ApiError);
        CHECK(it.said == (cut == second.size() ? "Hel" : ""));
    }
    Caller it{.throws_at = 0};
    auto callback = callback_of(it);
    StreamReader reader{openai, it.endpoint, it.log, callback};
    reader(head, second);
    CHECK_THROWS_AS(reader.finish(head), detail::CallbackFailure);
}

TEST_CASE("stream reader: keep-alives of any form change nothing") {
    auto const events = fault::openai_events({"Hel", "lo"});
    for (std::string_view const alive :
         {":\n\n", ": x\n", "\n\n", "data:\n\n", "data\n\n", "data: \n\n", "event: ping\n\n",
          "event: ping\ndata: x\n\n", "retry: 7\n\n", "id: 7\n\n", "\r\n:\r\n\r\n"}) {
        CAPTURE(alive);
        std::string stream{alive};
        for (auto const& event : events) stream.append(event).append(alive);
        Caller it;
        auto callback = callback_of(it);
        StreamReader reader{openai, it.endpoint, it.log, callback};
        reader(head, stream);
        CHECK(reader.finish(head).content == "Hello");
    }
}

TEST_CASE("stream reader: a stream that says nothing is no answer, and may be asked for again") {
    for (std::string_view const body :
         {"", "\r\n\n", ": ping\n\n", " \n: ping\n\n", "data: [DONE]\n\n",
          "data: {\"choices\": [{\"delta\": {\"role\": \"assistant\", \"content\": \"\"}}]}\n\ndata: [DONE]\n\n",
          "data: {\"choices\": [], \"usage\": {}}\n\ndata: [DONE]\n\n"}) {
        CAPTURE(body);
        Caller it;
        auto callback = callback_of(it);
        StreamReader reader{openai, it.endpoint, it.log, callback};
        reader(head, body);
        try {
            reader.finish(head);
            FAIL("an answer");
        } catch (ApiError const& error) {
            CHECK(is_retryable(error));
        }
    }
}

TEST_CASE("stream reader: an error that comes as a whole answer is the error that it names") {
    Caller it;
    auto callback = callback_of(it);
    StreamReader reader{openai, it.endpoint, it.log, callback};
    CHECK(reader(head, R"({"error": {"message": "slow", "code": "rate_limit_exceeded"}})") == Reading::alive);
    CHECK_THROWS_AS(reader.finish(head), RateLimitError);
}

TEST_CASE("stream reader: an event longer than allowed ends it") {
    Caller it{.endpoint = {.max_event_bytes = 100}};
    auto callback = callback_of(it);
    StreamReader reader{openai, it.endpoint, it.log, callback};
    CHECK(reader(head, "data: " + std::string(200, 'x')) == Reading::stop);
    try {
        reader.finish(head);
        FAIL("an answer");
    } catch (ApiConnectionError const& error) {
        CHECK(error.kind() == TransportFailure::too_large);
    }
}

TEST_CASE("stream reader: a body without an event shows its beginning, bounded and without the key") {
    Caller it;
    auto callback = callback_of(it);
    StreamReader reader{openai, it.endpoint, it.log, callback};
    CHECK(reader(head, "<html>sk-0123456789 ") == Reading::alive);
    for (int i = 0; i < 100; ++i) CHECK(reader(head, std::string(1000, 'y')) == Reading::alive);
    try {
        reader.finish(head);
        FAIL("an answer");
    } catch (ApiResponseValidationError const& error) {
        CHECK(error.body().starts_with("<html>[redacted] yyy"));
        CHECK(error.body().size() <= max_body_bytes + 3);
    }
}

TEST_CASE("stream reader: no part of a key stands where the beginning of a body was cut") {
    std::string const key = "sk-0123456789";
    for (std::size_t part = 1; part <= key.size(); ++part) {
        Caller it;
        auto callback = callback_of(it);
        StreamReader reader{openai, it.endpoint, it.log, callback};
        // The key is longer than what stands for it, so that the text is below the bound once more.
        static_cast<void>(reader(head, key + std::string(max_body_bytes - part - key.size(), 'y') + key));
        try {
            reader.finish(head);
            FAIL("an answer");
        } catch (ApiResponseValidationError const& error) {
            CAPTURE(part);
            CHECK(error.body().starts_with("[redacted]yyy"));
            CHECK(error.body().find("sk-") == std::string::npos);
            CHECK((error.body().ends_with("yyy") || error.body().ends_with("yyy[redacted]")));
        }
    }
}

TEST_CASE("stream reader: of several choices each needs its finish reason, where there is no terminator",
          "[R-717][R-737]") {
    auto const event = [](std::string const& choices) { return R"(data: {"choices": [)" + choices + "]}\n\n"; };
    std::string const both =
        event(R"({"index": 0, "delta": {"content": "a"}}, {"index": 1, "delta": {"content": "b"}})");
    std::string const first = event(R"({"index": 0, "delta": {}, "finish_reason": "stop"})");
    std::string const second = event(R"({"index": 1, "delta": {}, "finish_reason": "stop"})");
    {
        Caller it;
        auto callback = callback_of(it);
        StreamReader reader{openai, it.endpoint, it.log, callback};
        static_cast<void>(reader(head, both + first));
        CHECK_THROWS_AS(reader.finish(head), StreamError);
        CHECK(it.said == "a");
    }
    Caller it;
    auto callback = callback_of(it);
    StreamReader reader{openai, it.endpoint, it.log, callback};
    static_cast<void>(reader(head, both + first + second));
    auto const answer = reader.finish(head);
    CHECK(answer.content == "a");
    CHECK(answer.alternatives.at(0).content == "b");
}

TEST_CASE("stream reader: what is left of a broken stream shows the key in no text of it") {
    Caller it;
    std::string heard;
    auto callback = [&](Delta const& delta) { heard += std::string{delta.reasoning} + std::string{delta.refusal}; };
    StreamReader reader{openai, it.endpoint, it.log, callback};
    static_cast<void>(reader(
        head, "data: {\"choices\": [{\"delta\": {\"content\": \"sk-0123456789\", \"refusal\": \"sk-0123456789\", "
              "\"reasoning\": \"sk-0123456789\", \"annotations\": [{\"type\": \"url_citation\", \"url_citation\": "
              "{\"url\": \"http://h/?k=sk-0123456789\", \"title\": \"sk-0123456789\"}}], \"tool_calls\": [{\"id\": "
              "\"sk-0123456789\", \"function\": {\"name\": \"sk-0123456789\", \"arguments\": \"sk-0123456789\"}}]}, "
              "\"logprobs\": {\"content\": [{\"token\": \"sk-0\"}, {\"token\": \"123456789\"}]}}, {\"index\": 1, "
              "\"delta\": {\"content\": \"sk-0123456789\"}}]}\n\n"));
    try {
        reader.finish(head);
        FAIL("no error");
    } catch (StreamError const& error) {
        auto const& partial = error.partial();
        CHECK(partial.content == "[redacted]");
        CHECK(partial.refusal == "[redacted]");
        CHECK(partial.reasoning.at(0).text == "[redacted]");
        CHECK(partial.tool_calls.at(0) == ToolCall{"[redacted]", "[redacted]", "[redacted]"});
        CHECK(partial.citations.at(0).url == "http://h/?k=[redacted]");
        CHECK(partial.citations.at(0).title == "[redacted]");
        CHECK(partial.citations.at(0).json.find("sk-0123456789") == std::string::npos);
        CHECK(partial.logprobs.empty());
        CHECK(partial.alternatives.empty());
        CHECK(partial.raw.empty());
    }
    CHECK(heard == "sk-0123456789sk-0123456789");
}
