// SPDX-License-Identifier: BSL-1.0
// What measure.py counts instantiations of: a few policy sets of different shapes, each called once.

#include <grit/retry.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <string>

using namespace std::chrono_literals;

struct Timeout : std::exception {};
struct Refused : std::exception {};
struct Busy : std::exception {};

int fetch();
int poll() noexcept;
std::string reply(grit::Attempt const&);
std::optional<int> find(std::string const&);
void notice(grit::Attempt const&, grit::Failure const&);
constexpr bool is_busy(int code) noexcept { return code != 0; }

using Plain = grit::Retrying<grit::StopAfterAttempt<5>, grit::WaitExponential<1s, 60s>, grit::RetryIf<Timeout>>;
using Full =
    grit::Retrying<grit::StopAfterAttempt<5>, grit::StopAfterDelay<30s>, grit::WaitRandomExponential<100ms, 10s>,
                   grit::RetryIf<Timeout, Refused, Busy>, grit::BeforeSleep<notice>>;
using Polling = grit::Retrying<grit::StopAfterDelay<1min>, grit::WaitFixed<1s>, grit::RetryIfResult<is_busy>>;

int by_default() { return grit::retry(fetch); }
int plain() { return Plain{}(fetch); }
int full() { return Full{}(fetch); }
int polling() { return Polling{}(poll); }
std::string with_attempt() { return Plain{}(reply); }
std::optional<int> with_argument(std::string const& key) { return Plain{}(find, key); }
int at_run_time(int attempts, std::chrono::milliseconds first) {
    return grit::Retrying{grit::StopAfterAttempt{attempts}, grit::WaitExponential{first, 60s},
                          grit::RetryIf<Timeout>{}}(fetch);
}

static_assert(Plain::max_attempts == 5 && Plain::worst_case_wait == 15s);
