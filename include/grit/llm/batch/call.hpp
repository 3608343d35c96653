// SPDX-License-Identifier: BSL-1.0
#pragma once
// One call of many that share their endpoints: which endpoint it asks, when it may, and what counts as an attempt.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <grit/async/async.hpp>
#include <grit/core/stage.hpp>
#include <grit/llm/batch/options.hpp>
#include <grit/llm/batch/pace.hpp>
#include <grit/llm/chat/estimate.hpp>
#include <grit/llm/chat/request.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/client/call_log.hpp>
#include <grit/llm/client/fail_over.hpp>
#include <grit/llm/client/ready_made_calls.hpp>
#include <grit/llm/client/run_under.hpp>
#include <grit/llm/error/category.hpp>
#include <grit/llm/error/connection_error.hpp>
#include <grit/llm/http/cancel.hpp>
#include <grit/llm/transport/task.hpp>
#include <grit/pipeline.hpp>
#include <grit/retry.hpp>

namespace grit::inline GRIT_ABI::llm::detail {

struct MayBeSentAgain {
    bool after_timeout;
    /// Another endpoint is left: one that is silent is not waited for again.
    bool leaves_if_silent = false;
    bool operator()(ApiError const& error) const noexcept {
        if (leaves_if_silent && dynamic_cast<ApiTimeoutError const*>(&error) != nullptr) return false;
        return is_retryable(error) && (after_timeout || !timed_out_after_sending(error));
    }
};

/// Ends a sleep in a loop when a stop is requested.
struct WhenStopped {
    CancelToken const& cancel;
    bool is_possible() const noexcept { return cancel.stop_possible(); }

    struct Armed {
        Armed(WhenStopped const& early, Waker waker) : callback(early.cancel, waker) {}
        CancelCallback<Waker> callback;
    };
};

/// Sleeps in a loop.
template <class Loop>
struct LoopSleeper {
    Loop* loop;
    auto sleep(Duration d) const { return loop->sleep(d); }
    template <class Early>
    auto sleep(Duration d, Early& early) const {
        return loop->sleep(d, early);
    }
};

/// What the calls of one batch share. Thread safety: one thread.
template <class Loop, class C>
class Batch {
    using MaybeAnswer = std::optional<ChatResponse>;

public:
    Batch(Loop& loop, std::span<BatchEndpoint<C> const> endpoints, BatchOptions const& options)
        : loop_(loop), options_(options),
          end_(options.deadline ? saturating_add(loop.now(), to_duration(*options.deadline)) : TimePoint::max()) {
        for (auto const& endpoint : endpoints) routes_.emplace_back(endpoint);
    }
    Batch(Batch const&) = delete;
    Batch& operator=(Batch const&) = delete;

    BatchCounts& counts() noexcept { return counts_; }
    TimePoint end() const noexcept { return end_; }
    bool is_over() const { return options_.cancel.stop_requested() || loop_.now() >= end_; }

    /// One call, on whichever endpoint. Throws: std::bad_alloc.
    Task<CompletionResult> complete(ChatRequest request) {
        CallLog log;
        MaybeAnswer answer;
        std::exception_ptr error;
        try {
            answer = co_await ask(request, log);
        } catch (...) {
            error = std::current_exception();
        }
        if (answer) counts_.usage += answer->usage;
        co_return to_result([&](CallLog& told) -> ChatResponse {
            told = std::move(log);
            if (error) std::rethrow_exception(error);
            return std::move(*answer);
        });
    }

private:
    struct Route {
        explicit Route(BatchEndpoint<C> const& endpoint)
            : client(endpoint.client), requests(endpoint.requests_per_minute), tokens(endpoint.tokens_per_minute),
              account(endpoint.account) {}
        C& client;
        Pace requests;
        Pace tokens;
        AccountLimit* account;
        Gate gate = {};

        /// So many more tokens were used than the limits were told.
        void settle(double more) noexcept {
            tokens.correct(more);
            if (account != nullptr) account->settle(more);
        }
        /// Nothing was sent.
        void give_back(double taken) noexcept {
            requests.correct(-1);
            tokens.correct(-taken);
            if (account != nullptr) account->give_back(taken);
        }
    };
    /// One call: what is asked, within which time, and which endpoints have failed it.
    struct Call {
        ChatRequest const& asked;
        Context context;
        CallLog& log;
        std::vector<bool> failed;
        int sent = 0;
    };

