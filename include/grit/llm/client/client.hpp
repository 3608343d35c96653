// SPDX-License-Identifier: BSL-1.0
#pragma once
// A client: one endpoint in one dialect over one transport, with a policy around every call and a guard around every
// attempt.

#include <algorithm>
#include <chrono>
#include <concepts>
#include <exception>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <grit/llm/chat/delta.hpp>
#include <grit/llm/chat/endpoint.hpp>
#include <grit/llm/chat/request.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/client/call_log.hpp>
#include <grit/llm/client/policies.hpp>
#include <grit/llm/client/policy_clock.hpp>
#include <grit/llm/client/run_under.hpp>
#include <grit/llm/client/stream_error.hpp>
#include <grit/llm/client/stream_reader.hpp>
#include <grit/llm/dialect/dialect.hpp>
#include <grit/llm/dialect/http_head.hpp>
#include <grit/llm/error/api_error.hpp>
#include <grit/llm/error/connection_error.hpp>
#include <grit/llm/http/address.hpp>
#include <grit/llm/http/cancel.hpp>
#include <grit/llm/http/request.hpp>
#include <grit/llm/http/response.hpp>
#include <grit/llm/transport/transport.hpp>
#include <grit/retry.hpp>

namespace grit::inline GRIT_ABI::llm {

/// Takes the pieces of an answer: `f(Delta const&)`, or `f(std::string_view)` for its text alone.
template <class F>
concept DeltaCallback = std::invocable<F&, Delta const&> || std::invocable<F&, std::string_view>;

struct OpenAi; // dialect/openai.hpp, the default dialect

/// Asks one endpoint in one dialect over one transport.
///
/// `policy` surrounds a whole call, by default three attempts at what may succeed later; `guard` surrounds each
/// attempt. Both are stages, and each can be replaced by any other; one that is shared, and a transport that is shared
/// or looked at from outside, is given as `std::ref(it)`. There is one loop: nothing below the policy repeats anything.
/// Thread safety: that of the transport, the policy and the guard; with CurlTransport and the defaults, any threads.
template <Transport T, Dialect D = OpenAi, class Policy = CompletionRetrying, class Guard = EndpointBreaker>
class Client {
public:
    /// Throws: std::invalid_argument, which names the member, for an endpoint to which nothing could be sent.
    explicit Client(T transport, Endpoint endpoint = {}, D dialect = {}, Policy policy = Policy{})
        : transport_(std::move(transport)), endpoint_(detail::checked(std::move(endpoint))),
          dialect_(std::move(dialect)), policy_(std::move(policy)) {}

    Client(T transport, Endpoint endpoint, D dialect, Policy policy, Guard guard)
        requires std::move_constructible<Guard>
        : transport_(std::move(transport)), endpoint_(detail::checked(std::move(endpoint))),
          dialect_(std::move(dialect)), policy_(std::move(policy)), guard_(std::move(guard)) {}

    Endpoint const& endpoint() const noexcept { return endpoint_; }

    D const& dialect() const noexcept { return dialect_; }

    /// Returns: what surrounds each attempt, to be asked or controlled: `client.guard().state()`.
    auto& guard() noexcept { return detail::unwrapped(guard_); }

    /// Returns: how long until the guard lets an attempt through: the rest of the time for which a breaker is open, the
    /// longest time of one that was forced open; zero if it does now, or if it does not say.
    Duration admits_in() const {
        if constexpr (requires { detail::unwrapped(guard_).snapshot().retry_after; }) {
            auto const seen = detail::unwrapped(guard_).snapshot();
            return seen.state == CircuitState::forced_open ? Duration::max() : seen.retry_after;
        } else return Duration::zero();
    }

    /// Returns: the clock on which the deadline of a call is counted: that of the policy, such as a ManualTime, or else
    /// that of `context`.
    template <class P = UsePolicy>
    ClockView clock(P const& policy = {}, Context const& context = no_context) const noexcept {
        return detail::clock_of(chosen(policy), context.clock());
    }

    /// Sends `request` once, outside of the policy and the guard, and returns the answer.
    ///
    /// A deadline and a stop of `context` end it. Throws: an ApiError that says why there is no answer; what the
    /// transport throws.
    ChatResponse attempt(ChatRequest const& request, Context const& context = no_context) {
        return exchange(named(request), context, 1);
    }

    /// Asks for a completion under the client's policy and returns the answer, with every attempt that it took.
    ///
    /// Throws: the last error, with every attempt; what a guard refuses with, such as CircuitOpenError.
    /// A deadline is counted on the clock of the policy, such as a ManualTime, or else of `context`.
    ChatResponse complete(ChatRequest const& request, Context const& context = no_context) {
        return complete(request, UsePolicy{}, context);
    }

