// SPDX-License-Identifier: BSL-1.0
#pragma once
// Many completions from one thread: so many in flight, within the limits of their endpoints, each failure its own.

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include <grit/llm/batch/call.hpp>
#include <grit/llm/batch/options.hpp>
#include <grit/llm/chat/request.hpp>
#include <grit/llm/client/ready_made_calls.hpp>
#include <grit/llm/transport/curl_many.hpp>
#include <grit/llm/transport/task.hpp>

namespace grit::inline GRIT_ABI::llm {

/// Asks for every completion that `next` has, so many at a time, in `loop`, and tells what became of each.
///
/// `next()` returns a Pull, whenever there is room. `done(index, CompletionResult&&)` is called as the answers come;
/// the index counts what was pulled, from 0. `tick(BatchCounts const&)` is called about four times a second. All of
/// them are called on this thread, and what they throw ends the whole.
///
/// Each request is asked of the first endpoint that lets it in and has not failed it. An endpoint that answers with a
/// time to wait is left alone by all until then, and so is one whose guard refuses: neither counts as an attempt, and
/// the next endpoint is asked meanwhile, if there is one. Where none lets anybody in, everybody waits. What fails by
/// itself is tried again, `max_attempts` times on an endpoint, and then on the next.
/// Returns: the counts at the end. What the deadline or the stop of `options` broke off has no result: it is
/// `abandoned`. Throws: std::invalid_argument if nothing may be in flight, nothing may be tried, or there is no
/// endpoint. Thread safety: uses the clients on this thread; the stop may come from any.
template <class Loop, class C, std::invocable Next, std::invocable<std::int64_t, CompletionResult&&> Done,
          std::invocable<BatchCounts const&> Tick>
BatchCounts complete_all(Loop& loop, std::span<BatchEndpoint<C> const> endpoints, Next&& next, Done&& done,
                         BatchOptions const& options, Tick&& tick) {
    if (options.in_flight.most < 1)
        throw std::invalid_argument{"grit: 'InFlight' was given no room, because it is below one; write InFlight{32}"};
    if (options.max_attempts < 1)
        throw std::invalid_argument{
            "grit: 'BatchOptions::max_attempts' lets nothing be sent, because it is below one; write 1 for no retries"};
    if (endpoints.empty())
        throw std::invalid_argument{
            "grit: 'complete_all' was given no endpoint, because the list is empty; give it one"};
    detail::Batch<Loop, C> batch{loop, endpoints, options};
    auto& counts = batch.counts();
    auto const answer = [&](std::int64_t index, ChatRequest request) -> Task<void> {
        auto result = co_await batch.complete(std::move(request));
        bool const has_answer = result.success || result.completeness != Completeness::unknown; // cut, but paid for
        if (!has_answer && batch.is_over()) co_return; // broken off with the whole
        ++counts.done;
        ++(result.success ? counts.succeeded : counts.failed);
        done(index, std::move(result));
    };
    auto const wake = [&loop] { loop.wake(); };
    CancelCallback<decltype(wake)> const on_stop{options.cancel, wake};

    std::list<Task<void>> going; // gone before the batch is
    bool ended = false;
    auto next_tick = loop.now();
    while (!batch.is_over()) {
        bool waits_for_input = false;
        while (!ended && !waits_for_input && std::ssize(going) < options.in_flight.most) {
            Pull pull = next();
            if (pull.request) {
                going.push_back(answer(counts.pulled++, std::move(*pull.request)));
                going.back().start();
            } else if (pull.ended) ended = true;
            else waits_for_input = true;
        }
        std::erase_if(going, [](Task<void>& task) {
            if (!task.is_done()) return false;
            task.get();
            return true;
        });
        counts.in_flight = std::ssize(going);
        if (auto const now = loop.now(); now >= next_tick || (ended && going.empty())) {
            tick(std::as_const(counts));
            next_tick = saturating_add(now, to_duration(std::chrono::milliseconds{250}));
        }
        if (going.empty() && ended) break;
        if (std::ssize(going) < options.in_flight.most && !ended && !waits_for_input) continue; // one ended at once
        if (!batch.is_over()) loop.turn(std::min(next_tick, batch.end()), waits_for_input ? options.input_fd : -1);
    }
    going.clear();
    counts.abandoned = counts.pulled - counts.done;
    counts.in_flight = 0;
    counts.held_back = 0;
    return counts;
}

/// The same over libcurl, in a loop of its own.
template <class C, std::invocable Next, std::invocable<std::int64_t, CompletionResult&&> Done,
          std::invocable<BatchCounts const&> Tick>
BatchCounts complete_all(std::span<BatchEndpoint<C> const> endpoints, Next&& next, Done&& done,
                         BatchOptions const& options, Tick&& tick) {
    CurlMany loop;
    return complete_all(loop, endpoints, next, done, options, tick);
}
template <class C, std::invocable Next, std::invocable<std::int64_t, CompletionResult&&> Done>
BatchCounts complete_all(std::span<BatchEndpoint<C> const> endpoints, Next&& next, Done&& done,
                         BatchOptions const& options) {
    return complete_all(endpoints, next, done, options, [](BatchCounts const&) {});
}

/// Asks `client` for all of these, so many at a time. `done(index, CompletionResult&&)` gets each as it comes.
/// Returns: the counts at the end. Throws: as above.
template <class C, std::invocable<std::int64_t, CompletionResult&&> Done>
BatchCounts complete_all(C& client, std::span<ChatRequest const> requests, InFlight in_flight, Done&& done) {
    BatchEndpoint<C> const endpoint{client};
    std::size_t at = 0;
    auto const next = [&]() -> Pull {
        if (at == requests.size()) return {.ended = true};
        return {.request = requests[at++]};
    };
    return complete_all(std::span{&endpoint, 1}, next, done, BatchOptions{.in_flight = in_flight});
}

/// Returns: what became of each, in the order of the requests; one that failed ends no other.
template <class C>
std::vector<CompletionResult> complete_all(C& client, std::span<ChatRequest const> requests, InFlight in_flight) {
    std::vector<CompletionResult> results(requests.size());
    complete_all(client, requests, in_flight, [&](std::int64_t index, CompletionResult&& result) {
        results[static_cast<std::size_t>(index)] = std::move(result);
    });
    return results;
}

} // namespace grit::inline GRIT_ABI::llm
