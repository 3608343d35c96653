// SPDX-License-Identifier: BSL-1.0
#pragma once
// Another model or provider, where the first one cannot help.

#include <cstddef>
#include <exception>
#include <functional>
#include <tuple>
#include <utility>

#include <grit/llm/chat/request.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/client/call_log.hpp>
#include <grit/llm/client/client.hpp>
#include <grit/llm/client/policies.hpp>
#include <grit/llm/error/api_error.hpp>
#include <grit/llm/error/category.hpp>
#include <grit/retry.hpp>

namespace grit::llm {

/// Returns: whether another endpoint may do what this error says that one could not: yes for `retryable`, `billing` and
/// `fatal`, no for `user_error`, which it would be anywhere, for a call that was broken off, and for an answer of which
/// a part has been delivered.
inline bool falls_back(std::exception const& error) noexcept {
    if (auto const* known = dynamic_cast<ApiError const*>(&error); known != nullptr && known->cause() != nullptr)
        return false;
    if (dynamic_cast<ApiUserAbortError const*>(&error) != nullptr) return false;
    if (dynamic_cast<ApiError const*>(&error) == nullptr && dynamic_cast<Rejected const*>(&error) == nullptr)
        return false;
    return categorize(error) != Category::user_error;
}

/// Several clients as one: each is asked in its turn, until one has an answer or an error that no other would mend.
///
/// Each client calls under its own policy, one after the other, never one inside the other; an open breaker sends the
/// call on at once. The deadline and the stop of a request hold for all of them together. A request's model is that
/// of the first; the others ask for `Endpoint::model` where they have one.
/// Requires: the clients outlive this. Thread safety: that of the clients.
template <class... Clients>
class Fallback {
public:
    explicit Fallback(Clients&... clients) noexcept : clients_(clients...) {}

    ChatResponse complete(ChatRequest const& request, Context const& context = no_context) {
        CallLog log;
        return complete(request, UsePolicy{}, context, log);
    }

    /// The same; `policy` is that of each client in its turn, UsePolicy for their own.
    template <class P>
    ChatResponse complete(ChatRequest const& request, P const& policy, Context const& context, CallLog& log) {
        return ask<0>(request, context, log, [&](auto& client, ChatRequest const& r, Context const& c) {
            return client.complete(r, policy, c, log);
        });
    }

    template <DeltaCallback F>
    ChatResponse stream(ChatRequest const& request, F&& on_delta, Context const& context = no_context) {
        CallLog log;
        return stream(request, on_delta, UsePolicy{}, context, log);
    }

    template <DeltaCallback F, class P>
    ChatResponse stream(ChatRequest const& request, F&& on_delta, P const& policy, Context const& context,
                        CallLog& log) {
        return ask<0>(request, context, log, [&](auto& client, ChatRequest const& r, Context const& c) {
            return client.stream(r, on_delta, policy, c, log);
        });
    }

private:
    template <std::size_t I, class Call>
    ChatResponse ask(ChatRequest request, Context context, CallLog& log, Call const& call) {
        auto& client = std::get<I>(clients_);
        auto const& own = client.endpoint();
        if constexpr (I == 0) {
            // Measured once, so that all of them share what there is.
            if (auto const limit = request.deadline ? request.deadline : own.deadline)
                context = context.narrowed(saturating_add(context.clock().now(), to_duration(*limit)));
        } else if (!own.model.empty()) {
            request.model = own.model;
        }
        if constexpr (I + 1 == sizeof...(Clients)) {
            return call(client, request, context);
        } else {
            try {
                return call(client, request, context);
            } catch (std::exception const& error) {
                if (!falls_back(error) || request.cancel.stop_requested() || context.stop_requested() ||
                    context.remaining() <= Duration::zero())
                    throw;
            }
            return ask<I + 1>(std::move(request), context, log, call);
        }
    }

    std::tuple<Clients&...> clients_;
};

} // namespace grit::llm
