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
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
    /// How many connections that nobody uses are kept for later calls.
    std::size_t max_idle_connections = 32;
    /// Whoever answers is believed, and gets the key. For tests against a server of one's own.
    bool unsafe_accept_any_certificate = false;
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

/// A StreamingTransport over libcurl that keeps its connections between calls, of whichever thread.
///
/// A POST that meets a broken kept connection fails with `reset` where libcurl would have sent it again by itself.
/// A look-up of a host name cannot be broken off: an attempt may last as long as the system's resolver takes.
/// A copy shares the connections. Thread safety: safe from any thread; a lock is held only to take a connection and to
/// give it back. libcurl's global initialisation happens once, with the first object, and is never undone.
class CurlTransport {
public:
    /// Throws: ApiConnectionError if libcurl does not start.
    explicit CurlTransport(CurlOptions options = {}) : pool_(std::make_shared<Pool>(std::move(options))) {
        static CURLcode const started = curl_global_init(CURL_GLOBAL_DEFAULT);
        if (started != CURLE_OK) fail_to_start();
    }

    /// Sends `request` once and returns the whole answer, whatever its status.
    ///
    /// Throws: ApiTimeoutError when one of its time-outs ends it; ApiUserAbortError when its stop does;
    /// ApiConnectionError for every other end without a whole answer; std::bad_alloc. No message shows a header.
    HttpResponse operator()(HttpRequest const& request) const { return exchange(request, nullptr); }

    /// The same, but the body of a 2xx goes to `sink` piece by piece.
    HttpResponse operator()(HttpRequest const& request, BodySink sink) const { return exchange(request, &sink); }

    /// Returns: how many connections are kept that nobody uses.
    std::size_t idle_connections() const {
        std::lock_guard const lock{pool_->mutex};
        return pool_->idle.size();
    }

private:
    using Clock = std::chrono::steady_clock;
    static constexpr std::size_t max_header_bytes = std::size_t{256} << 10U;
    /// How long the end of a body is awaited of which all is known.
    static constexpr std::chrono::milliseconds grace{100};
    /// How often a stop is asked for that cannot wake anybody.
    static constexpr std::int64_t ask_every_ms = 10;

    template <auto Function>
    struct Free {
        void operator()(auto* object) const noexcept { Function(object); }
    };
    using Lines = std::unique_ptr<curl_slist, Free<curl_slist_free_all>>;
    using Url = std::unique_ptr<CURLU, Free<curl_url_cleanup>>;

    [[noreturn]] static void fail_to_start() {
        throw ApiConnectionError{TransportFailure::unknown, "Connection error: libcurl does not start"};
    }

    /// What one exchange works with: a handle and the connections that it keeps. One thread at a time.
    struct Channel {
        std::string origin;
        std::unique_ptr<char[]> error = std::make_unique<char[]>(CURL_ERROR_SIZE);
        std::unique_ptr<CURL, Free<curl_easy_cleanup>> easy{curl_easy_init()};
        std::unique_ptr<CURLM, Free<curl_multi_cleanup>> multi{curl_multi_init()};

        explicit Channel(std::string to) : origin(std::move(to)) {
            if (easy == nullptr || multi == nullptr) fail_to_start();
        }

        template <class T>
        void set(CURLoption option, T value) {
            auto const code = curl_easy_setopt(easy.get(), option, value);
            if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc{};
            if (code != CURLE_OK)
                throw ApiConnectionError{TransportFailure::unknown,
                                         "Connection error: this libcurl lacks a needed option"};
        }
    };

    struct Pool {
        CurlOptions const options;
        std::mutex mutex = {};
        std::vector<std::unique_ptr<Channel>> idle = {};

        explicit Pool(CurlOptions given) : options(std::move(given)) {}

        /// Returns: the channel that was used last for the same place, so that its connection is the one most likely to
        /// be alive.
        std::unique_ptr<Channel> take(std::string const& origin) {
            {
                std::lock_guard const lock{mutex};
                auto const found = std::ranges::find(idle.rbegin(), idle.rend(), origin, &Channel::origin);
                if (found != idle.rend()) {
                    auto channel = std::move(*found);
                    idle.erase(std::next(found).base());
                    return channel;
                }
            }
            return std::make_unique<Channel>(origin);
        }

