// SPDX-License-Identifier: BSL-1.0
#pragma once
// What both translation units do with the same policies, functions and types, as a user's header would.

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <grit.hpp>

/// What one unit saw; both must see the same.
struct Seen {
    int calls = 0;
    int wrapped_calls = 0;
    int configured_calls = 0;
    int default_calls = 0;
    std::vector<grit::Duration> slept;
    std::vector<std::string> lines;
    grit::StopReason reason = grit::StopReason::none;
    grit::Duration worst_case = grit::Duration::zero();

    bool operator==(Seen const&) const = default;
};

struct CollectLines {
    std::vector<std::string>* lines;
    void log(grit::LogLevel, std::string_view line) const { lines->emplace_back(line); }
};

inline bool is_even(int value) { return value % 2 == 0; }

inline constexpr grit::Retrying<grit::StopAfterAttempt<3>,
                                grit::WaitExponential<std::chrono::seconds{1}, std::chrono::seconds{60}>,
                                grit::RetryIf<std::runtime_error>, grit::RetryIfResult<is_even>, grit::Name<"odr">>
    constant;

inline Seen see() {
    Seen seen;
    grit::ManualTime time;
    auto const fails_twice = [&] {
        if (++seen.calls < 3) throw std::runtime_error("busy");
        return seen.calls;
    };
    (void)constant.with(grit::Time{time}, grit::BeforeSleepLog{CollectLines{&seen.lines}})(fails_twice);
    seen.slept.assign(time.slept().begin(), time.slept().end());
    seen.worst_case = constant.worst_case_wait;

    (void)constant.with(grit::Time{time}).wrap([&] { return ++seen.wrapped_calls; })();

    grit::Retrying const configured{grit::StopAfterAttempt{2}, grit::WaitFixed{std::chrono::seconds{5}},
                                    grit::Time{time}};
    seen.reason = configured.report([&] { throw std::logic_error(std::to_string(++seen.configured_calls)); }).reason();

    seen.default_calls = grit::retry([](int& calls) { return ++calls; }, seen.default_calls);
    return seen;
}
