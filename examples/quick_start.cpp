// SPDX-License-Identifier: BSL-1.0
// The shortest use: a policy as a type, around any callable.
#include <cstdio>
#include <stdexcept>

#include <grit/retry.hpp>

using namespace std::chrono_literals;

namespace {

struct Busy : std::runtime_error {
    Busy() : std::runtime_error("busy") {}
};

int read_sensor(int& failures_left) {
    if (failures_left-- > 0) throw Busy();
    return 21;
}

} // namespace

int main() {
    using Patient = grit::Retrying<grit::StopAfterAttempt<5>, grit::WaitExponential<1ms, 10ms>, grit::RetryIf<Busy>,
                                   grit::BeforeSleepLog<>, grit::Name<"sensor">>;
    static_assert(Patient::worst_case_wait == 15ms); // 1 + 2 + 4 + 8
    constexpr Patient patient;

    int failures_left = 2;
    int const value = patient(read_sensor, failures_left);
    std::printf("read %d\n", value);
    return value == 21 ? 0 : 1;
}
