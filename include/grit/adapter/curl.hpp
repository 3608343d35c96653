// SPDX-License-Identifier: BSL-1.0
#pragma once
// libcurl: which of its codes and which HTTP statuses are worth another attempt, and how long the server asks to wait.

#include <string>

#include <curl/curl.h>

#include <grit/retry_if/exception.hpp>

namespace grit::curl {

/// Returns: true if the same transfer may succeed later: no answer came, or only a part of it, for a cause that passes.
///
/// Certificates, set-up of this side, addresses and limits of the caller's own are no such causes.
constexpr bool is_transient(CURLcode code) noexcept {
    switch (code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_PARTIAL_FILE:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_SEND_FAIL_REWIND:
    case CURLE_SSL_SHUTDOWN_FAILED:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM: return true;
    default: break;
    }
    // By number, because older headers do not know them: CURLE_HTTP3 and CURLE_QUIC_CONNECT_ERROR.
    return static_cast<int>(code) == 95 || static_cast<int>(code) == 96;
}

/// Returns: true for 408, 425, 429, 500, 502, 503 and 504. Source: RFC 9110, RFC 6585, RFC 8470.
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
#if LIBCURL_VERSION_NUM >= 0x075300
    curl_header* field = nullptr;
    if (curl_easy_header(easy, "Retry-After", 0, CURLH_HEADER, -1, &field) != CURLHE_OK) return Duration::zero();
#else
    long status = 0; // without the headers only a transfer that was answered is sure to have a value of its own
    if (curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK || status == 0) return Duration::zero();
#endif
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
    return Outcome{code, status, retry_after(easy)};
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

} // namespace grit::curl
