// SPDX-License-Identifier: BSL-1.0
#pragma once
// Where requests go, with which key, and how long one attempt may take.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <grit/core/text.hpp>
#include <grit/llm/http/address.hpp>
#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/headers.hpp>
#include <grit/llm/http/timeouts.hpp>

namespace grit::inline GRIT_ABI::llm {

/// One account at one provider.
struct Endpoint {
    /// What precedes the dialect's own path; empty: the dialect's own provider. A slash at its end is ignored, a query
    /// comes behind the path, the address of a whole endpoint is understood. A name and a password in it are sent by
    /// basic authentication and shown nowhere.
    std::string base_url = {};
    ApiKey key = {};
    /// The limits of every attempt; `ChatRequest::timeout` replaces one of them.
    Timeouts timeouts = {};
    /// Fields of every request; each replaces the one of the same name.
    Headers headers = {};
    /// OpenAI-Organization and OpenAI-Project, where the account has more than one.
    std::string organization = {};
    std::string project = {};
    /// The time for everything, all attempts and the waits between them; `ChatRequest::deadline` replaces it.
    std::optional<std::chrono::milliseconds> deadline = {};
    /// The model that is asked where a request names none.
    std::string model = {};
    /// What the server calls the limit of an answer's tokens. Empty: "max_completion_tokens" for OpenAI's own servers
    /// and models, which refuse the old name, and "max_tokens" for all others, some of which pass over the new one.
    std::string max_tokens_name = {};
    /// The longest event of a stream that is read. Units: bytes.
    std::size_t max_event_bytes = std::size_t{1} << 20U;
    /// How many events of one stream may make no sense; they are passed over, and `AttemptRecord::malformed_events`
    /// counts them. One more is an error of the attempt.
    int max_malformed_events = 0;
    /// The field that carries the key alone, such as Azure's "api-key"; empty: the dialect's own.
    std::string key_header = {};
};

namespace detail {

/// Throws: std::invalid_argument if `text` is no address that a request could be sent to.
inline void check_address(std::string_view text) {
    auto const refuse = [](bool wrong, char const* why) {
        if (wrong) throw std::invalid_argument{std::string{"grit: 'Endpoint::base_url' is no address, because "} + why};
    };
    auto const address = parse_address(text);
    auto const begins = [&](std::string_view scheme) {
        return std::ranges::equal(address.scheme, scheme, {}, [](char c) { return static_cast<char>(c | 0x20); });
    };
    auto const port = address.authority.substr(address.host().size());
    bool const behind = address.path.find('@') != text.npos || address.query.find('@') != text.npos;
    auto const blank = [](char c) { return c == ' ' || grit::detail::is_control(c); };
    refuse((!begins("http://") && !begins("https://")) || address.host().empty(),
           "it does not begin with http:// or https:// and a host; write such as \"https://host/v1\" instead");
    // A password that ends too early would be looked up as a host, and be asked for as a path.
    refuse(port.find_first_not_of(":0123456789") != port.npos || (behind && !address.user_info.empty()),
           "its port is no number, or an @ stands behind its host; write a / ? # or @ of a password as %2F %3F %23 or "
           "%40 instead");
    for (auto const part : {address.authority, address.path, address.query})
        refuse(std::ranges::any_of(part, blank),
               "it has a space or a control character; take out the line end, or write %20 instead of a space");
}

/// Returns: the endpoint, whose key hides the secrets of the address too.
///
/// Throws: std::invalid_argument, which shows no value, for what no request could carry.
inline Endpoint checked(Endpoint endpoint) {
    if (!endpoint.base_url.empty()) check_address(endpoint.base_url);
    auto const check_value = [](std::string const& value, char const* name) {
        if (!Headers::is_valid("name", value))
            throw std::invalid_argument{std::string{"grit: 'Endpoint::"} + name +
                                        "' cannot be sent, because it has a control character; take out the line end"};
    };
    check_value(endpoint.organization, "organization");
    check_value(endpoint.project, "project");
    if (!endpoint.key_header.empty() && !Headers::is_valid(endpoint.key_header, ""))
        throw std::invalid_argument{"grit: 'Endpoint::key_header' is no name of a field, because it has a space, a "
                                    "colon or the like; write the name alone, such as \"api-key\""};
    for (auto& secret : secrets_of(parse_address(endpoint.base_url))) endpoint.key.hide(std::move(secret));
    return endpoint;
}

} // namespace detail

} // namespace grit::inline GRIT_ABI::llm
