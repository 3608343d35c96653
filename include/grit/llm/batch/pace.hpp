// SPDX-License-Identifier: BSL-1.0
#pragma once
// What an endpoint lets through: so much a minute, and nothing while it has asked to be left alone.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <stdexcept>

#include <grit/core/duration.hpp>

namespace grit::inline GRIT_ABI::llm {

/// An even flow of so much a minute, of which a share can be given back: requests, or tokens that are estimated before
/// and counted after.
///
/// In a minute never more goes out than the limit, and the last of it. Thread safety: one thread at a time. Source: the
/// generic cell rate algorithm without a burst, ITU-T I.371.
class Pace {
public:
    /// Nothing: no limit. Throws: std::invalid_argument if the limit is not above zero.
    explicit Pace(std::optional<double> per_minute = {}) : per_minute_(per_minute.value_or(0)) {
        if (per_minute && !(*per_minute > 0 && std::isfinite(*per_minute)))
            throw std::invalid_argument{
                "grit: a limit of an endpoint lets nothing through, because it is not above zero; leave it out, or "
                "write how much may go out in a minute"};
    }

    /// Takes the next turn. Returns: when it comes, `now` at the earliest.
    TimePoint take(TimePoint now, double amount) noexcept {
        if (per_minute_ == 0) return now;
        auto const turn = std::max(next_, now);
        next_ = saturating_add(turn, time_for(amount));
        return turn;
    }

    /// So much more has gone out than was taken; if it is negative, less.
    void correct(double amount) noexcept {
        if (per_minute_ == 0) return;
        next_ = saturating_add(next_, amount < 0 ? -time_for(-amount) : time_for(amount));
    }

private:
    Duration time_for(double amount) const noexcept {
        auto const nanoseconds = std::ceil(amount * 60e9 / per_minute_);
        return nanoseconds < 9e18 ? Duration{static_cast<Duration::rep>(nanoseconds)} : Duration::max();
    }

    double per_minute_;
    TimePoint next_ = {};
};

/// Whether an endpoint lets requests in. One that has asked to be left alone, or whose circuit is open, is closed until
/// a time; then a single request goes out, and the others follow when it has an answer.
///
/// Thread safety: one thread at a time.
class Gate {
public:
    /// Returns: how long it stays closed; zero if a request may go out.
    Duration closed_for(TimePoint now) const noexcept {
        if (now < until_) return Duration{until_ - now};
        return tries_ ? look_again : Duration::zero();
    }
    /// A request goes out. Returns: whether it is the one that tries the endpoint.
    bool enter() noexcept { return tries_ = until_ != TimePoint::min(); }
    /// It had an answer: the endpoint is open, unless it has been closed meanwhile.
    void open(TimePoint now) noexcept {
        if (now < until_) return;
        until_ = TimePoint::min();
        tries_ = false;
    }
    /// Nobody goes in until then; a later time stands.
    void close(TimePoint until) noexcept {
        until_ = std::max(until_, until);
        tries_ = false;
    }
    /// Whoever tried it learnt nothing: the next one may.
    void leave() noexcept { tries_ = false; }

    /// How long to wait for whoever tries it.
    static constexpr Duration look_again = std::chrono::milliseconds{50};

private:
    TimePoint until_ = TimePoint::min();
    bool tries_ = false;
};

} // namespace grit::inline GRIT_ABI::llm
