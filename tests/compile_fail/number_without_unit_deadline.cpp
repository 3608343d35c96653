// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a duration was given as a bare number
#include <grit/timeout/deadline.hpp>

using namespace std::chrono_literals;

grit::Deadline<5> deadline;
