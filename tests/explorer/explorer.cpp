// SPDX-License-Identifier: BSL-1.0
// Prints what policies do, for explorer_test.py to compare with the page docs/explorer.md: a line of JSON for each.
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <grit/retry.hpp>

using namespace std::chrono_literals;

namespace {

/// A generator that always draws the same.
template <std::uint64_t Bits>
struct Always {
    std::uint64_t operator()() const { return Bits; }
};

template <std::uint64_t Bits, class R>
std::string waits_of(R const& retrying) {
    grit::ManualTime time;
    std::vector<grit::Duration> waits;
    auto const fails = [&](grit::Attempt const& attempt) {
        if (attempt.number() > 1) waits.push_back(attempt.last_wait());
        return false;
    };
    (void)retrying.with(grit::Time{time}, grit::Random<Always<Bits>>{})(fails);
    std::string text;
    for (grit::Duration const wait : waits) text += (text.empty() ? "" : ",") + std::to_string(wait.count());
    return "[" + text + "]";
}

template <class R>
void print(std::string const& choices, R const& retrying, std::string const& spelling) {
    std::printf(R"({"choices": "%s", "low": %s, "high": %s, "worst": %lld, "spelling": "%s"})"
                "\n",
                choices.c_str(), waits_of<0>(retrying).c_str(), waits_of<~std::uint64_t{0}>(retrying).c_str(),
                static_cast<long long>(grit::bounds(retrying).waits.most.count()), spelling.c_str());
}

template <class Wait>
void print_run_time(std::string const& choices, std::int64_t attempts, std::int64_t limit, Wait const& wait) {
    std::string const text = "attempts=" + std::to_string(attempts) + "&limit=" + std::to_string(limit) + "&" + choices;
    grit::RetryIfResult const fails{[](bool ok) { return !ok; }};
    if (limit == 0) print(text, grit::Retrying{grit::StopAfterAttempt{attempts}, wait, fails}, "");
    else
        print(text,
              grit::Retrying{grit::StopAfterAttempt{attempts}, grit::StopBeforeDelay{std::chrono::milliseconds{limit}},
                             wait, fails},
              "");
}

void print_waits(std::int64_t attempts, std::int64_t limit, std::int64_t first_ms, std::int64_t cap_ms,
                 std::int64_t factor, std::int64_t step_ms) {
    using Ms = std::chrono::milliseconds;
    Ms const first{first_ms}, cap{cap_ms}, step{step_ms};
    grit::Factor const growth{factor};
    std::string const numbers = "&first=" + std::to_string(first_ms) + "&cap=" + std::to_string(cap_ms) +
                                "&factor=" + std::to_string(factor) + "&step=" + std::to_string(step_ms);
    auto const line = [&](char const* kind, char const* jitter, auto const& wait) {
        print_run_time(std::string{"wait="} + kind + "&jitter=" + jitter + numbers, attempts, limit, wait);
    };
    grit::WaitFixed const fixed{first};
    grit::WaitIncrementing const incrementing{first, step, cap};
    grit::WaitExponential const exponential{first, cap, growth};
    line("none", "none", grit::WaitNone{});
    line("fixed", "none", fixed);
    line("fixed", "full", grit::WaitJitter{fixed});
    line("fixed", "equal", grit::WaitJitter{fixed, 50});
    line("incrementing", "none", incrementing);
    line("incrementing", "full", grit::WaitJitter{incrementing});
    line("incrementing", "equal", grit::WaitJitter{incrementing, 50});
    line("exponential", "none", exponential);
    line("exponential", "full", grit::WaitRandomExponential{first, cap, growth});
    line("exponential", "equal", grit::WaitJitter{exponential, 50});
    line("exponential", "added", grit::WaitExponentialJitter{first, cap, first, growth});
    line("decorrelated", "drawn", grit::WaitDecorrelatedJitter{first, cap});
}

} // namespace

