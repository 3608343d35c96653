// SPDX-License-Identifier: BSL-1.0
#pragma once
// A client whose code is compiled once in a program, for the many files that only call it. Needs no JSON to include.

#include <chrono>
#include <memory>
#include <string_view>

#include <grit/llm/chat/delta.hpp>
#include <grit/llm/chat/endpoint.hpp>
#include <grit/llm/chat/request.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/client/client.hpp>
#include <grit/llm/dialect/provider.hpp>
#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/request.hpp>
#include <grit/llm/http/response.hpp>
#include <grit/llm/http/sse.hpp>
#include <grit/llm/transport/curl.hpp>

namespace grit::inline GRIT_ABI::llm {

/// An AnyDialect whose functions are defined in grit/llm/compiled_source.hpp. Thread safety: a const value.
class CompiledDialect {
public:
    constexpr CompiledDialect(Provider provider = Provider::openai) noexcept : provider_(provider) {}

    constexpr Provider provider() const noexcept { return provider_; }
    constexpr std::string_view default_base_url() const noexcept { return llm::default_base_url(provider_); }

    HttpRequest encode(ChatRequest const& request, Endpoint const& endpoint, bool stream = false) const;
    ChatResponse decode(HttpResponse const& response, ApiKey const& key,
                        std::chrono::system_clock::time_point now) const;

    /// Reads the events of one streamed answer.
    class Stream {
    public:
        explicit Stream(CompiledDialect dialect);
        Stream(Stream&&) noexcept;
        ~Stream();

        template <class F>
        void take(SseEvent const& event, HttpResponse const& head, ApiKey const& key,
                  std::chrono::system_clock::time_point now, F&& deliver) {
            take_event(event, head, key, now, Deliver::to(deliver));
        }
        template <class F>
        void end(F&& deliver) {
            end_with(Deliver::to(deliver));
        }
        bool finished() const noexcept;
        bool told() const noexcept;
        ChatResponse& answer() noexcept;

    private:
        /// A callable that takes a Delta, wherever it is.
        struct Deliver {
            void* object;
            void (*call)(void*, Delta const&);

            template <class F>
            static Deliver to(F& f) noexcept {
                return {const_cast<void*>(static_cast<void const*>(&f)),
                        [](void* object, Delta const& delta) { (*static_cast<F*>(object))(delta); }};
            }
            void operator()(Delta const& delta) const { call(object, delta); }
        };
        struct Inside;

        void take_event(SseEvent const& event, HttpResponse const& head, ApiKey const& key,
                        std::chrono::system_clock::time_point now, Deliver deliver);
        void end_with(Deliver deliver);

        std::unique_ptr<Inside> inside_;
    };

private:
    Provider provider_;
};

extern template class Client<CurlTransport, CompiledDialect>;

/// A client over libcurl with the default policies, of any provider.
///
/// Requires: one source file of the program includes grit/llm/compiled_source.hpp. Thread safety: that of a Client.
using CompiledClient = Client<CurlTransport, CompiledDialect>;

} // namespace grit::inline GRIT_ABI::llm
