// SPDX-License-Identifier: BSL-1.0
#pragma once
// libcurl: which of its codes and which HTTP statuses are worth another attempt, and how long the server asks to wait.

#include <string>

#include <curl/curl.h>
#if LIBCURL_VERSION_NUM < 0x074200
#error "grit: needs libcurl 7.66 or newer, because older ones do not tell what Retry-After asks for; install a newer \
one with its headers, or name their directory with -I"
#include <libcurl_7_66_is_needed>
#endif

#include <grit/retry_if/exception.hpp>

namespace grit::inline GRIT_ABI::curl {

/// Why there is no whole answer to a transfer.
enum class Cause {
    address,       ///< it cannot be asked for: the address, or its scheme
    resolve,       ///< the name could not be looked up
    connect,       ///< no connection
    timeout,       ///< a limit of the handle's
    tls_handshake, ///< the handshake broke off
    tls_verify,    ///< the certificate of the other side is not to be trusted
    tls_setup,     ///< certificates, keys or ciphers of this side cannot be used
    broken,        ///< the connection broke
    early_end,     ///< closed without one byte of an answer
    partial,       ///< closed before the end of the answer
    protocol,      ///< what came is not HTTP
    too_large,     ///< the answer is longer than allowed
    other,         ///< none of these; there may be nothing wrong
};

/// Returns: what a code of libcurl means: the one place that knows them.
constexpr Cause cause(CURLcode code) noexcept {
    switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL: return Cause::address;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST: return Cause::resolve;
    case CURLE_COULDNT_CONNECT: return Cause::connect;
    case CURLE_OPERATION_TIMEDOUT: return Cause::timeout;
    case CURLE_SSL_CONNECT_ERROR: return Cause::tls_handshake;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS: return Cause::tls_verify;
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_ENGINE_INITFAILED: return Cause::tls_setup;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_FAIL_REWIND: // it broke, and what was sent cannot be read again
    case CURLE_SSL_SHUTDOWN_FAILED:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM: return Cause::broken;
    case CURLE_GOT_NOTHING: return Cause::early_end;
    case CURLE_PARTIAL_FILE: return Cause::partial;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING: return Cause::protocol;
    case CURLE_FILESIZE_EXCEEDED: return Cause::too_large;
    default: break;
    }
    // By number, because older headers do not know them.
    if (static_cast<int>(code) == 95) return Cause::broken;        // CURLE_HTTP3
    if (static_cast<int>(code) == 96) return Cause::tls_handshake; // CURLE_QUIC_CONNECT_ERROR
    return Cause::other;
}

/// Returns: true if the same transfer may succeed later: no answer came, or only a part of it, for a cause that passes.
///
/// Certificates, set-up of this side, addresses and limits of the caller's own are no such causes.
constexpr bool is_transient(Cause cause) noexcept {
    switch (cause) {
    case Cause::resolve:
    case Cause::connect:
    case Cause::timeout:
    case Cause::tls_handshake:
    case Cause::broken:
    case Cause::early_end:
    case Cause::partial:
    case Cause::protocol: return true;
    default: return false;
    }
}
constexpr bool is_transient(CURLcode code) noexcept { return is_transient(cause(code)); }

/// Returns: `code`, or CURLE_WEIRD_SERVER_REPLY where libcurl reports an answer that is not HTTP by the code that
/// stands for an address of an unknown scheme too: only with a scheme that it knows does it send a request.
inline CURLcode unambiguous(CURL* easy, CURLcode code) noexcept {
    if (code != CURLE_UNSUPPORTED_PROTOCOL) return code;
    long sent = 0;
    curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &sent);
    return sent > 0 ? CURLE_WEIRD_SERVER_REPLY : code;
}

/// Returns: true for 408, 425, 429, 500, 502, 503 and 504. Source: RFC 9110, RFC 6585, RFC 8470.
///
/// Not for 409: the conflict stays until somebody resolves it (RFC 9110, 15.5.10). Where a provider uses it for a lock
/// that passes, say so by a predicate of your own, as grit::llm does.
constexpr bool is_transient_status(long status) noexcept {
    switch (status) {
    case 408:
    case 425:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504: return true;
    default: return false;
    }
}

