// SPDX-License-Identifier: BSL-1.0
#pragma once
// A dialect that is chosen at run time, for programs whose user names the provider.

#include <chrono>
#include <string_view>
#include <variant>

#include <grit/llm/chat/endpoint.hpp>
#include <grit/llm/chat/request.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/dialect/anthropic.hpp>
#include <grit/llm/dialect/openai.hpp>
#include <grit/llm/dialect/openai_responses.hpp>
#include <grit/llm/dialect/provider.hpp>
#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/request.hpp>
#include <grit/llm/http/response.hpp>
#include <grit/llm/http/sse.hpp>

namespace grit::inline GRIT_ABI::llm {

namespace detail {

/// Returns: what `f` returns for the dialect of the provider.
template <class F>
constexpr decltype(auto) with_dialect(Provider provider, F const& f) {
    switch (provider) {
    case Provider::anthropic: return f(Anthropic{});
    case Provider::openai_responses: return f(OpenAiResponses{});
    case Provider::openai: break;
    }
    return f(OpenAi{});
}

} // namespace detail

/// Speaks the words of one of the providers, as it was made. Thread safety: a const value.
class AnyDialect {
public:
    constexpr AnyDialect(Provider provider = Provider::openai) noexcept : provider_(provider) {}

    constexpr Provider provider() const noexcept { return provider_; }

    HttpRequest encode(ChatRequest const& request, Endpoint const& endpoint, bool stream = false) const {
        return detail::with_dialect(provider_, [&](auto dialect) { return dialect.encode(request, endpoint, stream); });
    }
    ChatResponse decode(HttpResponse const& response, ApiKey const& key,
                        std::chrono::system_clock::time_point now) const {
        return detail::with_dialect(provider_, [&](auto dialect) { return dialect.decode(response, key, now); });
    }
    /// Returns: where requests go if the endpoint does not say.
    constexpr std::string_view default_base_url() const noexcept { return llm::default_base_url(provider_); }

    /// Reads the events of one streamed answer.
    class Stream {
    public:
        explicit Stream(AnyDialect dialect) {
            detail::with_dialect(dialect.provider_,
                                 [&](auto chosen) { stream_.template emplace<typename decltype(chosen)::Stream>(); });
        }
        template <class Deliver>
        void take(SseEvent const& event, HttpResponse const& head, ApiKey const& key,
                  std::chrono::system_clock::time_point now, Deliver&& deliver) {
            std::visit([&](auto& stream) { stream.take(event, head, key, now, deliver); }, stream_);
        }
        bool finished() const noexcept {
            return std::visit([](auto const& stream) { return stream.finished(); }, stream_);
        }
        bool told() const noexcept {
            return std::visit(
                [](auto const& stream) {
                    if constexpr (requires { stream.told(); }) return stream.told();
                    else return false;
                },
                stream_);
        }
        template <class Deliver>
        void end(Deliver&& deliver) {
            std::visit(
                [&](auto& stream) {
                    if constexpr (requires { stream.end(deliver); }) stream.end(deliver);
                },
                stream_);
        }
        ChatResponse& answer() noexcept {
            return std::visit([](auto& stream) -> ChatResponse& { return stream.answer(); }, stream_);
        }

    private:
        std::variant<OpenAi::Stream, Anthropic::Stream, OpenAiResponses::Stream> stream_ = {};
    };

private:
    Provider provider_;
};

} // namespace grit::inline GRIT_ABI::llm
