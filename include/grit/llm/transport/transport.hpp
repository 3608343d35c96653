// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a transport is: it carries a request and returns the answer, whole or piece by piece; and what carries many.

#include <concepts>
#include <string_view>

#include <grit/core/duration.hpp>
#include <grit/llm/http/request.hpp>
#include <grit/llm/http/response.hpp>

namespace grit::inline GRIT_ABI::llm {

/// What a reader says to a transport after a piece of a body.
enum class Reading {
    more,   ///< go on
    alive,  ///< go on; nothing of the answer was in it, so that the reader still waits for that
    enough, ///< all is known; the end of the body is awaited only as long as it takes to keep the connection
    stop,   ///< end the exchange now
};

/// Where the pieces of a body go as they come: a non-owning view of a callable
/// `Reading(HttpResponse const&, std::string_view)` that gets the status and the headers beside each piece.
///
/// Requires: the callable outlives the view, and throws nothing.
class BodySink {
public:
    template <class F>
        requires(!std::same_as<F, BodySink>)
    explicit BodySink(F& f) noexcept
        : object_(&f), call_([](void* object, HttpResponse const& head, std::string_view piece) -> Reading {
              return (*static_cast<F*>(object))(head, piece);
          }) {}

    Reading operator()(HttpResponse const& head, std::string_view piece) const { return call_(object_, head, piece); }

private:
    void* object_;
    Reading (*call_)(void*, HttpResponse const&, std::string_view);
};

/// Carries one request and returns the whole answer, whatever its status; throws `ApiConnectionError` where there is
/// none, and `ApiUserAbortError` where the request's own stop ended it. It never repeats a request unseen and never
/// follows a redirect.
template <class T>
concept Transport = requires(T& transport, HttpRequest const& request) {
    { transport(request) } -> std::same_as<HttpResponse>;
};

/// A Transport that can hand on the body of a 2xx piece by piece, as it comes; the answer that it returns has an empty
/// body then. Any other answer comes as a whole.
template <class T>
concept StreamingTransport = Transport<T> && requires(T& transport, HttpRequest const& request, BodySink sink) {
    { transport(request, sink) } -> std::same_as<HttpResponse>;
};

/// A loop in which coroutines await exchanges over a transport and sleep. `turn(until)` waits until one of them can go
/// on, and resumes it; with a descriptor also until that can be read. `wake()` ends the wait, from any thread.
template <class L, class T>
concept ExchangeLoop = requires(L& loop, T& transport, HttpRequest const& request, TimePoint until) {
    { loop.now() } -> std::same_as<TimePoint>;
    loop.exchange(transport, request);
    loop.sleep(Duration{});
    loop.turn(until, -1);
    loop.wake();
};

} // namespace grit::inline GRIT_ABI::llm
