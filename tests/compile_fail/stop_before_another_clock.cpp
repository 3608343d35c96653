// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'StopBefore' was given
#include <grit/retry.hpp>

grit::Retrying retrying{grit::StopBefore{std::chrono::system_clock::now()}};
