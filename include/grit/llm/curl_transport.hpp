// SPDX-License-Identifier: BSL-1.0
#pragma once
// HTTP by libcurl: TLS verified, sizes and times bounded, connections reused, nothing repeated or redirected unseen.

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <curl/curl.h>
#include <netdb.h>

#include <grit/llm/api_key.hpp>
#include <grit/llm/error.hpp>
#include <grit/llm/http.hpp>

namespace grit::llm {

/// What a CurlTransport does the same way for every request.
struct CurlOptions {
    /// The longest body that is read; a longer one ends the exchange. Units: bytes.
    std::size_t max_response_bytes = std::size_t{16} << 20U;
    /// A file of certificates to trust instead of the system's; empty: the system's.
    std::string ca_file = {};
    /// A proxy; empty: none; not given: the one that the environment names.
    std::optional<std::string> proxy = {};
};

/// Returns: what a result of libcurl means. `os_error` is the errno of the connection attempt, 0 if it is not known.
constexpr TransportFailure transport_failure(CURLcode code, long os_error) noexcept {
    switch (code) {
    case CURLE_COULDNT_CONNECT:
        return os_error == ECONNREFUSED ? TransportFailure::refused : TransportFailure::unreachable;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY: return TransportFailure::dns_temporary;
    case CURLE_OPERATION_TIMEDOUT: return TransportFailure::connect_timeout; // the only limit that libcurl keeps for us
    case CURLE_SSL_CONNECT_ERROR: return TransportFailure::tls_handshake;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS: return TransportFailure::tls_verify;
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_ENGINE_INITFAILED: return TransportFailure::tls_setup;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_FAIL_REWIND: // a reused connection broke, and nothing is sent twice unseen
    case CURLE_SSL_SHUTDOWN_FAILED:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM: return TransportFailure::reset;
    case CURLE_GOT_NOTHING: return TransportFailure::early_end;
    case CURLE_PARTIAL_FILE: return TransportFailure::partial_body;
    case CURLE_UNSUPPORTED_PROTOCOL: // what came is not HTTP/1 or later; the address was looked at before
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING: return TransportFailure::protocol;
    case CURLE_FILESIZE_EXCEEDED: return TransportFailure::too_large;
    case CURLE_URL_MALFORMAT: return TransportFailure::invalid_request;
    default: return TransportFailure::unknown;
    }
}

/// A Transport over libcurl that keeps its connections between calls.
///
/// A POST that meets a broken kept connection fails with `reset` where libcurl would have sent it again by itself.
/// A look-up of a host name cannot be broken off: an attempt may last as long as the system's resolver takes.
/// Thread safety: one object belongs to one thread at a time; objects of their own may work in parallel. libcurl's
/// global initialisation happens once, with the first object, and is never undone.
class CurlTransport {
public:
    /// Throws: ApiConnectionError if libcurl does not start.
    explicit CurlTransport(CurlOptions options = {}) : options_(std::move(options)) {
        static CURLcode const started = curl_global_init(CURL_GLOBAL_DEFAULT);
        if (started == CURLE_OK) {
            easy_.reset(curl_easy_init());
            multi_.reset(curl_multi_init());
        }
        if (easy_ == nullptr || multi_ == nullptr)
            throw ApiConnectionError{TransportFailure::unknown, "Connection error: libcurl does not start"};
    }

    /// Sends `request` once and returns the whole answer, whatever its status.
    ///
    /// Throws: ApiTimeoutError when one of its time-outs ends it; ApiConnectionError for every other end without a
    /// whole answer; std::bad_alloc. No message shows a header.
    HttpResponse operator()(HttpRequest const& request) {
        Exchange exchange{
            .transport = *this, .request = request, .sent = 0, .answer = {}, .progress = {.start = Clock::now()}};
        auto const lines = set_up(exchange);
        if (curl_multi_add_handle(multi_.get(), easy_.get()) != CURLM_OK) throw std::bad_alloc{};
        struct Remove {
            CurlTransport& transport;
            ~Remove() { curl_multi_remove_handle(transport.multi_.get(), transport.easy_.get()); }
        } const remove{*this};
        finish(exchange, run(exchange));
        long status = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
        exchange.answer.status = static_cast<int>(status);
        return std::move(exchange.answer);
    }

private:
    using Clock = std::chrono::steady_clock;
    static constexpr std::size_t max_header_bytes = std::size_t{256} << 10U;
    template <auto Function>
    struct Free {
        void operator()(auto* object) const noexcept { Function(object); }
    };
    using Lines = std::unique_ptr<curl_slist, Free<curl_slist_free_all>>;
    using Url = std::unique_ptr<CURLU, Free<curl_url_cleanup>>;

