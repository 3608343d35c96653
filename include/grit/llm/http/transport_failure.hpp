// SPDX-License-Identifier: BSL-1.0
#pragma once
// Why an exchange ended without a whole answer.

#include <string_view>

#include <grit/version.hpp>

namespace grit::inline GRIT_ABI::llm {

/// Why an exchange ended without a whole answer.
enum class TransportFailure {
    refused,             ///< the host said that nothing listens there
    unreachable,         ///< no connection, for another cause
    connect_timeout,     ///< `Timeouts::connect`
    first_byte_timeout,  ///< `Timeouts::first_byte`
    first_token_timeout, ///< `Timeouts::first_token`
    idle_timeout,        ///< `Timeouts::idle`
    attempt_timeout,     ///< `Timeouts::attempt`
    dns_temporary,       ///< the name could not be looked up now
    dns_permanent,       ///< the name does not exist
    tls_handshake,       ///< the handshake broke off
    tls_verify,          ///< the certificate is not to be trusted
    tls_setup,           ///< certificates or keys on this side cannot be used
    reset,               ///< the connection broke
    early_end,           ///< closed without one byte of an answer
    partial_body,        ///< closed before the end of the body
    protocol,            ///< what came is not HTTP
    too_large,           ///< the answer is longer than allowed
    invalid_request,     ///< never sent: the request itself cannot be
    unknown,
};

/// Returns: a few words for messages and logs.
constexpr std::string_view to_string(TransportFailure kind) noexcept {
    switch (kind) {
    case TransportFailure::refused: return "connection refused";
    case TransportFailure::unreachable: return "cannot connect";
    case TransportFailure::connect_timeout: return "connecting took too long";
    case TransportFailure::first_byte_timeout: return "no answer in time";
    case TransportFailure::first_token_timeout: return "nothing of the answer in time";
    case TransportFailure::idle_timeout: return "the answer stalled";
    case TransportFailure::attempt_timeout: return "the attempt took too long";
    case TransportFailure::dns_temporary: return "the host name cannot be looked up now";
    case TransportFailure::dns_permanent: return "the host name does not exist";
    case TransportFailure::tls_handshake: return "the TLS handshake failed";
    case TransportFailure::tls_verify: return "the TLS certificate could not be verified";
    case TransportFailure::tls_setup: return "the TLS setup of this side cannot be used";
    case TransportFailure::reset: return "the connection broke";
    case TransportFailure::early_end: return "the connection was closed without an answer";
    case TransportFailure::partial_body: return "the connection was closed before the end of the answer";
    case TransportFailure::protocol: return "the answer is not HTTP";
    case TransportFailure::too_large: return "the answer is larger than allowed";
    case TransportFailure::invalid_request: return "the request cannot be sent";
    case TransportFailure::unknown: break;
    }
    return "the exchange failed";
}

} // namespace grit::inline GRIT_ABI::llm
