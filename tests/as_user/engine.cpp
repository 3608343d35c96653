// SPDX-License-Identifier: BSL-1.0
// The engine as a user includes it: compiled with every warning, without RTTI, without exceptions, with sanitizers,
// as C++20 and C++23.
#include <grit.hpp>

using namespace std::chrono_literals;

using Policy = grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitRandomExponential<1ms, 4ms>,
                              grit::RetryIfResult<[](int n) { return n < 2; }>>;

int main() {
    grit::ManualTime time;
    int calls = 0;
    int const result = Policy{}.with(grit::Time{time})([&]() noexcept { return calls++; });
    grit::Stepper stepper{Policy{}};
    bool const starts = stepper.start().is_again();
    bool const ends = stepper.returned(2).is_done();
    bool const sets =
        grit::Retrying{grit::StopAfterAttempt<4>{}, grit::WaitFixed<10s>{}, grit::StopNever{}}([] { return true; });
    return sets && result == 2 && starts && ends && !grit::describe<Policy>().empty() ? 0 : 1;
}
