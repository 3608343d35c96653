// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a factor was given as a floating-point number, because 1\.5 is not exact on every machine; write
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitRandomExponential<1s, 60s, 1.5>> retrying;
