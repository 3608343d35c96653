// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a transport carries, how long it may take, how it may fail, and what it must be.

#include <grit/llm/headers.hpp>

#include <chrono>
#include <concepts>
#include <string>
#include <string_view>

namespace grit::llm {

/// A time-out that never ends anything.
inline constexpr auto no_timeout = std::chrono::milliseconds::max();

/// The limits of one attempt; each ends it with `ApiTimeoutError`. Zero ends it at once.
struct Timeouts {
    /// From the start until the connection is ready, TLS included.
    std::chrono::milliseconds connect = std::chrono::seconds{5};
    /// From there until the first byte of the answer.
    std::chrono::milliseconds first_byte = no_timeout;
    /// Between two pieces of the answer.
    std::chrono::milliseconds idle = std::chrono::seconds{60};
    /// From the start until the last byte.
    std::chrono::milliseconds attempt = std::chrono::minutes{10};
};

/// One POST of a JSON body.
struct HttpRequest {
    std::string url = {};
    Headers headers = {};
    std::string body = {};
    Timeouts timeouts = {};
};

/// A whole answer, whatever its status.
struct HttpResponse {
    int status = 0;
    Headers headers = {};
    std::string body = {};
};

/// Why an exchange ended without a whole answer.
enum class TransportFailure {
    refused,            ///< the host said that nothing listens there
    unreachable,        ///< no connection, for another cause
    connect_timeout,    ///< `Timeouts::connect`
    first_byte_timeout, ///< `Timeouts::first_byte`
    idle_timeout,       ///< `Timeouts::idle`
    attempt_timeout,    ///< `Timeouts::attempt`
    dns_temporary,      ///< the name could not be looked up now
    dns_permanent,      ///< the name does not exist
    tls_handshake,      ///< the handshake broke off
    tls_verify,         ///< the certificate is not to be trusted
    tls_setup,          ///< certificates or keys on this side cannot be used
    reset,              ///< the connection broke
    early_end,          ///< closed without one byte of an answer
    partial_body,       ///< closed before the end of the body
    protocol,           ///< what came is not HTTP
    too_large,          ///< the answer is longer than allowed
    invalid_request,    ///< never sent: the request itself cannot be
    unknown,
};

/// Returns: a few words for messages and logs.
constexpr std::string_view to_string(TransportFailure kind) noexcept {
    switch (kind) {
    case TransportFailure::refused: return "connection refused";
    case TransportFailure::unreachable: return "cannot connect";
    case TransportFailure::connect_timeout: return "connecting took too long";
    case TransportFailure::first_byte_timeout: return "no answer in time";
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

/// Carries one request and returns the whole answer, whatever its status; throws `ApiConnectionError` where there is
/// none. It never repeats a request unseen and never follows a redirect.
template <class T>
concept Transport = requires(T& transport, HttpRequest const& request) {
    { transport(request) } -> std::same_as<HttpResponse>;
};

} // namespace grit::llm