    struct Exchange {
        CurlTransport& transport;
        HttpRequest const& request;
        std::size_t sent;
        HttpResponse answer;
        Progress progress;
        std::size_t header_bytes = 0;
        bool too_large = false;
        bool out_of_memory = false;
    };

    [[noreturn]] static void fail(HttpRequest const& request, TransportFailure kind, std::string_view detail) {
        using enum TransportFailure;
        bool const timeout =
            kind == connect_timeout || kind == first_byte_timeout || kind == idle_timeout || kind == attempt_timeout;
        std::string message{timeout ? "Request timed out: " : "Connection error: "};
        message.append(to_string(kind));
        if (!detail.empty()) message.append(" (").append(detail).append(")");
        // libcurl quotes the host, and a key may have been given in its place.
        for (auto const* name : {"authorization", "api-key", "x-api-key"})
            if (auto secret = request.headers.find(name)) {
                secret->remove_prefix(secret->starts_with("Bearer ") ? 7 : 0);
                message = redact(message, *secret);
            }
        if (timeout) throw ApiTimeoutError{kind, message};
        throw ApiConnectionError{kind, message};
    }

    template <class T>
    void set(CURLoption option, T value) {
        auto const code = curl_easy_setopt(easy_.get(), option, value);
        if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc{};
        if (code != CURLE_OK)
            throw ApiConnectionError{TransportFailure::unknown, "Connection error: this libcurl lacks a needed option"};
    }

    Lines set_up(Exchange& exchange) {
        auto const& request = exchange.request;
        auto const scheme = url_part(request.url, CURLUPART_SCHEME);
        if (scheme != "http" && scheme != "https")
            fail(request, TransportFailure::invalid_request, "the address must begin with http:// or https://");
        curl_easy_reset(easy_.get()); // keeps connections, forgets what the last request was
        set(CURLOPT_ERRORBUFFER, error_.get());
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_URL, request.url.c_str());
        set(CURLOPT_FOLLOWLOCATION, 0L);
        set(CURLOPT_SSL_VERIFYPEER, 1L);
        set(CURLOPT_SSL_VERIFYHOST, 2L);
        if (!options_.ca_file.empty()) set(CURLOPT_CAINFO, options_.ca_file.c_str());
        if (options_.proxy) set(CURLOPT_PROXY, options_.proxy->c_str());
        set(CURLOPT_TCP_KEEPALIVE, 1L);
        // libcurl's own default would end a connection attempt after 300 s, although `connect` allows more.
        set(CURLOPT_CONNECTTIMEOUT_MS,
            static_cast<long>(std::clamp<std::int64_t>(request.timeouts.connect.count(), 1, INT_MAX)));
        set(CURLOPT_POST, 1L);
        // Read by a callback without a way back: a body that libcurl could rewind it would send again by itself.
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        set(CURLOPT_READFUNCTION, &on_read);
        set(CURLOPT_READDATA, &exchange);
        set(CURLOPT_HEADERFUNCTION, &on_header);
        set(CURLOPT_HEADERDATA, &exchange);
        set(CURLOPT_WRITEFUNCTION, &on_body);
        set(CURLOPT_WRITEDATA, &exchange);

        Lines lines;
        auto const add = [&](std::string const& line) {
            auto* const longer = curl_slist_append(lines.get(), line.c_str());
            if (longer == nullptr) throw std::bad_alloc{};
            [[maybe_unused]] auto* const shorter = lines.release(); // longer begins with it
            lines.reset(longer);
        };
        add("Expect:"); // asks for no 100 Continue, which servers often leave out and libcurl waits a second for
        for (auto const& field : request.headers)
            add(field.value.empty() ? field.name + ";" : field.name + ": " + field.value);
        set(CURLOPT_HTTPHEADER, lines.get());
        return lines;
    }

