// SPDX-License-Identifier: BSL-1.0
// A retry, a breaker and a fallback by `import grit;`.

#include <chrono>
#include <iostream>
#include <stdexcept>
#include <string>

import grit;

using namespace std::chrono_literals;

char const* text_of(grit::StopReason reason); // in reason.cpp

int failures = 2;

std::string fetch() {
    if (failures-- > 0) throw std::runtime_error("no answer");
    return "a page";
}

int main() {
    grit::CircuitBreaker breaker{grit::OpenAfterFailures<5>{}, grit::OpenFor<30s>{}};
    auto const resilient = grit::pipeline(grit::Fallback{[] { return std::string("an old page"); }},
                                          grit::Retrying<grit::StopAfterAttempt<4>, grit::WaitFixed<1ms>>{}, breaker);
    std::cout << resilient(fetch) << '\n'; // a page, from the third attempt

    failures = 99;
    std::cout << resilient(fetch) << '\n'; // an old page
    auto const report = grit::Retrying<grit::StopAfterAttempt<2>>{}.report(fetch);
    std::cout << text_of(report.reason()) << '\n'; // attempts
    return report.reason() == grit::StopReason::attempts ? 0 : 1;
}