        void give_back(std::unique_ptr<Channel> channel) noexcept {
            std::unique_ptr<Channel> oldest; // closed outside the lock
            std::lock_guard const lock{mutex};
            try {
                idle.push_back(std::move(channel));
            } catch (std::bad_alloc const&) {
                return;
            }
            if (idle.size() <= options.max_idle_connections) return;
            oldest = std::move(idle.front());
            idle.erase(idle.begin());
        }
    };

    struct Exchange {
        Channel& channel;
        CurlOptions const& options;
        HttpRequest const& request;
        BodySink const* sink;
        Progress progress;
        HttpResponse answer = {};
        std::size_t sent = 0;
        std::size_t header_bytes = 0;
        std::size_t body_bytes = 0;
        std::optional<Clock::time_point> enough_since = {};
        bool stopped = false;
        bool too_large = false;
        bool out_of_memory = false;

        /// The answer is complete for its reader, however the exchange goes on.
        bool satisfied() const { return stopped || enough_since; }
    };

    HttpResponse exchange(HttpRequest const& request, BodySink const* sink) const {
        auto const start = Clock::now();
        auto channel = pool_->take(origin_of(request));
        struct GiveBack {
            Pool& pool;
            std::unique_ptr<Channel>& channel;
            ~GiveBack() { pool.give_back(std::move(channel)); }
        } const give_back{*pool_, channel};
        Exchange exchange{.channel = *channel,
                          .options = pool_->options,
                          .request = request,
                          .sink = sink,
                          .progress = {.start = start}};
        auto const lines = set_up(exchange);
        if (curl_multi_add_handle(channel->multi.get(), channel->easy.get()) != CURLM_OK) throw std::bad_alloc{};
        struct Remove {
            Channel& channel;
            ~Remove() { curl_multi_remove_handle(channel.multi.get(), channel.easy.get()); }
        } const remove{*channel};
        finish(exchange, run(exchange));
        exchange.answer.status = status_of(*channel);
        return std::move(exchange.answer);
    }

    static int status_of(Channel const& channel) {
        long status = 0;
        curl_easy_getinfo(channel.easy.get(), CURLINFO_RESPONSE_CODE, &status);
        return static_cast<int>(status);
    }

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