// A type as the page spells it, and what it does.
#define GRIT_SPELLED(choices, ...)                                                                                     \
    print(choices, __VA_ARGS__{}.with(grit::RetryIfResult{[](bool ok) { return !ok; }}),                               \
          "using Robust = " #__VA_ARGS__ ";")

int main() {
    for (std::int64_t const attempts : {1, 2, 5, 12, 20})
        for (std::int64_t const limit : {0, 1, 5000, 90000})
            for (auto const& [first, cap] :
                 {std::pair<std::int64_t, std::int64_t>{1000, 60000}, {250, 30000}, {333, 777}, {1, 1}, {7, 3600000}})
                for (auto const& [factor, step] :
                     {std::pair<std::int64_t, std::int64_t>{2, 1000}, {1, 0}, {3, 333}, {10, 3600000}})
                    print_waits(attempts, limit, first, cap, factor, step);

    GRIT_SPELLED("attempts=5&wait=none", grit::Retrying<grit::StopAfterAttempt<5>, grit::WaitNone>);
    GRIT_SPELLED("attempts=5&wait=fixed&jitter=none&first=2000",
                 grit::Retrying<grit::StopAfterAttempt<5>, grit::WaitFixed<2s>>);
    GRIT_SPELLED("attempts=5&wait=fixed&jitter=full&first=250",
                 grit::Retrying<grit::StopAfterAttempt<5>, grit::WaitJitter<grit::WaitFixed<250ms>>>);
    GRIT_SPELLED("attempts=5&wait=fixed&jitter=equal&first=250",
                 grit::Retrying<grit::StopAfterAttempt<5>, grit::WaitJitter<grit::WaitFixed<250ms>, 50>>);
    GRIT_SPELLED("attempts=3&wait=incrementing&jitter=none&first=1000&step=500&cap=4000",
                 grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitIncrementing<1s, 500ms, 4s>>);
    GRIT_SPELLED(
        "attempts=3&wait=incrementing&jitter=equal&first=1000&step=500&cap=4000",
        grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitJitter<grit::WaitIncrementing<1s, 500ms, 4s>, 50>>);
    GRIT_SPELLED("attempts=8&wait=exponential&jitter=none&first=1000&cap=60000",
                 grit::Retrying<grit::StopAfterAttempt<8>, grit::WaitExponential<1s, 60s>>);
    GRIT_SPELLED(
        "attempts=8&limit=30000&wait=exponential&jitter=full&first=1000&cap=60000",
        grit::Retrying<grit::StopAfterAttempt<8>, grit::StopBeforeDelay<30s>, grit::WaitRandomExponential<1s, 60s>>);
    GRIT_SPELLED("attempts=8&wait=exponential&jitter=full&first=1000&cap=60000&factor=3",
                 grit::Retrying<grit::StopAfterAttempt<8>, grit::WaitRandomExponential<1s, 60s, 3>>);
    GRIT_SPELLED("attempts=8&wait=exponential&jitter=equal&first=1000&cap=60000&factor=3",
                 grit::Retrying<grit::StopAfterAttempt<8>, grit::WaitJitter<grit::WaitExponential<1s, 60s, 3>, 50>>);
    GRIT_SPELLED("attempts=8&wait=exponential&jitter=added&first=1000&cap=60000&factor=3",
                 grit::Retrying<grit::StopAfterAttempt<8>, grit::WaitExponentialJitter<1s, 60s, 1s, 3>>);
    GRIT_SPELLED("attempts=8&wait=exponential&jitter=added&first=1000&cap=60000",
                 grit::Retrying<grit::StopAfterAttempt<8>, grit::WaitExponentialJitter<1s, 60s, 1s>>);
    GRIT_SPELLED("attempts=8&wait=decorrelated&first=100&cap=10000",
                 grit::Retrying<grit::StopAfterAttempt<8>, grit::WaitDecorrelatedJitter<100ms, 10s>>);
}