    /// The same under another policy than the client's: a stage, or a callable that takes an operation.
    template <class P>
        requires(!std::convertible_to<P const&, Context const&>)
    ChatResponse complete(ChatRequest const& request, P const& policy, Context const& context = no_context) {
        CallLog log;
        return complete(request, policy, context, log);
    }

    /// The same; what happens is written down in `log` too, which outlives an error of any type.
    template <class P>
    ChatResponse complete(ChatRequest const& request, P const& policy, Context const& context, CallLog& log) {
        auto const once = [this](ChatRequest const& r, Context const& c, int number) { return exchange(r, c, number); };
        return call(named(request), policy, context, log, once);
    }

    /// Asks for a completion piece by piece: `on_delta` gets each piece as it comes, the answer is the whole.
    ///
    /// What fails before the first piece was delivered is retried as `complete` does; later it is a StreamError, which
    /// carries what had arrived. If `on_delta` takes a Restart too, it is retried all the same: `on_delta` is told so,
    /// and gets the whole answer again. A stream that ends without a finish reason and without its end is never an
    /// answer. What `on_delta` throws ends the call.
    template <DeltaCallback F>
        requires StreamingTransport<T> && StreamingDialect<D>
    ChatResponse stream(ChatRequest const& request, F&& on_delta, Context const& context = no_context) {
        CallLog log;
        return stream(request, on_delta, UsePolicy{}, context, log);
    }

    /// The same under another policy than the client's.
    template <DeltaCallback F, class P>
        requires StreamingTransport<T> && StreamingDialect<D>
    ChatResponse stream(ChatRequest const& request, F&& on_delta, P const& policy, Context const& context,
                        CallLog& log) {
        auto const once = [&](ChatRequest const& r, Context const& c, int number) {
            return exchange_stream(r, c, number, log, on_delta);
        };
        return call(named(request), policy, context, log, once);
    }

    /// Makes a call that is no completion in the same way: under the client's policy, or another, and its guard, with
    /// the limits and the stop of `options`, a CallOptions or a ChatRequest.
    ///
    /// `build()` returns the HttpRequest of an attempt, `read(HttpResponse const&)` what the answer says, which has a
    /// member `attempts`. Throws: as `complete`; what `build` and `read` throw.
    template <class Options, std::invocable Build, class Read, class P = UsePolicy>
    auto ask(Options const& options, Build const& build, Read const& read, P const& policy = P{},
             Context const& context = no_context) {
        auto const once = [&](Options const& o, Context const& c, int number) {
            if (o.cancel.stop_requested() || c.stop_requested()) throw ApiUserAbortError{};
            return read(send(prepared(build(), c, number)));
        };
        CallLog log;
        return call(options, policy, context, log, once);
    }

    /// The steps of an attempt, for whoever carries the requests himself.
    ///
    /// Returns: `request` for this endpoint's model, if it names none.
    ChatRequest named(ChatRequest request) const {
        if (request.model.empty()) request.model = endpoint_.model;
        return request;
    }
    /// Returns: where its requests go.
    std::string address() const {
        if (endpoint_.base_url.empty()) {
            if constexpr (requires { D::base_url; }) return std::string{D::base_url};
            else if constexpr (requires { dialect_.default_base_url(); })
                return std::string{dialect_.default_base_url()};
        }
        return shown_address(endpoint_.base_url);
    }
    /// Returns: what is to be sent at attempt `number` of a call, under the deadline and the stop of `context`.
    /// Throws: ApiUserAbortError once a stop is requested; what the dialect throws of a request that it cannot encode.
    HttpRequest encode(ChatRequest const& request, Context const& context = no_context, int number = 1,
                       bool stream = false) const {
        if (request.cancel.stop_requested() || context.stop_requested()) throw ApiUserAbortError{};
        return prepared(dialect_.encode(request, endpoint_, stream), context, number);
    }
    /// Returns: the answer to what was sent. Throws: the ApiError that it is.
    ChatResponse decode(HttpRequest const& sent, HttpResponse response) const {
        return dialect_.decode(asked(sent, std::move(response)), endpoint_.key, std::chrono::system_clock::now());
    }
    T& transport() noexcept { return transport_; }
    auto const& policy() const noexcept { return policy_; }

private:
    template <class P>
    auto const& chosen(P const& policy) const noexcept {
        if constexpr (std::same_as<P, UsePolicy>) return policy_;
        else if constexpr (detail::leaves_if_silent<P>) return chosen(policy.policy);
        else return policy;
    }

