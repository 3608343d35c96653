// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a loop is in which many exchanges go on at a time, and one in virtual time, for tests.

#include <algorithm>
#include <concepts>

#include <grit/llm/http/request.hpp>
#include <grit/llm/http/response.hpp>
#include <grit/llm/transport/alarms.hpp>
#include <grit/llm/transport/task.hpp>
#include <grit/llm/transport/transport.hpp>
#include <grit/time/manual.hpp>

namespace grit::llm {

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

/// An ExchangeLoop over any transport and a ManualTime: every exchange takes `latency` of its time, and none of yours.
/// Thread safety: none; one thread.
class ManualLoop {
public:
    explicit ManualLoop(ManualTime& time, Duration latency = {}) noexcept : time_(time), latency_(latency) {}

    TimePoint now() const noexcept { return time_.now(); }

    /// Returns: an exchange, to be awaited. The transport is asked at its beginning, and the answer comes at its end.
    template <Transport T>
    Task<HttpResponse> exchange(T& transport, HttpRequest const& request) {
        struct Asked {
            HttpResponse response = {};
            std::exception_ptr error = {};
        } asked;
        try {
            asked.response = transport(request);
        } catch (...) {
            asked.error = std::current_exception();
        }
        co_await sleep(latency_);
        if (asked.error) std::rethrow_exception(asked.error);
        co_return std::move(asked.response);
    }
    auto sleep(Duration d) noexcept { return alarms_.sleep(saturating_add(now(), d)); }
    template <class Early>
    auto sleep(Duration d, Early& early) noexcept {
        return alarms_.sleep(saturating_add(now(), d), early);
    }

    /// Moves the time to where the next one wakes, `until` at the latest, and resumes all whose time has come.
    void turn(TimePoint until, int = -1) {
        auto const next = std::min(until, alarms_.next());
        if (next > now()) time_.advance(Duration{next - now()});
        alarms_.wake(now());
    }
    static void wake() noexcept {}

private:
    ManualTime& time_;
    Duration latency_;
    detail::Alarms alarms_{Waker{}};
};

} // namespace grit::llm
