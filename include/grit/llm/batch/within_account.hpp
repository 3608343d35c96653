// SPDX-License-Identifier: BSL-1.0
#pragma once
// WithinAccount: each attempt at one request takes from the limits of the account first.

#include <cstdint>

#include <grit/core/rejected.hpp>
#include <grit/llm/batch/fleet_limit.hpp>
#include <grit/llm/chat/estimate.hpp>
#include <grit/llm/chat/request.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/error/api_error.hpp>
#include <grit/llm/error/category.hpp>
#include <grit/llm/error/connection_error.hpp>
#include <grit/llm/error/status_error.hpp>

namespace grit::inline GRIT_ABI::llm {

/// A stage for one request, inside the policy of a client, so that each attempt takes one request and its tokens from a
/// `fleet::RateLimiter`: `client.complete(request, pipeline(client.policy(), WithinAccount{limits, request}))`.
///
/// The tokens are estimated; an answer settles what it used, an error gives the tokens back unless it may have been
/// answered, a refusal by what stands inside gives all of it back, and a Retry-After pauses the account. What finds
/// nothing is refused with RateLimitedError, or waits in line where the limiter has MaxWait. Requires: the limiter
/// outlives it. Thread safety: a const value.
template <class Limiter>
class WithinAccount : public StageInterface<WithinAccount<Limiter>> {
public:
    static constexpr char const* name = "WithinAccount";
    static consteval auto arguments() { return Types<Limiter>{}; }
    static constexpr bool hears_deadline = Limiter::hears_deadline;

    /// `answer_tokens` is how long an answer is thought to be where the request does not bound it.
    WithinAccount(Limiter& limiter, ChatRequest const& request)
        : limiter_(&limiter), tokens_(estimated_tokens(request)) {}
    WithinAccount(Limiter& limiter, ChatRequest const& request, double answer_tokens)
        : limiter_(&limiter), tokens_(estimated_tokens(request, answer_tokens)) {}

    template <class Around>
    auto call(Around const& at) const {
        return Call<Around>{*limiter_, tokens_, at};
    }

private:
    template <class Around>
    class Call {
        static auto stage(Limiter& limiter, double tokens) {
            if constexpr (Limiter::limits == 1) return limiter.with_cost(1);
            else return limiter.with_cost(std::int64_t{1}, FleetLimit<Limiter>{limiter}.cost(tokens));
        }
        using Inner = decltype(stage(std::declval<Limiter&>(), 0.0).call(std::declval<Around const&>()));

    public:
        using Catches = Types<Rejected, ApiError>;
        using Rejections = typename Inner::Rejections;
        template <class R>
        static constexpr bool judges = false;

        Call(Limiter& limiter, double tokens, Around const& at)
            : inner_(stage(limiter, tokens).call(at)), account_(limiter), tokens_(tokens) {}
        Call(Call const&) = delete;
        Call& operator=(Call const&) = delete;

        auto start(Attempt const& at) { return went_in(inner_.start(at)); }
        Duration wait() const
            requires hears_deadline
        {
            return inner_.wait();
        }
        decltype(auto) time()
            requires hears_deadline
        {
            return inner_.time();
        }
        void park(Waker waker)
            requires hears_deadline
        {
            inner_.park(waker);
        }
        auto wake(Attempt const& at)
            requires hears_deadline
        {
            return went_in(inner_.wake(at));
        }
        template <class F>
        decltype(auto) with_rejection(F const& f) const {
            return inner_.with_rejection(f);
        }

        void caught(Attempt const&, ApiError const& error) noexcept {
            if (!detail::timed_out_after_sending(error)) account_.settle(-tokens_);
            if (auto const* const status = dynamic_cast<ApiStatusError const*>(&error)) {
                account_.observe(status->rate_limits());
                if (is_retryable(error) && error.retry_after()) account_.pause(to_duration(*error.retry_after()));
            }
        }
        // What stands inside, such as the guard of the client, refused: nothing was sent.
        void caught(Attempt const&, Rejected const&) noexcept { account_.give_back(tokens_); }
        template <class J>
        void rejected(Attempt const&, J const&) noexcept {
            account_.give_back(tokens_);
        }
        void returned(Attempt const&, ChatResponse const& answer) noexcept {
            account_.observe(answer.rate_limits);
            if (auto const used = static_cast<double>(answer.usage.total_tokens); used > 0)
                account_.settle(used - tokens_);
        }

    private:
        auto went_in(grit::detail::Answer answer) noexcept {
            if (answer == grit::detail::Answer::again) account_.owe(tokens_);
            return answer;
        }

        Inner inner_;
        FleetLimit<Limiter> account_;
        double tokens_;
    };

    Limiter* limiter_;
    double tokens_;
};

} // namespace grit::inline GRIT_ABI::llm
