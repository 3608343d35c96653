// SPDX-License-Identifier: BSL-1.0
#pragma once
// What is said to a model, and by whom; the tools that it may call, and its calls of them.

#include <string>
#include <string_view>
#include <vector>

namespace grit::llm {

/// Who speaks in a message. `tool` is the answer of a tool that the model called.
enum class Role { system, developer, user, assistant, tool };

/// Returns: the name of `role` on OpenAI's wire, such as "user".
constexpr std::string_view to_string(Role role) noexcept {
    switch (role) {
    case Role::system: return "system";
    case Role::developer: return "developer";
    case Role::user: return "user";
    case Role::tool: return "tool";
    case Role::assistant: break;
    }
    return "assistant";
}

/// A tool that the model may call.
struct Tool {
    std::string name = {};
    std::string description = {};
    /// The JSON schema of its arguments, as text.
    std::string parameters = R"({"type": "object"})";
};

/// A call of a tool that the model asks for.
struct ToolCall {
    std::string id = {};
    std::string name = {};
    /// The arguments: the text of a JSON object, as the model wrote it.
    std::string arguments = {};

    friend bool operator==(ToolCall const&, ToolCall const&) = default;
};

/// One turn of a conversation; texts are UTF-8.
struct Message {
    Role role = Role::user;
    std::string content = {};
    /// What the assistant asked for in this turn.
    std::vector<ToolCall> tool_calls = {};
    /// Which call this is the answer of: `ToolCall::id`; for Role::tool.
    std::string tool_call_id = {};
};

} // namespace grit::llm