/// Returns: how long the answer to this transfer asks to wait (Retry-After in seconds or as a date); zero if it does
/// not, or asks for the past.
///
/// What an earlier transfer on the same handle was told does not count, though CURLINFO_RETRY_AFTER may still say it.
inline Duration retry_after(CURL* easy) {
    bool knows_headers = false;
#if LIBCURL_VERSION_NUM >= 0x075300
    curl_header* field = nullptr;
    CURLHcode const found = curl_easy_header(easy, "Retry-After", 0, CURLH_HEADER, -1, &field);
    knows_headers = found != CURLHE_NOT_BUILT_IN; // it may be left out of libcurl, and was so by default in 7.83
    if (knows_headers && found != CURLHE_OK) return Duration::zero();
#endif
    if (!knows_headers) { // then only a transfer that was answered, and once, is sure to have a value of its own
        long status = 0;
        long followed = 0;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(easy, CURLINFO_REDIRECT_COUNT, &followed);
        if (status == 0 || followed != 0) return Duration::zero();
    }
    curl_off_t seconds = 0;
    if (curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &seconds) != CURLE_OK || seconds <= 0) return Duration::zero();
    return to_duration(std::chrono::duration<curl_off_t>{seconds});
}

/// Why a transfer failed: no whole answer, or one with a status of 400 or more.
class Error {
public:
    constexpr Error(CURLcode code, long status, Duration wait) noexcept : wait_(wait), status_(status), code_(code) {}

    constexpr CURLcode code() const noexcept { return code_; }
    /// Returns: the status of the last answer; zero if there was none.
    constexpr long status() const noexcept { return status_; }
    /// Returns: what the server asks for, which WaitHint reads; zero for none.
    constexpr Duration retry_after() const noexcept { return wait_; }

    constexpr bool is_transient() const noexcept {
        bool const answered = code_ == CURLE_OK || code_ == CURLE_HTTP_RETURNED_ERROR;
        return answered ? is_transient_status(status_) : curl::is_transient(code_);
    }

    /// Returns: libcurl's words for the code, or "HTTP 503". Allocates.
    std::string what() const {
        bool const answered = code_ == CURLE_OK || code_ == CURLE_HTTP_RETURNED_ERROR;
        return answered ? "HTTP " + std::to_string(status_) : curl_easy_strerror(code_);
    }

private:
    Duration wait_;
    long status_;
    CURLcode code_;
};

/// The outcome of a transfer, an expected-like result: a status below 400, or an Error.
class Outcome {
public:
    constexpr Outcome(CURLcode code, long status, Duration wait) noexcept : error_(code, status, wait) {}

    constexpr bool has_value() const noexcept { return error_.code() == CURLE_OK && error_.status() < 400; }
    constexpr explicit operator bool() const noexcept { return has_value(); }
    constexpr long status() const noexcept { return error_.status(); }
    /// Requires: !has_value().
    constexpr Error const& error() const noexcept { return error_; }

private:
    Error error_;
};

/// Returns: the outcome of a transfer that ended with `code`, as curl_multi_info_read tells.
inline Outcome outcome(CURL* easy, CURLcode code) {
    long status = 0;
    if (curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK) status = 0;
    return Outcome{unambiguous(easy, code), status, retry_after(easy)};
}

/// Performs the transfer that was set up, once: the operation to retry. Returns: its outcome.
///
/// A write callback gets the body of every attempt, that of a 503 included; begin anew in each.
inline Outcome perform(CURL* easy) {
    CURLcode const code = curl_easy_perform(easy);
    return outcome(easy, code);
}

/// Retries an Error that is transient, in an Outcome or thrown.
using RetryTransient = RetryIfException<&Error::is_transient>;

} // namespace grit::inline GRIT_ABI::curl
