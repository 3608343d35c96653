// SPDX-License-Identifier: BSL-1.0
#pragma once
// Endpoints as the variables of the environment name them that the official SDKs read, and Azure's.

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include <grit/llm/chat/endpoint.hpp>
#include <grit/llm/dialect/provider.hpp>
#include <grit/llm/error/api_error.hpp>
#include <grit/llm/http/address.hpp>
#include <grit/llm/http/api_key.hpp>

namespace grit::inline GRIT_ABI::llm {

/// Returns: the endpoint of a deployment at Azure, for the dialects of OpenAI: `resource` is such as
/// "https://name.openai.azure.com". Without a version it is the form that needs none, and the model is the deployment's
/// name.
inline Endpoint azure_endpoint(std::string_view resource, ApiKey key, std::string deployment,
                               std::string_view api_version = {}) {
    while (resource.ends_with('/')) resource.remove_suffix(1);
    std::string base{resource};
    if (!base.ends_with("/openai/v1") && api_version.empty()) base += "/openai/v1";
    if (!api_version.empty())
        base.append("/openai/deployments/").append(deployment).append("?api-version=").append(api_version);
    return {
        .base_url = std::move(base), .key = std::move(key), .model = std::move(deployment), .key_header = "api-key"};
}

namespace detail {

enum class Vendor { unknown, openai, anthropic, azure };

/// Returns: whose host an address names, among those whose keys are told apart.
constexpr Vendor vendor_of(std::string_view base_url) {
    std::string host;
    for (char const c : parse_address(base_url).host())
        host.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c);
    if (host.ends_with('.')) host.pop_back();
    auto const within = [&](std::string_view domain) {
        return host == domain || (host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.');
    };
    if (within("openai.com")) return Vendor::openai;
    if (within("anthropic.com")) return Vendor::anthropic;
    if (within("azure.com") || within("azure-api.net")) return Vendor::azure;
    return Vendor::unknown;
}

/// Throws: InvalidRequestError if the address is that of another vendor than the key's.
inline void check_vendor(Vendor own, std::string const& base_url, std::string const& address_variable,
                         std::string const& key_variable) {
    auto const host = vendor_of(base_url);
    if (host != Vendor::unknown && host != own)
        throw InvalidRequestError{"grit: " + address_variable + " is an address of another vendor than " +
                                  key_variable + ", which is not sent there"};
}

inline Endpoint azure_from(auto const& get, std::string const& resource) {
    check_vendor(Vendor::azure, resource, "AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY");
    return azure_endpoint(resource, ApiKey{get("AZURE_OPENAI_API_KEY")}, get("AZURE_OPENAI_DEPLOYMENT"),
                          get("OPENAI_API_VERSION"));
}

} // namespace detail

/// Returns: the endpoint that the environment names. `get(name)` is the value of a variable, or null.
///
/// OpenAI: OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_ORG_ID, OPENAI_PROJECT_ID; without the first two, Azure's
/// AZURE_OPENAI_ENDPOINT, AZURE_OPENAI_API_KEY, AZURE_OPENAI_DEPLOYMENT, OPENAI_API_VERSION. Anthropic:
/// ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL, which its SDKs write without `/v1`. An empty variable counts as none. Throws:
/// InvalidRequestError where a key would go to a host of another vendor; std::invalid_argument for a key that is none.
template <class Get>
Endpoint endpoint_from_environment(Provider provider, Get const& getter) {
    auto const get = [&](char const* name) {
        char const* const value = getter(name);
        return std::string{value == nullptr ? "" : value};
    };
    if (provider == Provider::anthropic) {
        auto base = get("ANTHROPIC_BASE_URL");
        detail::check_vendor(detail::Vendor::anthropic, base, "ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY");
        while (base.ends_with('/')) base.pop_back();
        if (!base.empty() && !base.ends_with("/v1") && base.find('?') == base.npos) base += "/v1";
        return {.base_url = std::move(base), .key = ApiKey{get("ANTHROPIC_API_KEY")}};
    }
    auto base = get("OPENAI_BASE_URL");
    if (detail::vendor_of(base) == detail::Vendor::azure) {
        Endpoint endpoint{.base_url = base, .key = ApiKey{get("AZURE_OPENAI_API_KEY")}, .key_header = "api-key"};
        if (endpoint.key.empty() && !get("OPENAI_API_KEY").empty())
            detail::check_vendor(detail::Vendor::openai, base, "OPENAI_BASE_URL", "OPENAI_API_KEY");
        return endpoint;
    }
    if (base.empty() && get("OPENAI_API_KEY").empty())
        if (auto const resource = get("AZURE_OPENAI_ENDPOINT"); !resource.empty())
            return detail::azure_from(get, resource);
    detail::check_vendor(detail::Vendor::openai, base, "OPENAI_BASE_URL", "OPENAI_API_KEY");
    return {.base_url = std::move(base),
            .key = ApiKey{get("OPENAI_API_KEY")},
            .organization = get("OPENAI_ORG_ID"),
            .project = get("OPENAI_PROJECT_ID")};
}

/// Returns: the same, of the environment of this process.
inline Endpoint endpoint_from_environment(Provider provider) {
    return endpoint_from_environment(provider, [](char const* name) -> char const* { return std::getenv(name); });
}

} // namespace grit::inline GRIT_ABI::llm