    /// Returns: how the exchange ended; a time-out of ours throws.
    CURLcode run(Exchange& exchange) {
        for (;;) {
            int running = 0;
            if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) throw std::bad_alloc{};
            int left = 0;
            if (auto const* const message = curl_multi_info_read(multi_.get(), &left); message != nullptr)
                return message->data.result;
            if (!exchange.progress.ready) exchange.progress.ready = ready_since(exchange.progress.start);
            auto const [end, kind] = next_limit(exchange.progress, exchange.request.timeouts);
            auto const now = Clock::now();
            if (now >= end) fail(exchange.request, kind, {});
            auto const wait = std::chrono::ceil<std::chrono::milliseconds>(end - now).count();
            curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(std::min<std::int64_t>(wait, 60'000)), nullptr);
        }
    }

    std::optional<Clock::time_point> ready_since(Clock::time_point start) const {
        curl_off_t microseconds = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_PRETRANSFER_TIME_T, &microseconds);
        if (microseconds == 0) return std::nullopt;
        return start + std::chrono::microseconds{microseconds};
    }

    void finish(Exchange const& exchange, CURLcode code) {
        if (exchange.out_of_memory || code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc{};
        if (exchange.too_large)
            fail(exchange.request, TransportFailure::too_large,
                 "more than " + std::to_string(options_.max_response_bytes) + " bytes, or " +
                     std::to_string(max_header_bytes) + " of headers");
        if (code == CURLE_OK) return;
        long os_error = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &os_error);
        auto kind = transport_failure(code, os_error);
        if (code == CURLE_COULDNT_RESOLVE_HOST && is_unknown_host(exchange.request.url))
            kind = TransportFailure::dns_permanent;
        fail(exchange.request, kind, error_[0] != '\0' ? error_.get() : curl_easy_strerror(code));
    }

    static std::string url_part(std::string const& url, CURLUPart part) {
        Url const parsed{curl_url()};
        char* text = nullptr;
        if (parsed == nullptr ||
            curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
            curl_url_get(parsed.get(), part, &text, 0) != CURLUE_OK)
            return {};
        std::unique_ptr<char, Free<curl_free>> const owner{text};
        return text;
    }

    /// libcurl keeps to itself what the resolver said, so it is asked again; not one that took its time, for it had no
    /// answer.
    bool is_unknown_host(std::string const& url) const {
        curl_off_t microseconds = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_TOTAL_TIME_T, &microseconds);
        if (microseconds >= 1'000'000) return false;
        addrinfo* found = nullptr;
        auto const result = getaddrinfo(url_part(url, CURLUPART_HOST).c_str(), nullptr, nullptr, &found);
        if (result == 0) freeaddrinfo(found);
        return result == EAI_NONAME || result == EAI_FAIL;
    }

    static std::size_t on_read(char* to, std::size_t size, std::size_t count, void* context) noexcept {
        auto& exchange = *static_cast<Exchange*>(context);
        auto const& body = exchange.request.body;
        auto const length = std::min(size * count, body.size() - exchange.sent);
        body.copy(to, length, exchange.sent);
        exchange.sent += length;
        return length;
    }

    static std::size_t on_header(char* from, std::size_t size, std::size_t count, void* context) noexcept {
        auto& exchange = *static_cast<Exchange*>(context);
        std::string_view line{from, size * count};
        exchange.progress.last_byte = Clock::now();
        exchange.header_bytes += line.size();
        if (exchange.header_bytes > max_header_bytes) {
            exchange.too_large = true;
            return 0;
        }
        if (!exchange.answer.body.empty()) return line.size(); // a trailer
        try {
            if (line.starts_with("HTTP/")) exchange.answer.headers = {}; // what preceded was provisional
            exchange.answer.headers.read_line(line);
        } catch (std::bad_alloc const&) {
            exchange.out_of_memory = true;
            return 0;
        }
        return line.size();
    }

    static std::size_t on_body(char* from, std::size_t size, std::size_t count, void* context) noexcept {
        auto& exchange = *static_cast<Exchange*>(context);
        auto& body = exchange.answer.body;
        auto const length = size * count;
        exchange.progress.last_byte = Clock::now();
        if (length > exchange.transport.options_.max_response_bytes - body.size()) {
            exchange.too_large = true;
            return 0;
        }
        try {
            body.append(from, length);
        } catch (std::bad_alloc const&) {
            exchange.out_of_memory = true;
            return 0;
        }
        return length;
    }

    CurlOptions options_;
    // On the heap, so that it stays where libcurl knows it when the transport is moved.
    std::unique_ptr<char[]> error_ = std::make_unique<char[]>(CURL_ERROR_SIZE);
    std::unique_ptr<CURL, Free<curl_easy_cleanup>> easy_;
    std::unique_ptr<CURLM, Free<curl_multi_cleanup>> multi_;
};

} // namespace grit::llm
