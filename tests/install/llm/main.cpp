// SPDX-License-Identifier: BSL-1.0
// A consumer of grit::llm: exits with 0 if a message keeps its text.

#include <grit/llm.hpp>

int main() {
    grit::llm::Message const message{.role = grit::llm::Role::user, .content = "Hello"};
    return message.content == "Hello" ? 0 : 1;
}
