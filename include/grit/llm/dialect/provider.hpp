// SPDX-License-Identifier: BSL-1.0
#pragma once
// The protocols by their names, for programs whose user chooses one.

#include <optional>
#include <string_view>

#include <grit/version.hpp>

namespace grit::inline GRIT_ABI::llm {

/// Whose words are spoken; OpenAI has two protocols.
enum class Provider { openai, anthropic, openai_responses };

/// Returns: the name of `provider`, as `provider_named` takes it.
constexpr std::string_view to_string(Provider provider) noexcept {
    switch (provider) {
    case Provider::anthropic: return "anthropic";
    case Provider::openai_responses: return "openai-responses";
    case Provider::openai: break;
    }
    return "openai";
}

/// Returns: where requests go if the endpoint does not say.
constexpr std::string_view default_base_url(Provider provider) noexcept {
    return provider == Provider::anthropic ? "https://api.anthropic.com/v1" : "https://api.openai.com/v1";
}

/// Returns: the provider of that name, if there is one.
constexpr std::optional<Provider> provider_named(std::string_view name) noexcept {
    for (auto const provider : {Provider::openai, Provider::anthropic, Provider::openai_responses})
        if (name == to_string(provider)) return provider;
    return std::nullopt;
}

} // namespace grit::inline GRIT_ABI::llm