    Task<MaybeAnswer> ask(ChatRequest const& request, CallLog& log) {
        auto const limit = request.deadline ? request.deadline : routes_.front().client.endpoint().deadline;
        auto const end = limit ? std::min(end_, saturating_add(loop_.now(), to_duration(*limit))) : end_;
        Call call{.asked = request,
                  .context = Context{end, request.cancel.stop_possible() ? StopView{&request.cancel} : StopView{},
                                     ClockView{&loop_}},
                  .log = log,
                  .failed = std::vector<bool>(routes_.size())};
        for (;;) {
            std::size_t const at = first_open(call);
            auto& route = routes_[at];
            ChatRequest asked = call.asked;
            if (asked.model.empty() || (at != 0 && !route.client.endpoint().model.empty()))
                asked.model = route.client.endpoint().model;
            bool const another = std::ranges::count(call.failed, false) > 1;
            grit::Retrying const policy{StopAfterAttempt{options_.max_attempts},
                                        WaitRandomExponential<std::chrono::seconds{1}, std::chrono::seconds{30}>{},
                                        RetryIfException{MayBeSentAgain{options_.resend_after_timeout, another}}};
            try {
                auto const operation = [&](Attempt const& attempt) { return admitted(call, route, asked, attempt); };
                auto answer = co_await grit::async(grit::pipeline(Under{call.context}, policy),
                                                   LoopSleeper<Loop>{&loop_})(operation);
                if (answer) co_return answer;
                continue; // another endpoint lets it in sooner
            } catch (Cancelled const&) {
                throw ApiUserAbortError{};
            } catch (DeadlineExceeded const&) {
                throw_transport_failure(TransportFailure::attempt_timeout, "no time was left to begin");
            } catch (std::exception const& failure) {
                call.failed[at] = true;
                bool const goes_on = FailOver{}(failure) && first_open(call) != routes_.size() &&
                                     (options_.resend_after_timeout || !timed_out_after_sending(failure));
                if (!goes_on || call.context.stop_requested() || call.context.remaining() <= Duration::zero()) throw;
            }
        }
    }

    /// Returns: the first endpoint that has not failed the call and lets requests in, or else the one that will first.
    std::size_t first_open(Call const& call) const {
        auto best = routes_.size();
        auto shortest = Duration::max();
        for (std::size_t i = 0; i < routes_.size(); ++i) {
            if (call.failed[i]) continue;
            auto const closed = routes_[i].gate.closed_for(loop_.now());
            if (best != routes_.size() && closed >= shortest) continue;
            best = i;
            shortest = closed;
        }
        return best;
    }

    /// One attempt that counts, once the endpoint lets it in. Returns: nothing if another endpoint does so sooner.
    Task<MaybeAnswer> admitted(Call& call, Route& route, ChatRequest const& asked, Attempt const& attempt) {
        for (;;) {
            auto const tokens = estimate(asked);
            if (!co_await enters(call, route, tokens)) co_return std::nullopt;
            bool const tries = route.gate.enter();
            call.log.begin(route.client.address(), asked.model, attempt.last_wait());
            try {
                auto answer = co_await guarded(call, route, asked);
                route.gate.open(loop_.now());
                if (auto const total = static_cast<double>(answer.usage.total_tokens); total > 0) {
                    learn(answer.usage);
                    route.settle(total - tokens);
                }
                hold_back(route, answer.rate_limits);
                answer.attempts = call.log.records();
                co_return answer;
            } catch (Rejected const& error) { // nothing was sent
                call.log.fail(error);
                route.give_back(tokens);
                route.gate.close(saturating_add(loop_.now(), std::max(error.retry_after(), Gate::look_again)));
            } catch (ApiError& error) {
                call.log.fail(error);
                if (tries) route.gate.leave();
                // Of what timed out nobody knows what it used: the estimate stands.
                if (timed_out_after_sending(error)) ++counts_.sent_and_timed_out;
                else route.settle(-tokens);
                // No time to wait is named by zero either: who asks again at once, and counts nothing, never ends.
                bool const waits = is_retryable(error) && error.retry_after() > Duration::zero();
                if (waits) leave_alone(route, to_duration(*error.retry_after()));
                bool const learnt_nothing = tries && dynamic_cast<ApiConnectionError const*>(&error) != nullptr &&
                                            MayBeSentAgain{options_.resend_after_timeout}(error);
                if (!waits && !learnt_nothing) throw;
                if (!waits) route.gate.close(saturating_add(loop_.now(), after_nothing));
            } catch (std::exception const& error) {
                call.log.fail(error);
                if (tries) route.gate.leave();
                throw;
            }
        }
    }