    static std::string origin_of(HttpRequest const& request) {
        auto const scheme = url_part(request.url, CURLUPART_SCHEME);
        if (scheme != "http" && scheme != "https")
            fail(request, TransportFailure::invalid_request, "the address must begin with http:// or https://");
        return scheme + "://" + url_part(request.url, CURLUPART_HOST) + ':' +
               url_part(request.url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    }

    static Lines set_up(Exchange& exchange) {
        auto const& request = exchange.request;
        auto const& options = exchange.options;
        auto& channel = exchange.channel;
        auto const set = [&](CURLoption option, auto value) { channel.set(option, value); };
        curl_easy_reset(channel.easy.get()); // keeps connections, forgets what the last request was
        set(CURLOPT_ERRORBUFFER, channel.error.get());
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_URL, request.url.c_str());
        set(CURLOPT_FOLLOWLOCATION, 0L);
        set(CURLOPT_SSL_VERIFYPEER, options.unsafe_accept_any_certificate ? 0L : 1L);
        set(CURLOPT_SSL_VERIFYHOST, options.unsafe_accept_any_certificate ? 0L : 2L);
        set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
        if (!options.ca_file.empty()) set(CURLOPT_CAINFO, options.ca_file.c_str());
        if (options.proxy) set(CURLOPT_PROXY, options.proxy->c_str());
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

    /// Returns: how the exchange ended; a time-out or a stop of ours throws.
    static CURLcode run(Exchange& exchange) {
        auto* const multi = exchange.channel.multi.get();
        auto const& request = exchange.request;
        auto const wake = [multi] { curl_multi_wakeup(multi); };
        CancelCallback<decltype(wake)> const on_stop{request.cancel, wake};
        for (;;) {
            if (request.stop_requested()) throw ApiUserAbortError{};
            int running = 0;
            if (curl_multi_perform(multi, &running) != CURLM_OK) throw std::bad_alloc{};
            int left = 0;
            if (auto const* const message = curl_multi_info_read(multi, &left); message != nullptr)
                return message->data.result;
            if (!exchange.progress.ready)
                exchange.progress.ready = ready_since(exchange.channel, exchange.progress.start);
            auto [end, kind] = next_limit(exchange.progress, request.timeouts);
            if (exchange.enough_since) end = std::min(end, *exchange.enough_since + grace);
            auto const now = Clock::now();
            if (now >= end) {
                if (exchange.satisfied()) return CURLE_OK;
                fail(request, kind, {});
            }
            auto wait = std::chrono::ceil<std::chrono::milliseconds>(end - now).count();
            if (request.stop.stop_possible()) wait = std::min<std::int64_t>(wait, ask_every_ms);
            curl_multi_poll(multi, nullptr, 0, static_cast<int>(std::min<std::int64_t>(wait, 60'000)), nullptr);
        }
    }

    static std::optional<Clock::time_point> ready_since(Channel const& channel, Clock::time_point start) {
        curl_off_t microseconds = 0;
        curl_easy_getinfo(channel.easy.get(), CURLINFO_PRETRANSFER_TIME_T, &microseconds);
        if (microseconds == 0) return std::nullopt;
        return start + std::chrono::microseconds{microseconds};
    }

    static void finish(Exchange const& exchange, CURLcode code) {
        if (exchange.out_of_memory || code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc{};
        if (exchange.too_large)
            fail(exchange.request, TransportFailure::too_large,
                 "more than " + std::to_string(exchange.options.max_response_bytes) + " bytes, or " +
                     std::to_string(max_header_bytes) + " of headers");
        if (code == CURLE_OK || exchange.satisfied()) return;
        long os_error = 0;
        curl_easy_getinfo(exchange.channel.easy.get(), CURLINFO_OS_ERRNO, &os_error);
        auto kind = transport_failure(code, os_error);
        if (code == CURLE_COULDNT_RESOLVE_HOST && is_unknown_host(exchange)) kind = TransportFailure::dns_permanent;
        auto const* const text = exchange.channel.error.get();
        fail(exchange.request, kind, *text != '\0' ? text : curl_easy_strerror(code));
    }

    static std::string url_part(std::string const& url, CURLUPart part, unsigned flags = 0) {
        Url const parsed{curl_url()};
        char* text = nullptr;
        if (parsed == nullptr ||
            curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
            curl_url_get(parsed.get(), part, &text, flags) != CURLUE_OK)
            return {};
        std::unique_ptr<char, Free<curl_free>> const owner{text};
        return text;
    }

    /// libcurl keeps to itself what the resolver said, so it is asked again; not one that took its time, for it had no
    /// answer.
    static bool is_unknown_host(Exchange const& exchange) {
        curl_off_t microseconds = 0;
        curl_easy_getinfo(exchange.channel.easy.get(), CURLINFO_TOTAL_TIME_T, &microseconds);
        if (microseconds >= 1'000'000) return false;
        addrinfo* found = nullptr;
        auto const result =
            getaddrinfo(url_part(exchange.request.url, CURLUPART_HOST).c_str(), nullptr, nullptr, &found);
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
        // Who streams waits for the first piece of the body: heads come early.
        if (exchange.sink == nullptr) exchange.progress.last_byte = Clock::now();
        exchange.header_bytes += line.size();
        if (exchange.header_bytes > max_header_bytes) {
            exchange.too_large = true;
            return 0;
        }
        if (exchange.body_bytes != 0) return line.size(); // a trailer
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
        std::string_view const piece{from, size * count};
        exchange.progress.last_byte = Clock::now();
        if (piece.size() > exchange.options.max_response_bytes - exchange.body_bytes) {
            exchange.too_large = !exchange.satisfied();
            return 0;
        }
        exchange.body_bytes += piece.size();
        if (exchange.answer.status == 0) exchange.answer.status = status_of(exchange.channel);
        bool const streams = exchange.sink != nullptr && exchange.answer.status >= 200 && exchange.answer.status < 300;
        if (!streams) {
            try {
                exchange.answer.body.append(piece);
            } catch (std::bad_alloc const&) {
                exchange.out_of_memory = true;
                return 0;
            }
        } else if (!exchange.enough_since) {
            auto const reading = (*exchange.sink)(exchange.answer, piece);
            exchange.stopped = reading == Reading::stop;
            if (reading == Reading::enough) exchange.enough_since = Clock::now();
            if (exchange.stopped) return 0;
        }
        return piece.size();
    }

    std::shared_ptr<Pool> pool_;
};

} // namespace grit::llm
