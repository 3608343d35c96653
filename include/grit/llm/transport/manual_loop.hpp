// SPDX-License-Identifier: BSL-1.0
#pragma once
// Many exchanges at a time over any transport, in virtual time. For your own tests.

#include <algorithm>
#include <exception>
#include <utility>

#include <grit/llm/http/request.hpp>
#include <grit/llm/http/response.hpp>
#include <grit/llm/transport/alarms.hpp>
#include <grit/llm/transport/task.hpp>
#include <grit/llm/transport/transport.hpp>
#include <grit/time/manual.hpp>

namespace grit::inline GRIT_ABI::llm {

/// An ExchangeLoop over any transport and a ManualTime: every exchange takes `latency` of its time, and none of yours.
/// Thread safety: none; one thread.
class ManualLoop {
public:
    explicit ManualLoop(ManualTime& time, Duration latency = {}) noexcept : time_(time), latency_(latency) {}

    TimePoint now() const noexcept { return time_.now(); }

    auto sleep(Duration d) noexcept { return alarms_.sleep(saturating_add(now(), d)); }
    template <class Early>
    auto sleep(Duration d, Early& early) noexcept {
        return alarms_.sleep(saturating_add(now(), d), early);
    }

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

} // namespace grit::inline GRIT_ABI::llm
