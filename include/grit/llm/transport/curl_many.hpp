// SPDX-License-Identifier: BSL-1.0
#pragma once
// Many exchanges over libcurl from one thread: a loop in which coroutines wait for answers and sleep.

#include <algorithm>
#include <chrono>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <iterator>
#include <list>
#include <memory>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include <curl/curl.h>

#include <grit/llm/http/cancel.hpp>
#include <grit/llm/http/request.hpp>
#include <grit/llm/http/response.hpp>
#include <grit/llm/transport/alarms.hpp>
#include <grit/llm/transport/curl.hpp>
#include <grit/llm/transport/curl_channel.hpp>
#include <grit/llm/transport/curl_exchange.hpp>
#include <grit/llm/transport/transport.hpp>

namespace grit::inline GRIT_ABI::llm {

/// An ExchangeLoop over libcurl: its exchanges share their connections, and HTTP/2 carries several over one.
///
/// A coroutine awaits `exchange(...)` and `sleep(...)`; whoever owns the loop calls `turn` until he has what he wants.
/// Thread safety: one thread; `wake` may be called from any.
class CurlMany {
    using Clock = detail::CurlExchange::Clock;

public:
    /// How many connections are kept that nobody uses. By itself libcurl keeps four for each exchange that goes on, and
    /// so closes those of a round that ends.
    static constexpr long most_connections = 1024;

    /// Throws: ApiConnectionError if libcurl does not start.
    CurlMany() : multi_(curl_multi_init()) {
        if (multi_ == nullptr || curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, most_connections) != CURLM_OK)
            detail::fail_to_start();
    }
    CurlMany(CurlMany const&) = delete;
    CurlMany& operator=(CurlMany const&) = delete;

    TimePoint now() const { return TimePoint{to_duration(Clock::now().time_since_epoch())}; }

    /// One exchange, to be awaited. It begins there, and is broken off by its destruction.
    class Exchange {
    public:
        Exchange(CurlMany& loop, CurlTransport const& transport, HttpRequest const& request, BodySink const* sink)
            : loop_(loop), options_(transport.options()), request_(request), sink_(sink) {}
        Exchange(Exchange const&) = delete;
        Exchange& operator=(Exchange const&) = delete;
        ~Exchange() {
            exchange_.reset();
            if (place_) (ended_ ? loop_.ended_ : loop_.running_).erase(*place_);
            if (handle_ != nullptr) loop_.give_back(options_, std::move(handle_));
        }

        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> waits) {
            waits_ = waits;
            handle_ = loop_.handle_for(request_, options_);
            handle_->set(CURLOPT_PRIVATE, static_cast<void*>(this));
            place_ = loop_.running_.insert(loop_.running_.end(), this);
            exchange_.emplace(*handle_, loop_.multi_.get(), options_, request_, sink_);
            if (request_.cancel.stop_possible()) on_stop_.emplace(request_.cancel, Wake{loop_.multi_.get()});
        }
        /// Returns: the whole answer. Throws: as CurlTransport does.
        HttpResponse await_resume() {
            if (failure_) std::rethrow_exception(failure_);
            return exchange_->finish(code_);
        }

    private:
        friend class CurlMany;
        struct Wake {
            CURLM* multi;
            void operator()() const noexcept { curl_multi_wakeup(multi); }
        };

