// SPDX-License-Identifier: BSL-1.0
// Three services that call each other, each with a retry of its own, above one that is down. Two headers keep the
// attempts from multiplying and the callers from waiting for longer than they can. Time is simulated.

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <grit.hpp>

using namespace std::chrono_literals;

using Headers = std::map<std::string, std::string>;

/// Returns: the whole number in a text that holds nothing else.
std::optional<int> number_in(std::string_view text) {
    int n = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc{} || end != text.data() + text.size() || n < 0) return std::nullopt;
    return n;
}

/// Returns: the time in a grpc-timeout: up to eight digits and a unit.
std::optional<grit::Duration> timeout_in(std::string_view text) {
    if (text.size() < 2 || text.size() > 9) return std::nullopt;
    std::optional<int> const n = number_in(text.substr(0, text.size() - 1));
    if (!n) return std::nullopt;
    switch (text.back()) {
    case 'H': return grit::to_duration(std::chrono::hours{*n});
    case 'M': return grit::to_duration(std::chrono::minutes{*n});
    case 'S': return grit::to_duration(std::chrono::seconds{*n});
    case 'm': return grit::to_duration(std::chrono::milliseconds{*n});
    case 'u': return grit::to_duration(std::chrono::microseconds{*n});
    case 'n': return grit::to_duration(std::chrono::nanoseconds{*n});
    default: return std::nullopt;
    }
}

/// What a caller says of its call, as the attempt around what is done for it. A header that is absent, or that cannot
/// be read, says nothing.
class Incoming {
public:
    Incoming(Headers const& headers, grit::ClockView clock) {
        int previous = 0;
        grit::TimePoint deadline = grit::TimePoint::max();
        if (auto const found = headers.find("grpc-previous-rpc-attempts"); found != headers.end())
            previous = std::min(number_in(found->second).value_or(0), 1000);
        if (auto const found = headers.find("grpc-timeout"); found != headers.end())
            if (auto const timeout = timeout_in(found->second)) deadline = grit::saturating_add(clock.now(), *timeout);
        context_ = grit::Context{deadline, grit::StopView{}, clock};
        attempt_ = grit::Attempt{1 + previous, 0s, context_};
    }
    Incoming(Incoming const&) = delete; // the attempt points into it
    Incoming& operator=(Incoming const&) = delete;

    grit::Attempt const& attempt() const { return attempt_; }
    bool is_repeated() const { return attempt_.number() > 1; }

private:
    grit::Context context_;
    grit::Attempt attempt_;
};

/// What is passed on: all attempts before this one, on whatever level, and the time that is left.
Headers headers_of(grit::Attempt const& incoming, grit::Attempt const& attempt) {
    Headers headers;
    headers["grpc-previous-rpc-attempts"] = std::to_string(incoming.number() - 1 + attempt.number() - 1);
    if (attempt.has_deadline()) {
        auto const left = std::clamp<std::int64_t>(attempt.remaining() / 1ms, 0, 99'999'999);
        headers["grpc-timeout"] = std::to_string(left) + "m";
    }
    return headers;
}

struct Unavailable : std::runtime_error {
    Unavailable() : std::runtime_error("unavailable") {}
};

/// The service at the end: it takes its time, and fails.
struct Down {
    grit::ManualTime& time;
    int calls = 0;

    int operator()(Headers const&) {
        ++calls;
        time.advance(50ms);
        throw Unavailable{};
    }
};

/// A service that calls the next one, three times at most.
template <class Next>
struct Service {
    Next& next;
    grit::ManualTime& time;
    bool reads_headers;

    int operator()(Headers const& headers) {
        Incoming const incoming{reads_headers ? headers : Headers{}, grit::ClockView{&time}};
        grit::Retrying const retrying{grit::StopAfterAttempt<3>{}, grit::WaitFixed<100ms>{}, grit::Time{time},
                                      grit::StopIf{[&] { return incoming.is_repeated(); }}};  // the caller repeats
        return grit::within(incoming.attempt(), retrying)([&](grit::Attempt const& attempt) { // its deadline holds here
            return next(headers_of(incoming.attempt(), attempt));
        });
    }
};

struct Outcome {
    int calls;
    long milliseconds;
};

Outcome request(bool reads_headers, std::string const& timeout) {
    grit::ManualTime time;
    Down stock{time};
    Service<Down> warehouse{stock, time, reads_headers};
    Service<Service<Down>> orders{warehouse, time, reads_headers};
    Service<Service<Service<Down>>> shop{orders, time, reads_headers};
    try {
        shop({{"grpc-timeout", timeout}});
    } catch (Unavailable const&) {
    } catch (grit::DeadlineExceeded const&) {
    }
    return {stock.calls, static_cast<long>(time.now().time_since_epoch() / 1ms)};
}

int main() {
    Outcome const deaf = request(false, "30S");
    Outcome const patient = request(true, "30S");
    Outcome const hasty = request(true, "300m");
    std::printf("no header is read:        %2d calls of the service that is down, in %4ld ms\n", deaf.calls,
                deaf.milliseconds);
    std::printf("a caller that waits 30 s: %2d calls, in %4ld ms\n", patient.calls, patient.milliseconds);
    std::printf("one that waits 300 ms:    %2d calls, in %4ld ms\n", hasty.calls, hasty.milliseconds);
    return deaf.calls == 27 && patient.calls == 7 && hasty.milliseconds <= 300 ? 0 : 1;
}
