// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'Retrying' was given two waits, because
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitFixed<1s>, grit::WaitFixed<1s>> retrying;
