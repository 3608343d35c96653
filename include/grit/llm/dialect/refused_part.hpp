// SPDX-License-Identifier: BSL-1.0
#pragma once
// The sentence for a part of a message that a provider cannot take.

#include <string>
#include <string_view>

#include <grit/llm/chat/message.hpp>
#include <grit/llm/chat/part.hpp>
#include <grit/llm/error/api_error.hpp>

namespace grit::inline GRIT_ABI::llm::detail {

/// Throws: InvalidRequestError, which names the provider and the part.
[[noreturn]] inline void throw_refused_part(char const* provider, Part const& part, Role role) {
    std::string what{to_string(part.kind)};
    if (!part.url.empty()) what += " with a url";
    else if (!part.file_id.empty()) what += " with a file_id";
    else if (part.data.empty()) what += " with nothing in it";
    else if (part.media_type.empty()) what += " without a media_type";
    else what += " of the type " + part.media_type;
    throw InvalidRequestError{std::string{"grit: "} + provider + " take no " + what + " in a message of the role " +
                              std::string{to_string(role)}};
}

} // namespace grit::inline GRIT_ABI::llm::detail
