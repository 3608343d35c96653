// SPDX-License-Identifier: BSL-1.0
#pragma once
// Completions for those who own an io_context: exchanges over libcurl on Asio, and async_complete. Needs Asio 1.22.1.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <list>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include <asio/any_io_executor.hpp>
#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <curl/curl.h>
#include <unistd.h>

#include <grit/adapter/asio.hpp>
#include <grit/llm/chat/request.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/client/call_log.hpp>
#include <grit/llm/client/client.hpp>
#include <grit/llm/client/run_under.hpp>
#include <grit/llm/error/api_error.hpp>
#include <grit/llm/error/connection_error.hpp>
#include <grit/llm/http/cancel.hpp>
#include <grit/llm/http/request.hpp>
#include <grit/llm/http/response.hpp>
#include <grit/llm/transport/curl.hpp>
#include <grit/llm/transport/curl_channel.hpp>
#include <grit/llm/transport/curl_exchange.hpp>
#include <grit/llm/transport/curl_many.hpp>

namespace grit::inline GRIT_ABI::llm {

namespace detail {

/// The exchanges of one executor. It lives until the last of them has ended.
class AsioMulti : public std::enable_shared_from_this<AsioMulti> {
    using Clock = CurlExchange::Clock;

public:
    explicit AsioMulti(asio::any_io_executor executor)
        : executor_(std::move(executor)), timer_(executor_), multi_(curl_multi_init()) {
        if (multi_ == nullptr) fail_to_start();
        set(CURLMOPT_MAXCONNECTS, CurlMany::most_connections);
        set(CURLMOPT_SOCKETFUNCTION, &on_socket);
        set(CURLMOPT_SOCKETDATA, this);
        set(CURLMOPT_TIMERFUNCTION, &on_timer);
        set(CURLMOPT_TIMERDATA, this);
    }

    asio::any_io_executor const& executor() const noexcept { return executor_; }

    /// Has a stop looked at, from whichever thread it comes.
    struct Look {
        std::weak_ptr<AsioMulti> multi;
        void operator()() const {
            if (auto const alive = multi.lock()) asio::post(alive->executor_, [alive] { alive->look(); });
        }
    };

    /// One exchange that goes on. Whoever waits for it is told once.
    struct Going {
        HttpRequest request;
        std::unique_ptr<CurlHandle> handle = {};
        std::optional<CurlExchange> exchange = {};
        std::optional<std::list<Going*>::iterator> place = {};
        std::uint64_t number = 0;
        std::optional<CancelCallback<Look>> on_stop = {};

        explicit Going(HttpRequest r) : request(std::move(r)) {}
        Going(Going const&) = delete;
        Going& operator=(Going const&) = delete;
        virtual ~Going() = default;
        virtual void end(std::exception_ptr error, HttpResponse response) = 0;
    };

    std::uint64_t next_number() noexcept { return ++last_number_; }

    /// Begins. What goes on is told of its end once, and then it is gone.
    void begin(std::unique_ptr<Going> going, CurlOptions const& options) {
        try {
            going->handle = make_handle<CurlHandle>(going->request, options);
            going->handle->set(CURLOPT_PRIVATE, static_cast<void*>(going.get()));
            going->place = running_.insert(running_.end(), going.get());
            going->exchange.emplace(*going->handle, multi_.get(), options, going->request, nullptr);
            if (going->request.cancel.stop_possible())
                going->on_stop.emplace(going->request.cancel, Look{weak_from_this()});
        } catch (...) {
            going->exchange.reset();
            if (going->place) running_.erase(*going->place);
            going->end(std::current_exception(), {});
            return;
        }
        [[maybe_unused]] auto* const owned_by_the_list = going.release();
        look();
    }
    /// Breaks one off, if it still goes on.
    void cancel(std::uint64_t number) {
        auto const found = std::ranges::find(running_, number, &Going::number);
        if (found != running_.end()) finish(**found, std::make_exception_ptr(ApiUserAbortError{}), {});
    }
    ~AsioMulti() {
        abandon();
        multi_.reset(); // it lets go of its sockets
    }
    AsioMulti(AsioMulti const&) = delete;
    AsioMulti& operator=(AsioMulti const&) = delete;

private:
    /// A socket of libcurl's, by a descriptor of our own: it closes its own whenever it likes.
    struct Socket {
        asio::posix::stream_descriptor descriptor;
        int wants = 0;
        bool reads = false;
        bool writes = false;
    };

    template <class T>
    void set(CURLMoption option, T value) {
        if (curl_multi_setopt(multi_.get(), option, value) != CURLM_OK) fail_to_start();
    }

    static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) noexcept {
        try {
            static_cast<AsioMulti*>(self)->watch(socket, what);
            return 0;
        } catch (...) {
            return -1;
        }
    }
    static int on_timer(CURLM*, long milliseconds, void* self) noexcept {
        auto& multi = *static_cast<AsioMulti*>(self);
        multi.curl_due_ =
            milliseconds < 0 ? Clock::time_point::max() : Clock::now() + std::chrono::milliseconds{milliseconds};
        return 0;
    }