    template <class R, class P, class Exchange>
    auto call(R const& request, P const& given, Context const& outer, CallLog& log, Exchange const& once) {
        auto const& policy = chosen(given);
        EitherStop const stop{StopView{&request.cancel}, outer.stop()}; // of the request, and of the surroundings
        auto const deadline = request.deadline ? request.deadline : endpoint_.deadline;
        auto const clock = this->clock(policy, outer);
        auto const end = deadline ? saturating_add(clock.now(), to_duration(*deadline)) : TimePoint::max();
        auto const timed = outer.on_clock(clock).narrowed(end);
        auto const context = Context{timed.deadline(), request.cancel.stop_possible() ? StopView{&stop} : outer.stop(),
                                     clock, outer.span()};
        int number = 0;
        auto operation = [&](Attempt const& attempt) -> decltype(once(request, context, number)) {
            // A policy that is no stage may bring an attempt of its own, which knows nothing of the context.
            bool const knows = attempt.has_deadline() || attempt.context().stop().stop_possible();
            Attempt const inner{attempt.number(), attempt.last_wait(), knows ? attempt.context() : context};
            log.begin(address(), request.model, inner.last_wait());
            ++number;
            auto guarded = [&](Attempt const& under) {
                log.sent();
                return once(request, under.context(), number);
            };
            try {
                return detail::run_under(guard_, guarded, inner);
            } catch (StreamError& error) { // no policy may ask again for what has been delivered
                log.fail(error);
                throw Permanent{error};
            } catch (detail::CallbackFailure const& error) {
                throw Permanent{error};
            } catch (ApiTimeoutError& error) {
                log.fail(error);
                if constexpr (detail::leaves_if_silent<P>)
                    if (given.leave) throw Permanent{error};
                throw;
            } catch (ApiError& error) {
                log.fail(error);
                throw;
            } catch (std::exception const& error) {
                log.fail(error);
                throw;
            }
        };
        auto const under_policy = [&] {
            try {
                return detail::run_under(policy, operation, Attempt{1, Duration::zero(), context});
            } catch (PermanentSignal const& signal) { // from under a policy that knows no signals
                signal.raise();
            }
        };
        try {
            auto answer = under_policy();
            answer.attempts = log.records();
            return answer;
        } catch (Cancelled const&) { // before anything was sent
            throw ApiUserAbortError{};
        } catch (DeadlineExceeded const&) {
            detail::throw_transport_failure(TransportFailure::attempt_timeout, "no time was left to begin");
        } catch (detail::CallbackFailure const& failure) {
            log.end_by_caller();
            std::rethrow_exception(failure.thrown);
        }
    }

    /// Sends `http`, and writes down what was asked.
    template <class... Sink>
    HttpResponse send(HttpRequest const& http, Sink... sink) {
        return asked(http, transport_(http, sink...));
    }
    static HttpResponse asked(HttpRequest const& http, HttpResponse response) {
        response.asked =
            std::string{http.method == Method::get ? "GET " : "POST "}.append(parse_address(http.url).path);
        return response;
    }

    static HttpRequest prepared(HttpRequest http, Context const& context, int number) {
        detail::set_default(http.headers, "User-Agent", "grit/0.1");
        // What the official SDKs tell their servers, under the name that the servers know.
        detail::set_default(http.headers, "x-stainless-retry-count", std::to_string(number - 1));
        http.stop = context.stop();
        auto& attempt = http.timeouts.attempt;
        attempt = std::min(attempt, std::chrono::floor<std::chrono::milliseconds>(context.remaining()));
        return http;
    }

    ChatResponse exchange(ChatRequest const& request, Context const& context, int number) {
        auto const http = encode(request, context, number);
        return decode(http, transport_(http));
    }

    template <class F>
    ChatResponse exchange_stream(ChatRequest const& request, Context const& context, int number, CallLog& log,
                                 F& on_delta) {
        auto const http = encode(request, context, number, true);
        detail::StreamReader<D, F> reader{dialect_, endpoint_, log, on_delta};
        HttpResponse response;
        try {
            response = send(http, BodySink{reader});
        } catch (ApiUserAbortError const&) {
            throw;
        } catch (ApiError const& error) {
            reader.fail(error);
            throw;
        }
        if (response.status < 200 || response.status >= 300)
            return dialect_.decode(response, endpoint_.key, std::chrono::system_clock::now());
        return reader.finish(response);
    }

    T transport_;
    Endpoint endpoint_;
    [[no_unique_address]] D dialect_;
    [[no_unique_address]] Policy policy_;
    [[no_unique_address]] Guard guard_{};
};

} // namespace grit::inline GRIT_ABI::llm
