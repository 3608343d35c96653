// SPDX-License-Identifier: BSL-1.0
// Retry logic that the compiler tests: whole calls, with waits, jitter, hooks and cancellation, in static_assert.
#include <cstdio>
#include <vector>

#include <grit/retry.hpp>

using namespace std::chrono_literals;

namespace {

// What a device answers, and the policy of the driver that asks it. A result can fail in a constant expression;
// nothing can be thrown in one.
enum class Answer { ready, busy, broken };

using Driver = grit::Retrying<grit::StopAfterAttempt<5>, grit::WaitExponential<1ms, 5ms>,
                              grit::RetryIfResult<[](Answer answer) { return answer == Answer::busy; }>>;

/// A device that is busy a number of times.
class Device {
public:
    explicit constexpr Device(int busy, Answer then = Answer::ready) : busy_(busy), then_(then) {}
    constexpr Answer poll() { return busy_-- > 0 ? Answer::busy : then_; }

private:
    int busy_;
    Answer then_;
};

struct Run {
    Answer answer;
    std::vector<grit::Duration> slept;
};
constexpr Run poll(Device device) {
    grit::ManualTime time;
    Answer const answer = Driver{}.with(grit::Time{time})([&] { return device.poll(); });
    return {answer, time.slept()};
}

static_assert(poll(Device{0}).answer == Answer::ready);
static_assert(poll(Device{0}).slept.empty());
static_assert(poll(Device{2}).slept == std::vector<grit::Duration>{1ms, 2ms});
static_assert(poll(Device{9}).answer == Answer::busy);
static_assert(poll(Device{9}).slept == std::vector<grit::Duration>{1ms, 2ms, 4ms, 5ms});
static_assert(poll(Device{1, Answer::broken}).answer == Answer::broken);

// Jitter is exact where the generator is seeded.
constexpr bool jitter_stays_in_range() {
    for (std::uint64_t seed = 0; seed != 20; ++seed) {
        grit::ManualTime time;
        grit::SplitMix64 random{seed};
        Device device{2};
        Driver{}.with(grit::WaitRandomExponential<1ms, 5ms>{}, grit::Random{random},
                      grit::Time{time})([&] { return device.poll(); });
        if (time.slept().size() != 2 || time.slept()[0] > 1ms || time.slept()[1] > 2ms) return false;
    }
    return true;
}
static_assert(jitter_stays_in_range());

// So are hooks, and a request to stop in the midst of it: the attempt that is going on is the last.
struct Token {
    bool const* requested;
    constexpr bool stop_requested() const { return *requested; }
};
constexpr bool stops_when_requested() {
    grit::ManualTime time;
    Device device{9};
    bool requested = false;
    int attempts = 0;
    grit::StopReason reason = grit::StopReason::none;
    Driver{}.with(grit::StopWhenRequested{Token{&requested}}, grit::Time{time},
                  grit::Before{[&](grit::Attempt const& attempt) { attempts = attempt.number(); }},
                  grit::BeforeSleep{[&] { requested = attempts == 3; }},
                  grit::OnGiveUp{[&](grit::Attempt const&, grit::Failure const& failure) {
                      reason = failure.reason();
                  }})([&] { return device.poll(); });
    return attempts == 3 && reason == grit::StopReason::cancelled;
}
static_assert(stops_when_requested());

} // namespace

int main() {
    Run const run = poll(Device{9});
    std::printf("the same at run time: %zu sleeps, the last of %lld ms\n", run.slept.size(),
                static_cast<long long>(run.slept.back() / 1ms));
    return run.slept.size() == 4 ? 0 : 1;
}
