// SPDX-License-Identifier: BSL-1.0
#pragma once
// When another endpoint is asked: a decision of its own, made from the error alone.

#include <algorithm>
#include <array>
#include <concepts>
#include <exception>
#include <string_view>
#include <utility>

#include <grit/core/rejected.hpp>
#include <grit/core/types.hpp>
#include <grit/llm/error/api_error.hpp>
#include <grit/llm/error/category.hpp>
#include <grit/llm/error/status_error.hpp>

namespace grit::inline GRIT_ABI::llm {

namespace detail {

/// Returns: whether a 400 is about this model and not about every model: it is not there, or the request is longer than
/// it reads. Source: the codes and sentences of OpenAI, Anthropic, Google, Bedrock, vLLM, llama.cpp and Mistral.
inline bool is_about_model(ApiStatusError const& error) noexcept {
    constexpr std::array<std::string_view, 5> codes{"model_not_found", "invalid_model", "context_length_exceeded",
                                                    "exceed_context_size_error", "string_above_max_length"};
    constexpr std::array<std::string_view, 6> sentences{
        "prompt is too long", "maximum context length",           "exceed context limit",
        "Input is too long",  "maximum number of tokens allowed", "context window"};
    auto const named = [&](std::string_view code) {
        return error.type() == code || error.code() == code || error.error_code() == code;
    };
    auto const says = [&](std::string_view sentence) { return error.message().find(sentence) != std::string::npos; };
    return std::ranges::any_of(codes, named) || (error.status() == 400 && std::ranges::any_of(sentences, says));
}

} // namespace detail

/// Whether another endpoint is asked after an error that ended the attempts at one: what a Fallback goes by if it is
/// told nothing else.
///
/// Yes: no connection, a timeout, a broken or senseless answer; a status of 500 and above, overload, a rate limit; a
/// refusal, such as that of an open circuit; a wrong key, no permission, no money; a model that is not there; a request
/// that is too long for it. No: what is wrong anywhere, which the caller has to mend; a call that was broken off or
/// whose time is over; an answer of which the caller has seen a part (StreamError); what is no error of a call.
/// Thread safety: no state.
struct FailOver {
    bool operator()(std::exception const& error) const noexcept {
        if (detail::is_any_of<Cancelled, DeadlineExceeded, ApiUserAbortError>(error)) return false;
        if (detail::is_any_of<Rejected>(error)) return true;
        auto const* const known = dynamic_cast<ApiError const*>(&error);
        if (known == nullptr || known->cause() != nullptr) return false;
        if (detail::is_any_of<NotFoundError, RequestTooLargeError>(error)) return true;
        auto const* const answer = dynamic_cast<ApiStatusError const*>(&error);
        if (answer != nullptr && detail::is_about_model(*answer)) return true;
        return categorize(error) != Category::user_error;
    }
};

/// Another rule than FailOver: `FailOverIf{f}` asks `f(std::exception const&)`, true for the next endpoint.
///
/// Whatever it says, a call that was broken off or whose time is over asks nobody any more.
template <class F>
struct FailOverIf {
    static_assert(grit::detail::is_met<(std::predicate<F const&, std::exception const&>)>,
                  "grit: 'FailOverIf' was given a callable that does not take an error, because it is asked with the "
                  "error that ended the attempts at one endpoint; write a callable that takes std::exception const& "
                  "and returns bool instead");

    F decide;

    bool operator()(std::exception const& error) const { return decide(error); }
};
template <class F>
FailOverIf(F) -> FailOverIf<F>;

} // namespace grit::inline GRIT_ABI::llm
