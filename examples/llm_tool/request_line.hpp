// SPDX-License-Identifier: BSL-1.0
#pragma once
// One line of input as what is to be asked of a model.

#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include <grit/llm/chat/message.hpp>
#include <grit/llm/chat/request.hpp>
#include <grit/llm/http/timeouts.hpp>

#include "usage.hpp"

namespace llm_tool {

/// JSON as a user wrote it.
struct ParsedLine {
    nlohmann::json value = {};
    /// What is wrong with it, if it could be read nevertheless.
    std::string problem = {};
};

/// Reads one line of JSON. Throws: UsageError for what is no JSON, or nested deeper than any request is.
inline ParsedLine parse_line(std::string text) {
    // Printing and copying recurse: no deep value must come to be. And a number that no double holds would make the
    // parser give up, so that the line's id were lost.
    constexpr int max_depth = 64;
    ParsedLine parsed;
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (quoted) {
            if (c == '\\') ++i;
            else quoted = c != '"';
        } else if (c == '"') {
            quoted = true;
        } else if (c == '[' || c == '{') {
            if (++depth > max_depth)
                throw UsageError{"it is nested deeper than " + std::to_string(max_depth) + " levels"};
        } else if (c == ']' || c == '}') {
            --depth;
        } else if (c >= '0' && c <= '9') {
            auto const end = text.find_first_not_of("0123456789.eE+-", i);
            auto const number = text.substr(i, end == text.npos ? end : end - i);
            if (std::isinf(std::strtod(number.c_str(), nullptr))) {
                parsed.problem = "the number " + number.substr(0, 40) + " is out of range";
                text.replace(i, number.size(), "0");
            } else {
                i += number.size() - 1;
            }
        }
    }
    try {
        parsed.value = nlohmann::json::parse(text);
    } catch (nlohmann::json::exception const& error) {
        throw UsageError{std::string{"it is not JSON: "} + error.what()};
    }
    return parsed;
}

/// What is to be asked, and how.
struct Asked {
    grit::llm::ChatRequest request = {};
    std::optional<int> max_attempts = {};
    bool stream = false;
};

inline grit::llm::Role role_named(std::string const& name) {
    using grit::llm::Role;
    for (auto const role : {Role::system, Role::developer, Role::user, Role::assistant, Role::tool})
        if (to_string(role) == name) return role;
    throw UsageError{"there is no role '" + name + "'"};
}

/// Returns: a content that is text, or an array of parts that are.
inline std::string text_of_content(nlohmann::json const& content) {
    if (!content.is_array()) return content.get<std::string>();
    std::string text;
    for (auto const& part : content) {
        auto const type = part.at("type").get<std::string>();
        if (type != "text") throw UsageError{"a part of a content must be of type 'text', not '" + type + "'"};
        for (auto const& [name, value] : part.items())
            if (name != "type" && name != "text") throw UsageError{"a part of a content has no member '" + name + "'"};
        text += part.at("text").get<std::string>();
    }
    return text;
}

inline grit::llm::Message read_message(nlohmann::json const& given) {
    if (!given.is_object()) throw UsageError{"a message must be a JSON object"};
    for (auto const& [name, value] : given.items())
        if (name != "role" && name != "content") throw UsageError{"a message has no member '" + name + "'"};
    return {role_named(given.at("role").get<std::string>()), text_of_content(given.at("content"))};
}

/// Returns: `base` with what the line says; `timeouts` are those that hold where it names only some. Throws:
/// UsageError.
inline Asked read_request(ParsedLine const& line, Asked base, grit::llm::Timeouts const& timeouts) {
    auto& request = base.request;
    auto const limits = [&]() -> grit::llm::Timeouts& {
        if (!request.timeouts) request.timeouts = timeouts;
        return *request.timeouts;
    };
    auto const read = [&](std::string const& name, nlohmann::json const& value) {
        if (name == "prompt") request.messages.push_back({grit::llm::Role::user, value.get<std::string>()});
        else if (name == "messages") {
            if (!value.is_array() || value.empty()) throw UsageError{"messages must be an array of at least one"};
            for (auto const& message : value) request.messages.push_back(read_message(message));
        } else if (name == "model") request.model = value.get<std::string>();
        else if (name == "system") request.system = text_of_content(value);
        else if (name == "max_tokens") request.max_tokens = whole_number(value);
        else if (name == "temperature") request.temperature = value.get<double>();
        else if (name == "deadline") request.deadline = parse_duration(value);
        else if (name == "connect_timeout") limits().connect = parse_duration(value);
        else if (name == "first_token_timeout") limit_first_token(limits(), parse_duration(value));
        else if (name == "idle_timeout") limits().idle = parse_duration(value);
        else if (name == "max_attempts") base.max_attempts = whole_number(value);
        else if (name == "stream") base.stream = value.get<bool>();
        else if (name != "id") throw UsageError{"there is no member '" + name + "'"};
    };
    if (!line.value.is_object()) throw UsageError{"a request must be a JSON object"};
    if (!line.problem.empty()) throw UsageError{line.problem};
    for (auto const& [name, value] : line.value.items()) {
        try {
            read(name, value);
        } catch (nlohmann::json::exception const& error) {
            throw UsageError{"the member '" + name + "' is not as it must be: " + error.what()};
        }
    }
    if (line.value.contains("prompt") == line.value.contains("messages"))
        throw UsageError{"a request has either a prompt or messages"};
    if (base.max_attempts && (*base.max_attempts < 1 || *base.max_attempts > 1000))
        throw UsageError{"max_attempts must be in 1 to 1000"};
    return base;
}

} // namespace llm_tool
