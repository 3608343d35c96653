// SPDX-License-Identifier: BSL-1.0
#pragma once
// From what libcurl says of an exchange without a whole answer to the error that the caller gets.

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>

#include <curl/curl.h>

#include <grit/adapter/curl.hpp>
#include <grit/llm/error/connection_error.hpp>
#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/request.hpp>
#include <grit/llm/http/transport_failure.hpp>

namespace grit::inline GRIT_ABI::llm {

/// Returns: what a result of libcurl means. `os_error` is the errno of the connection attempt, 0 if it is not known.
constexpr TransportFailure transport_failure(CURLcode code, long os_error) noexcept {
    switch (curl::cause(code)) {
    case curl::Cause::address: return TransportFailure::invalid_request;
    case curl::Cause::resolve: return TransportFailure::dns_temporary;
    case curl::Cause::connect:
        return os_error == ECONNREFUSED ? TransportFailure::refused : TransportFailure::unreachable;
    case curl::Cause::timeout: return TransportFailure::connect_timeout; // the only limit that libcurl keeps for us
    case curl::Cause::tls_handshake: return TransportFailure::tls_handshake;
    case curl::Cause::tls_verify: return TransportFailure::tls_verify;
    case curl::Cause::tls_setup: return TransportFailure::tls_setup;
    case curl::Cause::broken: return TransportFailure::reset;
    case curl::Cause::early_end: return TransportFailure::early_end;
    case curl::Cause::partial: return TransportFailure::partial_body;
    case curl::Cause::protocol: return TransportFailure::protocol;
    case curl::Cause::too_large: return TransportFailure::too_large;
    case curl::Cause::other: break;
    }
    return TransportFailure::unknown;
}

namespace detail {

/// Throws the error of an exchange that ended with `kind`; `detail` is what else is known.
[[noreturn]] inline void fail_exchange(HttpRequest const& request, TransportFailure kind, std::string_view detail) {
    std::string shown{detail};
    // It quotes the address of a proxy that it cannot use, with the password.
    if (auto const at = shown.rfind('@'); at != shown.npos) {
        auto const scheme = shown.find("://");
        auto const begin = scheme < at ? scheme + 3 : std::min(shown.find('\'') + 1, at);
        shown.erase(begin, at + 1 - begin);
    }
    // libcurl quotes the host, and a key may have been given in its place.
    for (auto const& field : request.headers) {
        std::string_view secret = field.value;
        secret.remove_prefix(secret.starts_with("Bearer ") ? 7 : 0);
        if (secret.size() > 4) shown = redact(shown, secret); // a key may stand in a field of any name
    }
    throw_transport_failure(kind, shown);
}

} // namespace detail

} // namespace grit::inline GRIT_ABI::llm
