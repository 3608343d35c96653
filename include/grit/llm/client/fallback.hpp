// SPDX-License-Identifier: BSL-1.0
#pragma once
// Another model or provider, where the first one cannot help.

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <exception>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <tuple>
#include <utility>

#include <grit/core/types.hpp>
#include <grit/llm/chat/request.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/client/call_log.hpp>
#include <grit/llm/client/client.hpp>
#include <grit/llm/client/fail_over.hpp>
#include <grit/llm/client/policies.hpp>
#include <grit/retry.hpp>

namespace grit::inline GRIT_ABI::llm {

namespace detail {

template <class R>
concept ListOfClients = requires(R& list) {
    std::begin(list)->endpoint();
    std::size(list);
};

/// Clients that are named one by one, of any types.
template <class... Clients>
class ClientsOf {
    static_assert(
        grit::detail::is_met<(sizeof...(Clients) > 0)>,
        "grit: 'Fallback' was given no client, because there is nothing to ask; write Fallback{first, second} "
        "or Fallback{list} instead");

public:
    explicit ClientsOf(Clients&... clients) noexcept : clients_(clients...) {}
    static constexpr std::size_t size() noexcept { return sizeof...(Clients); }

    /// Calls `f` with one after the other, until it returns true.
    template <class F>
    void each(F&& f) const {
        std::apply([&](auto&... client) { static_cast<void>((f(client) || ...)); }, clients_);
    }

private:
    std::tuple<Clients&...> clients_;
};

/// Clients in a list of the run time, all of one type.
template <ListOfClients R>
class ClientsOf<R> {
public:
    explicit ClientsOf(R& list) : list_(&list) {
        if (size() == 0) throw std::invalid_argument{"grit: a Fallback needs at least one client; the list is empty"};
    }
    std::size_t size() const noexcept { return std::size(*list_); }

    template <class F>
    void each(F&& f) const {
        for (auto& client : *list_)
            if (f(client)) return;
    }

private:
    R* list_;
};

} // namespace detail

/// Several clients as one: each is asked in its turn, until one has an answer or an error that no other would mend.
///
/// `Fallback{first, second}` names them, of any types; `Fallback{list}` takes a list of one type that is made at run
/// time, such as a std::deque, which needs no moves. What goes on to the next is FailOver's decision, or that of a
/// FailOverIf before them.
///
/// Each client calls under its own policy, one after the other, never one inside the other; an open breaker sends the
/// call on at once, and so does silence: while another client is left, a timeout ends the attempts at this one. The
/// deadline and the stop of a request hold for all of them together. A request's model is that of the first; the others
/// ask for `Endpoint::model` where they have one.
/// Requires: the clients, and the list, outlive this. Thread safety: that of the clients.
template <class When, class Clients>
class Fallback {
public:
    /// Throws: std::invalid_argument if there is no client.
    template <class... Cs>
        requires std::constructible_from<Clients, Cs&...>
    explicit Fallback(Cs&... clients) : clients_(clients...) {}
    template <class F, class... Cs>
        requires std::constructible_from<Clients, Cs&...>
    explicit Fallback(FailOverIf<F> when, Cs&... clients) : when_(std::move(when)), clients_(clients...) {}

    ChatResponse complete(ChatRequest const& request, Context const& context = no_context) {
        CallLog log;
        return complete(request, UsePolicy{}, context, log);
    }

    /// The same; `policy` is that of each client in its turn, UsePolicy for their own.
    template <class P>
    ChatResponse complete(ChatRequest const& request, P const& policy, Context const& context, CallLog& log) {
        return ask(request, policy, context, log, [&](auto& client, ChatRequest const& r, Context const& c, bool last) {
            return client.complete(r, LeaveIfSilent<P>{policy, !last}, c, log);
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
        return ask(request, policy, context, log, [&](auto& client, ChatRequest const& r, Context const& c, bool last) {
            return client.stream(r, on_delta, LeaveIfSilent<P>{policy, !last}, c, log);
        });
    }

    /// Returns: how long until one of the clients lets an attempt through, as `Client::admits_in` says.
    Duration admits_in() const {
        Duration least = Duration::max();
        clients_.each([&](auto const& client) {
            least = std::min(least, client.admits_in());
            return least == Duration::zero();
        });
        return least;
    }

private:
    template <class P, class Call>
    ChatResponse ask(ChatRequest request, P const& policy, Context context, CallLog const& log, Call const& call) {
        std::optional<ChatResponse> answer;
        auto left = clients_.size();
        bool first = true;
        clients_.each([&](auto& client) {
            auto const& own = client.endpoint();
            // Measured once, on the clock of the first, so that all of them share what there is.
            if (auto const limit = request.deadline ? request.deadline : own.deadline; first && limit) {
                auto const clock = client.clock(policy, context);
                context = context.on_clock(clock).narrowed(saturating_add(clock.now(), to_duration(*limit)));
            }
            if (!first && !own.model.empty()) request.model = own.model;
            first = false;
            bool const last = --left == 0;
            try {
                answer = call(client, request, context, last);
            } catch (std::exception const& error) {
                if (last || log.ended_by_caller() || !when_(error) || request.cancel.stop_requested() ||
                    context.stop_requested() || context.remaining() < std::chrono::milliseconds{1})
                    throw;
            }
            return answer.has_value();
        });
        return std::move(*answer);
    }

    [[no_unique_address]] When when_ = {};
    Clients clients_;
};
template <class... Cs>
Fallback(Cs&...) -> Fallback<FailOver, detail::ClientsOf<Cs...>>;
template <class F, class... Cs>
Fallback(FailOverIf<F>, Cs&...) -> Fallback<FailOverIf<F>, detail::ClientsOf<Cs...>>;

} // namespace grit::inline GRIT_ABI::llm