        CurlMany& loop_;
        CurlOptions const& options_;
        HttpRequest const& request_;
        BodySink const* sink_;
        std::coroutine_handle<> waits_ = {};
        std::unique_ptr<detail::CurlHandle> handle_ = {};
        std::optional<detail::CurlExchange> exchange_ = {};
        std::optional<std::list<Exchange*>::iterator> place_ = {};
        std::optional<CancelCallback<Wake>> on_stop_ = {};
        CURLcode code_ = CURLE_OK;
        std::exception_ptr failure_ = {};
        bool ended_ = false;
    };

    /// Returns: an exchange with the options of `transport`, to be awaited; the body of a 2xx goes to `sink`, if there
    /// is one. Requires: all of them outlive it, and the transport the loop.
    Exchange exchange(CurlTransport const& transport, HttpRequest const& request, BodySink const* sink = nullptr) {
        return Exchange{*this, transport, request, sink};
    }

    /// Returns: a sleep, to be awaited; `early` of a grit::async call may end it before.
    auto sleep(Duration d) noexcept { return alarms_.sleep(saturating_add(now(), d)); }
    template <class Early>
    auto sleep(Duration d, Early& early) noexcept {
        return alarms_.sleep(saturating_add(now(), d), early);
    }

    /// Waits until something can go on, `until` at the latest, or until there is something to be read from `fd`, and
    /// resumes every coroutine that can. Throws: std::bad_alloc.
    void turn(TimePoint until, int fd = -1) {
        int running = 0;
        if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) throw std::bad_alloc{};
        if (!resume_ended()) {
            auto next = std::min(until, alarms_.next());
            next = std::min(next, next_look_);
            auto const wait = detail::poll_time(Clock::now(), to_clock(next));
            curl_waitfd input{.fd = fd, .events = CURL_WAIT_POLLIN, .revents = 0};
            if (wait > 0 && curl_multi_poll(multi_.get(), &input, fd < 0 ? 0U : 1U, wait, nullptr) != CURLM_OK)
                throw std::bad_alloc{};
        }
        alarms_.wake(now());
    }

    /// Ends the wait of a turn. Thread safety: may be called from any thread, while the loop lives.
    void wake() noexcept { curl_multi_wakeup(multi_.get()); }

private:
    static Clock::time_point to_clock(TimePoint t) {
        if (t == TimePoint::max()) return Clock::time_point::max();
        return Clock::time_point{std::chrono::duration_cast<Clock::duration>(t.time_since_epoch())};
    }

    /// Resumes whoever waits for an exchange that has ended, unless one of them destroys it before. Returns: whether
    /// there was one.
    bool resume_ended() {
        auto const end = [this](Exchange& one) {
            if (!one.place_) return; // it had ended, and was resumed, before
            one.ended_ = true;
            ended_.splice(ended_.end(), running_, *one.place_);
        };
        int left = 0;
        while (auto const* const message = curl_multi_info_read(multi_.get(), &left)) {
            char* self = nullptr;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &self);
            auto* const one = reinterpret_cast<Exchange*>(self);
            one->code_ = message->data.result;
            end(*one);
        }
        auto const now = Clock::now();
        auto next = Clock::time_point::max();
        for (auto at = running_.begin(); at != running_.end();) {
            auto& one = **at++; // it may be in the other list after it
            try {
                if (auto const look = one.exchange_->look(now)) {
                    next = std::min(next, *look);
                    continue;
                }
            } catch (...) {
                one.failure_ = std::current_exception();
            }
            end(one);
        }
        next_look_ =
            next == Clock::time_point::max() ? TimePoint::max() : TimePoint{to_duration(next.time_since_epoch())};
        bool const any = !ended_.empty();
        while (!ended_.empty()) {
            auto* const one = ended_.front();
            ended_.pop_front();
            one->place_.reset();
            one->waits_.resume();
        }
        return any;
    }

    struct Idle {
        CurlOptions const* options;
        std::unique_ptr<detail::CurlHandle> handle;
    };

    /// Returns: the handle that was used last for the same address, or a new one.
    std::unique_ptr<detail::CurlHandle> handle_for(HttpRequest const& request, CurlOptions const& options) {
        auto const found = std::find_if(idle_.rbegin(), idle_.rend(), [&](Idle const& one) {
            return one.options == &options && one.handle->url == request.url;
        });
        if (found == idle_.rend()) return detail::make_handle<detail::CurlHandle>(request, options);
        auto handle = std::move(found->handle);
        idle_.erase(std::next(found).base());
        return handle;
    }
    void give_back(CurlOptions const& options, std::unique_ptr<detail::CurlHandle> handle) noexcept {
        try {
            idle_.push_back({&options, std::move(handle)});
        } catch (std::bad_alloc const&) { // it goes, and a new one is made
        }
    }

    std::unique_ptr<CURLM, detail::CurlFree<curl_multi_cleanup>> multi_;
    detail::Alarms alarms_{Waker{multi_.get(), [](void* multi) { curl_multi_wakeup(static_cast<CURLM*>(multi)); }}};
    std::list<Exchange*> running_ = {};
    std::list<Exchange*> ended_ = {}; // those that are being resumed
    std::vector<Idle> idle_ = {};
    TimePoint next_look_ = TimePoint::max();
};

} // namespace grit::inline GRIT_ABI::llm
