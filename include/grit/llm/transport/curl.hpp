// SPDX-License-Identifier: BSL-1.0
#pragma once
// HTTP by libcurl: TLS verified, sizes and times bounded, connections reused, nothing repeated or redirected unseen.

#include <cstddef>
#include <memory>
#include <utility>

#include <curl/curl.h>

#include <grit/llm/http/request.hpp>
#include <grit/llm/http/response.hpp>
#include <grit/llm/http/transport_failure.hpp>
#include <grit/llm/transport/curl_channel.hpp>
#include <grit/llm/transport/curl_exchange.hpp>
#include <grit/llm/transport/curl_failure.hpp>
#include <grit/llm/transport/curl_options.hpp>
#include <grit/llm/transport/transport.hpp>

namespace grit::inline GRIT_ABI::llm {

/// A StreamingTransport over libcurl that keeps its connections between calls, of whichever thread.
///
/// A POST that meets a broken kept connection fails with `reset` where libcurl would have sent it again by itself.
/// A copy shares the connections. Thread safety: safe from any thread; a lock is held only to take a connection and to
/// give it back. libcurl's global initialisation happens once, with the first object, and is never undone.
class CurlTransport {
public:
    /// Throws: ApiConnectionError if libcurl does not start.
    explicit CurlTransport(CurlOptions options = {}) : pool_(std::make_shared<detail::CurlPool>(std::move(options))) {
        static CURLcode const started = curl_global_init(CURL_GLOBAL_DEFAULT);
        if (started != CURLE_OK) detail::fail_to_start();
    }

    /// Sends `request` once and returns the whole answer, whatever its status.
    ///
    /// Throws: ApiTimeoutError when one of its timeouts ends it; ApiUserAbortError when its stop does;
    /// ApiConnectionError for every other end without a whole answer; std::bad_alloc. No message shows a header.
    HttpResponse operator()(HttpRequest const& request) const { return exchange(request, nullptr); }

    /// The same, but the body of a 2xx goes to `sink` piece by piece.
    HttpResponse operator()(HttpRequest const& request, BodySink sink) const { return exchange(request, &sink); }

    /// Returns: what it was made with; lives as long as it or a copy of it.
    CurlOptions const& options() const noexcept { return pool_->options(); }

    /// Returns: how many connections are kept that nobody uses.
    std::size_t idle_connections() const { return pool_->size(); }

private:
    HttpResponse exchange(HttpRequest const& request, BodySink const* sink) const {
        struct Borrowed {
            detail::CurlPool& pool;
            std::unique_ptr<detail::CurlChannel> channel;
            ~Borrowed() { pool.give_back(std::move(channel)); }
        } const borrowed{*pool_, take(request)};
        return detail::run_exchange(*borrowed.channel, pool_->options(), request, sink);
    }

    std::unique_ptr<detail::CurlChannel> take(HttpRequest const& request) const {
        if (auto channel = pool_->take(request.url)) return channel;
        return detail::make_handle<detail::CurlChannel>(request, pool_->options());
    }

    std::shared_ptr<detail::CurlPool> pool_;
};

} // namespace grit::inline GRIT_ABI::llm