    void watch(curl_socket_t socket, int what) {
        if (what == CURL_POLL_REMOVE) {
            sockets_.erase(socket);
            return;
        }
        auto found = sockets_.find(socket);
        if (found == sockets_.end()) {
            int const own = ::dup(socket);
            if (own < 0) throw std::bad_alloc{};
            found = sockets_.emplace(socket, std::make_shared<Socket>(asio::posix::stream_descriptor{executor_, own}))
                        .first;
        }
        found->second->wants = what;
        wait(socket, found->second);
    }

    /// Waits for what libcurl wants to know of the socket, unless it is waited for already.
    void wait(curl_socket_t socket, std::shared_ptr<Socket> const& one) {
        auto const arm = [&](int want, bool Socket::* waits, asio::posix::descriptor_base::wait_type type, int ready) {
            if ((one->wants & want) == 0 || (*one).*waits) return;
            (*one).*waits = true;
            one->descriptor.async_wait(
                type, [self = weak_from_this(), socket, weak = std::weak_ptr{one}, waits, ready](std::error_code code) {
                    auto const multi = self.lock();
                    auto const known = weak.lock();
                    if (multi == nullptr || known == nullptr) return; // libcurl has let go of it
                    (*known).*waits = false;
                    if (code) return;
                    int running = 0;
                    curl_multi_socket_action(multi->multi_.get(), socket, ready, &running);
                    auto const still = multi->sockets_.find(socket);
                    if (still != multi->sockets_.end() && still->second == known) multi->wait(socket, known);
                    multi->look();
                });
        };
        arm(CURL_POLL_IN, &Socket::reads, asio::posix::descriptor_base::wait_read, CURL_CSELECT_IN);
        arm(CURL_POLL_OUT, &Socket::writes, asio::posix::descriptor_base::wait_write, CURL_CSELECT_OUT);
    }

    /// The wait of the timer. Where it is destroyed and not called, the context is at its end, and so is all that goes
    /// on: what waits for an exchange may hold this.
    struct Watch {
        std::shared_ptr<AsioMulti> multi;
        explicit Watch(std::shared_ptr<AsioMulti> m) noexcept : multi(std::move(m)) {}
        Watch(Watch&&) noexcept = default;
        Watch& operator=(Watch&&) = delete;
        ~Watch() {
            if (multi != nullptr) multi->abandon();
        }
    };
    void abandon() noexcept {
        auto const gone = std::exchange(running_, {});
        for (auto* const going : gone) {
            going->exchange.reset();
            delete going;
        }
    }

    /// Ends what has ended, and sets the timer to when something is to be done next.
    void look() {
        int left = 0;
        while (auto const* const message = curl_multi_info_read(multi_.get(), &left)) {
            char* one = nullptr;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &one);
            settle(*reinterpret_cast<Going*>(one), message->data.result);
        }
        auto next = curl_due_;
        auto const now = Clock::now();
        for (auto at = running_.begin(); at != running_.end();) {
            auto& going = **at++; // it may be gone after it
            try {
                if (auto const again = going.exchange->look(now)) next = std::min(next, *again);
                else settle(going, CURLE_OK);
            } catch (...) {
                finish(going, std::current_exception(), {});
            }
        }
        if (running_.empty()) {
            timer_.cancel();
            return;
        }
        timer_.expires_at(std::max(next, now));
        timer_.async_wait([watch = Watch{shared_from_this()}](std::error_code code) mutable {
            auto const multi = std::exchange(watch.multi, nullptr);
            if (code) return;
            if (Clock::now() >= multi->curl_due_) {
                multi->curl_due_ = Clock::time_point::max();
                int running = 0;
                curl_multi_socket_action(multi->multi_.get(), CURL_SOCKET_TIMEOUT, 0, &running);
            }
            multi->look();
        });
    }

    void settle(Going& going, CURLcode code) {
        std::exception_ptr error;
        HttpResponse response;
        try {
            response = going.exchange->finish(code);
        } catch (...) {
            error = std::current_exception();
        }
        finish(going, std::move(error), std::move(response));
    }
    void finish(Going& going, std::exception_ptr error, HttpResponse response) {
        std::unique_ptr<Going> const owner{&going};
        running_.erase(*going.place);
        going.exchange.reset();
        going.end(std::move(error), std::move(response));
    }

    asio::any_io_executor executor_;
    asio::steady_timer timer_;
    std::map<curl_socket_t, std::shared_ptr<Socket>> sockets_ = {};
    std::list<Going*> running_ = {};
    std::uint64_t last_number_ = 0;
    Clock::time_point curl_due_ = Clock::time_point::max();
    std::unique_ptr<CURLM, CurlFree<curl_multi_cleanup>> multi_;
};

/// An exchange whose end calls a handler, on the executor of that.
template <class Handler>
struct AsioGoing final : AsioMulti::Going {
    using Executor = asio::associated_executor_t<Handler, asio::any_io_executor>;

