// SPDX-License-Identifier: BSL-1.0
#pragma once
// What is said to a model, and by whom.

#include <string>
#include <string_view>

namespace grit::llm {

/// Who speaks in a message.
enum class Role { system, developer, user, assistant };

/// Returns: the name of `role` on the wire, such as "user".
constexpr std::string_view to_string(Role role) noexcept {
    switch (role) {
    case Role::system: return "system";
    case Role::developer: return "developer";
    case Role::user: return "user";
    case Role::assistant: break;
    }
    return "assistant";
}

/// One turn of a conversation; `content` is UTF-8.
struct Message {
    Role role = Role::user;
    std::string content = {};
};

} // namespace grit::llm
