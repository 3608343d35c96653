// SPDX-License-Identifier: BSL-1.0
// A gauge and counters for the circuit breaker of each host, in the text format that Prometheus reads.
#include <atomic>
#include <cstdint>
#include <iostream>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <tuple>

#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;

namespace {

/// What was counted of one host.
struct Counters {
    std::atomic<std::uint64_t> opened{0};
    std::atomic<std::uint64_t> closed{0};
    std::atomic<std::uint64_t> refused{0};
};

/// One for each host; they stay when a breaker is forgotten, as counters must.
class Metrics {
public:
    Counters& of(std::string const& host) {
        std::lock_guard const lock{mutex_};
        return hosts_[host];
    }
    template <class F>
    void for_each(F const& f) {
        std::lock_guard const lock{mutex_};
        for (auto& [host, counters] : hosts_) f(host, counters);
    }

private:
    std::mutex mutex_;
    std::map<std::string, Counters> hosts_; // whose elements stay where they are
};

/// Counts the changes and refusals of one breaker. It was looked up once, so that neither allocates anything.
struct Count {
    Counters* counters;
    void operator()(grit::CircuitOpen const&) const noexcept { ++counters->refused; }
    void operator()(grit::StateChange const& change) const noexcept {
        if (change.to == grit::CircuitState::open) ++counters->opened;
        if (change.to == grit::CircuitState::closed) ++counters->closed;
    }
};

using Breaker = grit::CircuitBreaker<grit::OpenAfterFailures<3>, grit::OpenFor<60s>, grit::Name<>,
                                     grit::OnStateChange<grit::dynamic, Count>, grit::OnReject<grit::dynamic, Count>>;

} // namespace

int main() {
    Metrics metrics;
    grit::Keyed<std::string, Breaker> hosts{grit::MaxEntries{1'000}, [&](std::string const& host) {
                                                Count const count{&metrics.of(host)};
                                                return std::tuple{grit::Name{host}, grit::OnStateChange{count},
                                                                  grit::OnReject{count}};
                                            }};
    auto const fails = [&](std::string const& host) {
        try {
            (*hosts[host])([] { throw std::runtime_error{"no answer"}; });
        } catch (std::runtime_error const&) { // a refusal is one
        }
    };
    (*hosts["up.example"])([] {});
    for (int i = 0; i != 5; ++i) fails("down.example");

    // What is asked for at each scrape.
    hosts.for_each([](std::string const& host, Breaker& breaker) {
        std::cout << "circuit_open{host=\"" << host << "\"} " << (breaker.state() == grit::CircuitState::open) << '\n'
                  << "circuit_failures_in_a_row{host=\"" << host << "\"} " << breaker.counts()[0].failures << '\n';
    });
    std::uint64_t opened = 0, refused = 0;
    metrics.for_each([&](std::string const& host, Counters const& c) {
        std::cout << "circuit_opened_total{host=\"" << host << "\"} " << c.opened << '\n'
                  << "circuit_refused_total{host=\"" << host << "\"} " << c.refused << '\n';
        opened += c.opened, refused += c.refused;
    });
    return opened == 1 && refused == 2 ? 0 : 1;
}
