// SPDX-License-Identifier: BSL-1.0
#pragma once
// What an exchange over libcurl works with, and where it waits for the next exchange with the same address.

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include <curl/curl.h>

#include <grit/llm/error/connection_error.hpp>
#include <grit/llm/http/transport_failure.hpp>
#include <grit/llm/transport/curl_options.hpp>

namespace grit::inline GRIT_ABI::llm::detail {

template <auto Function>
struct CurlFree {
    void operator()(auto* object) const noexcept { Function(object); }
};

[[noreturn]] inline void fail_to_start() {
    throw ApiConnectionError{TransportFailure::unknown, "Connection error: libcurl does not start"};
}

/// What the exchanges with one address have in common. One thread at a time.
struct CurlHandle {
    std::string const url;
    std::unique_ptr<char[]> error = std::make_unique<char[]>(CURL_ERROR_SIZE);
    std::unique_ptr<CURL, CurlFree<curl_easy_cleanup>> easy{curl_easy_init()};

    /// Sets what is the same for every exchange.
    CurlHandle(std::string address, CurlOptions const& options) : url(std::move(address)) {
        if (easy == nullptr) fail_to_start();
        set(CURLOPT_ERRORBUFFER, error.get());
        set(CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
        set(CURLOPT_QUICK_EXIT, 1L); // whoever is left at a deadline does not wait for the look-up of a name either
#endif
        set(CURLOPT_URL, url.c_str());
        set(CURLOPT_FOLLOWLOCATION, 0L);
        set(CURLOPT_SSL_VERIFYPEER, options.unsafe_accept_any_certificate ? 0L : 1L);
        set(CURLOPT_SSL_VERIFYHOST, options.unsafe_accept_any_certificate ? 0L : 2L);
        set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
        if (!options.ca_file.empty()) set(CURLOPT_CAINFO, options.ca_file.c_str());
        if (options.proxy) set(CURLOPT_PROXY, options.proxy->c_str());
        set(CURLOPT_TCP_KEEPALIVE, 1L);
    }

    template <class T>
    void set(CURLoption option, T value) {
        auto const code = curl_easy_setopt(easy.get(), option, value);
        if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc{};
        if (code != CURLE_OK)
            throw ApiConnectionError{TransportFailure::unknown, "Connection error: this libcurl lacks a needed option"};
    }

    /// Returns: what libcurl knows by that name of the exchange; zero if it does not.
    template <class T>
    T info(CURLINFO name) const {
        T value = 0;
        curl_easy_getinfo(easy.get(), name, &value);
        return value;
    }
};

/// A handle and the connections that it keeps, for one exchange at a time.
struct CurlChannel : CurlHandle {
    std::unique_ptr<CURLM, CurlFree<curl_multi_cleanup>> multi{curl_multi_init()};

    CurlChannel(std::string address, CurlOptions const& options) : CurlHandle(std::move(address), options) {
        if (multi == nullptr) fail_to_start();
    }
};

/// The channels that nobody uses. Thread safety: safe from any thread.
class CurlPool {
public:
    explicit CurlPool(CurlOptions options) : options_(std::move(options)) {}

    CurlOptions const& options() const noexcept { return options_; }

    std::size_t size() const {
        std::lock_guard const lock{mutex_};
        return idle_.size();
    }

    /// Returns: the channel that was used last for the same address, so that its connection is the one most likely to
    /// be alive; null if there is none.
    std::unique_ptr<CurlChannel> take(std::string const& url) {
        std::lock_guard const lock{mutex_};
        auto const found = std::find_if(idle_.rbegin(), idle_.rend(), [&](auto const& c) { return c->url == url; });
        if (found == idle_.rend()) return nullptr;
        auto channel = std::move(*found);
        idle_.erase(std::next(found).base());
        return channel;
    }

    void give_back(std::unique_ptr<CurlChannel> channel) noexcept {
        std::unique_ptr<CurlChannel> oldest; // closed outside the lock
        std::lock_guard const lock{mutex_};
        try {
            idle_.push_back(std::move(channel));
        } catch (std::bad_alloc const&) {
            return;
        }
        if (idle_.size() <= options_.max_idle_connections) return;
        oldest = std::move(idle_.front());
        idle_.erase(idle_.begin());
    }

private:
    CurlOptions const options_;
    mutable std::mutex mutex_ = {};
    std::vector<std::unique_ptr<CurlChannel>> idle_ = {};
};

} // namespace grit::inline GRIT_ABI::llm::detail
