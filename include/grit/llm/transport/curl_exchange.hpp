// SPDX-License-Identifier: BSL-1.0
#pragma once
// One exchange over libcurl: its limits, its bounds, and what the callbacks of libcurl do with what comes.

#include <algorithm>
#include <chrono>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <curl/curl.h>
#include <netdb.h>

#include <grit/llm/error/api_error.hpp>
#include <grit/llm/http/cancel.hpp>
#include <grit/llm/http/request.hpp>
#include <grit/llm/http/response.hpp>
#include <grit/llm/http/timeouts.hpp>
#include <grit/llm/http/transport_failure.hpp>
#include <grit/llm/transport/curl_channel.hpp>
#include <grit/llm/transport/curl_failure.hpp>
#include <grit/llm/transport/curl_options.hpp>
#include <grit/llm/transport/transport.hpp>

#if LIBCURL_VERSION_NUM < 0x075000
#error "grit: grit::llm needs libcurl 7.80 or later, which asks before it sends a request a second time"
#endif

namespace grit::inline GRIT_ABI::llm::detail {

/// Returns: a part of an address; empty if it is none.
inline std::string url_part(std::string const& url, CURLUPart part) {
    std::unique_ptr<CURLU, CurlFree<curl_url_cleanup>> const parsed{curl_url()};
    char* text = nullptr;
    if (parsed == nullptr ||
        curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
        curl_url_get(parsed.get(), part, &text, 0) != CURLUE_OK)
        return {};
    std::unique_ptr<char, CurlFree<curl_free>> const owner{text};
    return text;
}

/// Returns: the time from `now` until `next` as curl_multi_poll takes it.
inline int poll_time(std::chrono::steady_clock::time_point now, std::chrono::steady_clock::time_point next) {
    if (next <= now) return 0; // the earliest time of all is further away than a duration reaches
    auto const wait = std::chrono::ceil<std::chrono::milliseconds>(next - now).count();
    return static_cast<int>(std::clamp<std::int64_t>(wait, 0, 60'000));
}

/// One request and its answer, for whoever drives the transfer. It must not move: libcurl knows where it is.
///
/// Its limits are his to keep: he calls `look()` whenever something happened, and at the time that it returned.
class CurlExchange {
public:
    using Clock = std::chrono::steady_clock;

    /// Begins the transfer. Requires: all of them outlive it.
    CurlExchange(CurlHandle& handle, CURLM* multi, CurlOptions const& options, HttpRequest const& request,
                 BodySink const* sink)
        : handle_(handle), multi_(multi), options_(options), request_(request), sink_(sink) {
        set_up();
        if (curl_multi_add_handle(multi_, handle_.easy.get()) != CURLM_OK) throw std::bad_alloc{};
    }
    CurlExchange(CurlExchange const&) = delete;
    CurlExchange& operator=(CurlExchange const&) = delete;
    ~CurlExchange() { curl_multi_remove_handle(multi_, handle_.easy.get()); }

    /// Returns: when to look again if nothing happens before; nothing if its reader has all that he wants, so that
    /// it can be finished. Throws: ApiTimeoutError when a limit has passed, ApiUserAbortError when a stop is requested.
    std::optional<Clock::time_point> look(Clock::time_point now) {
        if (request_.stop_requested()) throw ApiUserAbortError{};
        if (!progress_.ready) progress_.ready = ready_since();
        auto [end, kind] = next_limit(progress_, request_.timeouts);
        if (enough_since_) end = std::min(end, *enough_since_ + grace);
        if (now >= end) {
            if (satisfied()) return std::nullopt;
            fail_exchange(request_, kind, {});
        }
        // A stop that cannot wake the transfer is asked for.
        return request_.stop.stop_possible() ? std::min(end, now + ask_every) : end;
    }

    /// The transfer has ended with `code`. Returns: the whole answer. Throws: as CurlTransport does. Called once.
    HttpResponse finish(CURLcode code) {
        judge(code);
        answer_.status = status();
        return std::move(answer_);
    }

private:
    static constexpr std::size_t max_header_bytes = std::size_t{256} << 10U;
    /// Each is compared with those before it.
    static constexpr int max_header_lines = 1000;
    /// How long to wait for the end of a body that is complete already.
    static constexpr std::chrono::milliseconds grace{100};
    /// How often to ask for a stop that cannot wake the transfer.
    static constexpr std::chrono::milliseconds ask_every{10};

    void set_up() {
        handle_.error[0] = '\0';
        // libcurl's own default would end a connection attempt after 300 s, although `connect` allows more.
        handle_.set(CURLOPT_CONNECTTIMEOUT_MS,
                    static_cast<long>(std::clamp<std::int64_t>(request_.timeouts.connect.count(), 1, INT_MAX)));
        if (request_.method == Method::get) {
            handle_.set(CURLOPT_HTTPGET, 1L);
        } else {
            handle_.set(CURLOPT_POST, 1L); // the last exchange of the handle may have been a GET
            handle_.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
            handle_.set(CURLOPT_POSTFIELDS, request_.body.c_str());
        }
        handle_.set(CURLOPT_PREREQFUNCTION, &on_send);
        handle_.set(CURLOPT_PREREQDATA, this);
        handle_.set(CURLOPT_HEADERFUNCTION, &on_header);
        handle_.set(CURLOPT_HEADERDATA, this);
        handle_.set(CURLOPT_WRITEFUNCTION, &on_body);
        handle_.set(CURLOPT_WRITEDATA, this);
        add_line("Expect:"); // asks for no 100 Continue, which servers often leave out and libcurl waits a second for
        for (auto const& field : request_.headers)
            add_line(field.value.empty() ? field.name + ";" : field.name + ": " + field.value);
        handle_.set(CURLOPT_HTTPHEADER, lines_.get());
    }

    void add_line(std::string const& line) {
        auto* const longer = curl_slist_append(lines_.get(), line.c_str());
        if (longer == nullptr) throw std::bad_alloc{};
        [[maybe_unused]] auto* const shorter = lines_.release(); // longer begins with it
        lines_.reset(longer);
    }

    std::optional<Clock::time_point> ready_since() const {
        auto const microseconds = handle_.info<curl_off_t>(CURLINFO_PRETRANSFER_TIME_T);
        if (microseconds == 0) return std::nullopt;
        return progress_.start + std::chrono::microseconds{microseconds};
    }

    /// Throws unless the exchange that ended with `code` has all that its reader wants.
    void judge(CURLcode code) const {
        // What libcurl calls so once the request is out is a header line that it finds too long, 100 kB.
        bool const long_line = code == CURLE_OUT_OF_MEMORY && sendings_ > 0 && body_bytes_ == 0;
        if (out_of_memory_ || (code == CURLE_OUT_OF_MEMORY && !long_line)) throw std::bad_alloc{};
        if (too_large_ || long_line)
            fail_exchange(request_, TransportFailure::too_large,
                          "more than " + std::to_string(options_.max_response_bytes) + " bytes, or " +
                              std::to_string(max_header_bytes) + " of headers, " + std::to_string(max_header_lines) +
                              " lines of them, or one of 100 kB");
        if (code == CURLE_OK || satisfied()) return;
        if (sendings_ > 1) fail_exchange(request_, TransportFailure::reset, "a connection that had been kept");
        auto kind =
            transport_failure(curl::unambiguous(handle_.easy.get(), code), handle_.info<long>(CURLINFO_OS_ERRNO));
        if (code == CURLE_COULDNT_RESOLVE_HOST && is_unknown_host()) kind = TransportFailure::dns_permanent;
        auto const* const text = handle_.error.get();
        fail_exchange(request_, kind, *text != '\0' ? text : curl_easy_strerror(code));
    }

    /// libcurl keeps to itself what the resolver said, so it is asked again; not one that took its time, for it had no
    /// answer.
    bool is_unknown_host() const {
        if (handle_.info<curl_off_t>(CURLINFO_TOTAL_TIME_T) >= 1'000'000) return false;
        addrinfo* found = nullptr;
        auto const result = getaddrinfo(url_part(request_.url, CURLUPART_HOST).c_str(), nullptr, nullptr, &found);
        if (result == 0) freeaddrinfo(found);
        return result == EAI_NONAME || result == EAI_FAIL;
    }

    /// The answer is complete for its reader, however the exchange goes on.
    bool satisfied() const { return stopped_ || enough_since_; }

    int status() const { return static_cast<int>(handle_.info<long>(CURLINFO_RESPONSE_CODE)); }

    /// Called before the request goes out, and again if libcurl means to repeat it over a new connection, because one
    /// that had been kept was broken.
    static int on_send(void* context, char*, char*, int, int) noexcept {
        return ++static_cast<CurlExchange*>(context)->sendings_ == 1 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
    }

    static std::size_t on_header(char* from, std::size_t size, std::size_t count, void* context) noexcept {
        return static_cast<CurlExchange*>(context)->take_header({from, size * count});
    }
    static std::size_t on_body(char* from, std::size_t size, std::size_t count, void* context) noexcept {
        return static_cast<CurlExchange*>(context)->take_body({from, size * count});
    }

    /// Returns: how much was taken; anything but all ends the exchange.
    std::size_t take_header(std::string_view line) noexcept {
        progress_.last_byte = Clock::now();
        // Who streams waits for what the body says: heads come early.
        if (sink_ == nullptr) progress_.last_piece = progress_.last_byte;
        header_bytes_ += line.size();
        if (header_bytes_ > max_header_bytes || ++header_lines_ > max_header_lines) {
            too_large_ = true;
            return 0;
        }
        if (body_bytes_ != 0) return line.size(); // a trailer
        try {
            if (line.starts_with("HTTP/")) answer_.headers = {}; // what preceded was provisional
            answer_.headers.read_line(line);
        } catch (std::bad_alloc const&) {
            out_of_memory_ = true;
            return 0;
        }
        return line.size();
    }

    std::size_t take_body(std::string_view piece) noexcept {
        progress_.last_byte = Clock::now();
        if (piece.size() > options_.max_response_bytes - body_bytes_) {
            too_large_ = !satisfied();
            return 0;
        }
        body_bytes_ += piece.size();
        if (answer_.status == 0) answer_.status = status();
        bool const streams = sink_ != nullptr && answer_.status >= 200 && answer_.status < 300;
        if (!streams) {
            progress_.last_piece = progress_.last_byte;
            try {
                answer_.body.append(piece);
            } catch (std::bad_alloc const&) {
                out_of_memory_ = true;
                return 0;
            }
        } else if (!enough_since_) {
            auto const reading = (*sink_)(answer_, piece);
            stopped_ = reading == Reading::stop;
            if (reading != Reading::alive) progress_.last_piece = progress_.last_byte;
            if (reading == Reading::enough) enough_since_ = Clock::now();
            if (stopped_) return 0;
        }
        return piece.size();
    }

    CurlHandle& handle_;
    CURLM* multi_;
    CurlOptions const& options_;
    HttpRequest const& request_;
    BodySink const* sink_;
    Progress progress_ = {.start = Clock::now(), .streamed = sink_ != nullptr};
    std::unique_ptr<curl_slist, CurlFree<curl_slist_free_all>> lines_ = {};
    HttpResponse answer_ = {};
    int sendings_ = 0;
    std::size_t header_bytes_ = 0;
    int header_lines_ = 0;
    std::size_t body_bytes_ = 0;
    std::optional<Clock::time_point> enough_since_ = {};
    bool stopped_ = false;
    bool too_large_ = false;
    bool out_of_memory_ = false;
};

/// Returns: a handle, or a channel, for the address of `request`.
template <class Handle>
std::unique_ptr<Handle> make_handle(HttpRequest const& request, CurlOptions const& options) {
    auto const scheme = url_part(request.url, CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https")
        fail_exchange(request, TransportFailure::invalid_request, "the address must begin with http:// or https://");
    return std::make_unique<Handle>(request.url, options);
}

/// Drives one exchange to its end and waits meanwhile. Returns: the answer. Throws: as CurlTransport does.
inline HttpResponse run_exchange(CurlChannel& channel, CurlOptions const& options, HttpRequest const& request,
                                 BodySink const* sink) {
    using Clock = CurlExchange::Clock;
    auto* const multi = channel.multi.get();
    CurlExchange exchange{channel, multi, options, request, sink};
    auto const wake = [multi] { curl_multi_wakeup(multi); };
    CancelCallback<decltype(wake)> const on_stop{request.cancel, wake};
    for (;;) {
        if (request.stop_requested()) throw ApiUserAbortError{};
        int running = 0;
        if (curl_multi_perform(multi, &running) != CURLM_OK) throw std::bad_alloc{};
        int left = 0;
        if (auto const* const message = curl_multi_info_read(multi, &left); message != nullptr)
            return exchange.finish(message->data.result);
        auto const now = Clock::now();
        auto const next = exchange.look(now);
        if (!next) return exchange.finish(CURLE_OK);
        curl_multi_poll(multi, nullptr, 0, poll_time(now, *next), nullptr);
    }
}

} // namespace grit::inline GRIT_ABI::llm::detail
