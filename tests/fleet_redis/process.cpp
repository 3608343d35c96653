// SPDX-License-Identifier: BSL-1.0
// One process of a fleet: asks a limiter over a Redis, and writes to its standard output what came of it. The tests
// count what goes in, benchmarks/fleet/fleet.py how fast that is.
//
// usage: process <port> <rate> <burst> <lease> <milliseconds of a lease> <calls a second, 0: as many as go in>
//                <start> <end> [host]     both in nanoseconds of the steady clock
//
// Output, integers of 64 bits: calls, calls that went in, the longest call in nanoseconds, and, where the calls a
// second are given, when each call went in.

#include <grit/adapter/hiredis.hpp>
#include <grit/fleet.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>

using namespace std::chrono_literals;

int main(int argc, char** argv) {
    if (argc < 9) return 2;
    auto const number = [&](int i) { return std::strtoll(argv[i], nullptr, 10); };
    grit::RedisOptions options;
    options.port = static_cast<std::uint16_t>(number(1));
    if (argc > 9) options.host = argv[9];
    options.timeout = 500ms;
    grit::HiredisStore store{options};
    grit::fleet::Agent agent{store, grit::Name<"fleet">{}};
    grit::fleet::RateLimiter limits{agent, grit::fleet::PerSecond{number(2), "rps", static_cast<int>(number(3))},
                                    grit::fleet::Lease{number(4), std::chrono::milliseconds{number(5)}},
                                    grit::fleet::ColdStart<100>{}, grit::MaxWait{number(6) == 0 ? 1s : 0s}};
    std::int64_t const per_second = number(6);
    grit::SteadyTime const clock;
    std::int64_t const start = number(7);
    std::int64_t const end = number(8);
    auto const now = [&] { return clock.now().time_since_epoch().count(); };

    std::int64_t calls = 0;
    std::int64_t in = 0;
    std::int64_t longest = 0;
    std::vector<std::int64_t> times;
    {
        std::jthread const runs{[&](std::stop_token const& stop) { agent.run(stop); }};
        clock.sleep_until(grit::TimePoint{grit::Duration{start}});
        if (per_second != 0) {
            std::int64_t const pause = 1'000'000'000 / per_second;
            for (std::int64_t before = now(), next = start; before < end; before = now()) {
                bool const goes_in = limits.try_acquire().has_value();
                std::int64_t const after = now();
                longest = std::max(longest, after - before);
                ++calls;
                if (goes_in) times.push_back(after);
                clock.sleep_until(grit::TimePoint{grit::Duration{next += pause}});
            }
            in = static_cast<std::int64_t>(times.size());
        } else {
            while (now() < end)
                for (int i = 0; i != 100; ++i, ++calls) in += limits.try_call([] { return 1; }).has_value();
        }
    }
    std::int64_t const head[]{calls, in, longest};
    std::fwrite(head, sizeof head[0], 3, stdout);
    std::fwrite(times.data(), sizeof(std::int64_t), times.size(), stdout);
}
