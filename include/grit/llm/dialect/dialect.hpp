// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a dialect is: a provider's words for a request and an answer.

#include <chrono>
#include <concepts>

#include <grit/llm/chat/delta.hpp>
#include <grit/llm/chat/endpoint.hpp>
#include <grit/llm/chat/request.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/request.hpp>
#include <grit/llm/http/response.hpp>
#include <grit/llm/http/sse.hpp>

namespace grit::inline GRIT_ABI::llm {

/// Puts a ChatRequest into the words of a provider, and reads the answer or throws the error that it is.
template <class D>
concept Dialect = requires(D const& dialect, ChatRequest const& request, Endpoint const& endpoint,
                           HttpResponse const& response, std::chrono::system_clock::time_point now) {
    { dialect.encode(request, endpoint, true) } -> std::same_as<HttpRequest>;
    { dialect.decode(response, endpoint.key, now) } -> std::same_as<ChatResponse>;
};

/// A Dialect that also reads streamed answers, by its member type Stream.
///
/// Two members of a Stream may be left out: `told()`, whether the last event told something of the answer, for one that
/// tells of things which are not delivered, such as reasoning; and `end(deliver)`, for one that keeps something until
/// its end, which servers do not always tell.
template <class D>
concept StreamingDialect =
    Dialect<D> &&
    requires(typename D::Stream& stream, SseEvent const& event, HttpResponse const& head, ApiKey const& key,
             std::chrono::system_clock::time_point now, void (*deliver)(Delta const&)) {
        stream.take(event, head, key, now, deliver);
        { stream.finished() } -> std::convertible_to<bool>;
        { stream.answer() } -> std::same_as<ChatResponse&>;
    };

} // namespace grit::inline GRIT_ABI::llm
