// SPDX-License-Identifier: BSL-1.0
#pragma once
// What is said to a model, and by whom; the tools that it may call, and its calls of them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <grit/llm/chat/part.hpp>

namespace grit::inline GRIT_ABI::llm {

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
    /// Whether the provider holds the model to the schema.
    std::optional<bool> strict = {};
    /// What is kept ends with this tool.
    Cache cache = Cache::none;
};

/// A call of a tool that the model asks for.
struct ToolCall {
    std::string id = {};
    std::string name = {};
    /// The arguments: the text of a JSON object, as the model wrote it.
    std::string arguments = {};

    friend bool operator==(ToolCall const&, ToolCall const&) = default;
};

/// What a model thought before it spoke. A provider that signs it wants it back unchanged in the next turn.
struct Reasoning {
    std::string text = {};
    /// By what Anthropic knows that the text is its own; empty from other servers.
    std::string signature = {};
    /// A thought that is not shown: what stands for it.
    std::string redacted = {};
    /// What stands for a thought of OpenAI's responses, and the name that it has there.
    std::string encrypted = {};
    std::string id = {};

    friend bool operator==(Reasoning const&, Reasoning const&) = default;
};

/// One turn of a conversation; texts are UTF-8.
struct Message {
    Role role = Role::user;
    std::string content = {};
    /// What the assistant asked for in this turn.
    std::vector<ToolCall> tool_calls = {};
    /// Which call this is the answer of: `ToolCall::id`; for Role::tool.
    std::string tool_call_id = {};
    /// What comes after `content`: images, files, audio, more text.
    std::vector<Part> parts = {};
    /// What the assistant thought before it said this.
    std::vector<Reasoning> reasoning = {};
    /// Why the assistant said nothing, in its own words.
    std::string refusal = {};
    /// The tool failed, and `content` says how; for Role::tool. A provider that has no word for it gets the content.
    bool is_error = false;
    /// What is kept ends with this message.
    Cache cache = Cache::none;
};

} // namespace grit::inline GRIT_ABI::llm
