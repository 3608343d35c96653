// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'Deadline' was given a negative time
#include <grit/timeout/deadline.hpp>

using namespace std::chrono_literals;

grit::Deadline<-1s> deadline;