    /// Waits until the endpoint lets a request in and its turn has come. Returns: false if another one does sooner.
    Task<bool> enters(Call const& call, Route& route, double tokens) {
        for (;;) {
            if (call.context.stop_requested()) throw ApiUserAbortError{};
            auto const left = call.context.remaining();
            if (left <= Duration::zero())
                throw_transport_failure(TransportFailure::attempt_timeout, "no endpoint let the request in");
            if (auto const closed = route.gate.closed_for(loop_.now()); closed > Duration::zero()) {
                if (&routes_[first_open(call)] != &route) co_return false;
                Duration const nap = std::min(std::min(closed, left), longest_nap);
                ++counts_.held_back;
                co_await loop_.sleep(nap);
                --counts_.held_back;
                continue;
            }
            auto const now = loop_.now();
            auto const turn = std::max(route.requests.take(now, 1), route.tokens.take(now, tokens));
            WhenStopped early{call.asked.cancel};
            if (turn > now) co_await loop_.sleep(std::min(Duration{turn - now}, left), early);
            bool const has_turn = route.gate.closed_for(loop_.now()) == Duration::zero() &&
                                  !call.context.stop_requested() && loop_.now() >= turn;
            Duration const wait = has_turn && route.account != nullptr ? route.account->take(tokens) : Duration::zero();
            if (has_turn && wait <= Duration::zero()) co_return true;
            route.requests.correct(-1);
            route.tokens.correct(-tokens);
            if (wait > Duration::zero()) {
                ++counts_.held_back;
                co_await loop_.sleep(std::min(std::min(wait, left), longest_nap));
                --counts_.held_back;
            }
        }
    }

    /// One exchange, inside the guard of the client.
    Task<ChatResponse> guarded(Call& call, Route& route, ChatRequest const& asked) {
        auto const exchange = [&](Attempt const& under) -> Task<ChatResponse> {
            auto const request = route.client.encode(asked, under.context(), call.sent + 1);
            call.log.sent();
            ++counts_.attempts;
            if (++call.sent > 1) ++counts_.retried;
            auto response = co_await loop_.exchange(route.client.transport(), request);
            co_return route.client.decode(request, std::move(response));
        };
        co_return co_await grit::async(grit::pipeline(Under{call.context}, route.client.guard()),
                                       LoopSleeper<Loop>{&loop_})(exchange);
    }

    /// Who has nothing left is left alone until there is something again.
    void hold_back(Route& route, RateLimits const& limits) {
        for (auto const* const limit : {&limits.requests, &limits.tokens})
            if (limit->remaining == 0 && limit->reset) leave_alone(route, to_duration(*limit->reset));
        if (route.account != nullptr) route.account->observe(limits);
    }
    void leave_alone(Route& route, Duration d) {
        route.gate.close(saturating_add(loop_.now(), d));
        if (route.account != nullptr) route.account->pause(d);
    }

    /// Returns: about how many tokens the request and its answer are; an answer is as long as those before it.
    double estimate(ChatRequest const& request) const noexcept {
        return answer_tokens_ > 0 ? estimated_tokens(request, answer_tokens_) : estimated_tokens(request);
    }
    void learn(Usage const& usage) noexcept {
        auto const tokens = static_cast<double>(usage.completion_tokens);
        answer_tokens_ = answer_tokens_ > 0 ? answer_tokens_ + (tokens - answer_tokens_) / 16 : tokens;
    }

    /// How long an endpoint is left alone that did not answer whoever tried it.
    static constexpr Duration after_nothing = std::chrono::seconds{1};
    /// Nobody sleeps longer at a closed endpoint, because another call may open it.
    static constexpr Duration longest_nap = std::chrono::milliseconds{100};

    Loop& loop_;
    BatchOptions const& options_;
    TimePoint end_;
    std::vector<Route> routes_ = {};
    BatchCounts counts_ = {};
    double answer_tokens_ = 0;
};

} // namespace grit::inline GRIT_ABI::llm::detail