    AsioGoing(HttpRequest r, Handler h, std::shared_ptr<AsioMulti> const& multi)
        : Going(std::move(r)), handler(std::move(h)), slot(asio::get_associated_cancellation_slot(handler)),
          work(asio::get_associated_executor(handler, multi->executor())) {
        number = multi->next_number();
        if (slot.is_connected())
            slot.assign([weak = std::weak_ptr{multi}, which = number](asio::cancellation_type) {
                if (auto const alive = weak.lock())
                    asio::post(alive->executor(), [alive, which] { alive->cancel(which); });
            });
    }

    void end(std::exception_ptr error, HttpResponse response) override {
        if (slot.is_connected()) slot.clear();
        asio::post(work.get_executor(),
                   [handler = std::move(handler), error = std::move(error), response = std::move(response)]() mutable {
                       std::move(handler)(std::move(error), std::move(response));
                   });
    }

    Handler handler;
    asio::associated_cancellation_slot_t<Handler> slot;
    asio::executor_work_guard<Executor> work;
};

} // namespace detail

/// Many exchanges over libcurl on one executor of Asio, which owns the sockets' readiness and the timer.
///
/// `exchanges.async_exchange(transport, request, token)` completes with `void(std::exception_ptr, HttpResponse)`: the
/// answer, whatever its status, or the error that a CurlTransport throws. A cancellation by the slot of the handler
/// breaks it off with ApiUserAbortError. What has begun goes on if this is gone. Requires: an executor that runs one
/// handler at a time, such as that of an io_context with one thread, or a strand. Thread safety: from that executor.
class AsioExchanges {
public:
    /// Throws: ApiConnectionError if libcurl does not start.
    explicit AsioExchanges(asio::any_io_executor executor)
        : multi_(std::make_shared<detail::AsioMulti>(std::move(executor))) {}
    template <std::derived_from<asio::execution_context> Context>
    explicit AsioExchanges(Context& context) : AsioExchanges(asio::any_io_executor{context.get_executor()}) {}

    asio::any_io_executor get_executor() const { return multi_->executor(); }

    /// Requires: the transport, or a copy of it, lives until the end.
    template <class Token>
    auto async_exchange(CurlTransport const& transport, HttpRequest request, Token&& token) {
        return asio::async_initiate<Token, void(std::exception_ptr, HttpResponse)>(
            [multi = multi_, &options = transport.options()](auto handler, HttpRequest what) {
                using Going = detail::AsioGoing<decltype(handler)>;
                multi->begin(std::make_unique<Going>(std::move(what), std::move(handler), multi), options);
            },
            token, std::move(request));
    }

private:
    std::shared_ptr<detail::AsioMulti> multi_;
};

namespace detail {

template <class C>
asio::awaitable<ChatResponse> complete_on_asio(AsioExchanges exchanges, C& client, ChatRequest request) {
    request = client.named(std::move(request));
    auto const limit = request.deadline ? request.deadline : client.endpoint().deadline;
    auto const end = limit ? saturating_add(no_context.now(), to_duration(*limit)) : TimePoint::max();
    auto const stop = request.cancel.stop_possible() ? StopView{&request.cancel} : StopView{};
    Context const context{end, stop, {}};
    CallLog log;
    auto const exchange = [&](Attempt const& at) -> asio::awaitable<ChatResponse> {
        log.sent();
        auto const http = client.encode(request, at.context(), log.attempts());
        auto response = co_await exchanges.async_exchange(client.transport(), http, asio::use_awaitable);
        co_return client.decode(http, std::move(response));
    };
    auto const attempt = [&](Attempt const& at) -> asio::awaitable<ChatResponse> {
        log.begin(client.address(), request.model, at.last_wait());
        Context const inside = at.context();
        try {
            co_return co_await grit::async(grit::pipeline(Under{inside}, client.guard()))(exchange);
        } catch (ApiError& error) {
            log.fail(error);
            throw;
        } catch (std::exception const& error) {
            log.fail(error);
            throw;
        }
    };
    try {
        auto answer = co_await grit::async(grit::pipeline(Under{context}, client.policy()))(attempt);
        answer.attempts = log.records();
        co_return answer;
    } catch (Cancelled const&) { // before anything was sent
        throw ApiUserAbortError{};
    } catch (DeadlineExceeded const&) {
        throw_transport_failure(TransportFailure::attempt_timeout, "no time was left to begin");
    }
}

} // namespace detail

/// Completes `request` by `client`, under its policy and its guard, without a thread that waits.
///
/// The completion is `void(std::exception_ptr, ChatResponse)`, for any token: a callback, use_future, use_awaitable.
/// Throws, or gives: what `client.complete` throws. A cancellation ends a wait and an exchange.
/// Requires: the client outlives it; a policy and a guard that are stages. Thread safety: that of `exchanges`.
template <class C, class Token>
auto async_complete(AsioExchanges exchanges, C& client, ChatRequest request, Token&& token) {
    auto const executor = exchanges.get_executor();
    return asio::co_spawn(executor, detail::complete_on_asio(std::move(exchanges), client, std::move(request)),
                          static_cast<Token&&>(token));
}

} // namespace grit::inline GRIT_ABI::llm
