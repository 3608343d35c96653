// SPDX-License-Identifier: BSL-1.0
// A service that is down for a while, seen through a retry around a circuit breaker. Time is simulated.

#include <cstdio>
#include <stdexcept>

#include <grit.hpp>

using namespace std::chrono_literals;

int main() {
    grit::ManualTime time;
    auto const seconds = [&] { return static_cast<int>(time.now().time_since_epoch() / 1s); };
    grit::CircuitBreaker breaker{grit::OpenAfterFailures<4>{}, grit::OpenFor<30s>{}, grit::Time{time},
                                 grit::OnStateChange{[&](grit::StateChange const& change) noexcept {
                                     std::printf("%3d s: %s -> %s (%s)\n", seconds(), to_string(change.from),
                                                 to_string(change.to), to_string(change.reason));
                                 }}};
    grit::Retrying const robust{grit::StopAfterAttempt<3>{}, grit::WaitFixed<1s>{}, grit::Time{time}};
    auto const resilient = grit::pipeline(robust, breaker);

    int calls = 0;
    int refused = 0;
    int answered = 0;
    for (int request = 0; request < 20; ++request) {
        try {
            answered += resilient([&] {
                ++calls;
                if (seconds() < 60) throw std::runtime_error("down");
                return 1;
            });
        } catch (grit::CircuitOpenError const&) {
            ++refused;
        } catch (std::runtime_error const&) {
        }
        time.advance(5s);
    }
    std::printf("%d calls reached the service, %d requests were refused at once, %d were answered\n", calls, refused,
                answered);
    return refused > 0 && answered > 0 ? 0 : 1;
}
