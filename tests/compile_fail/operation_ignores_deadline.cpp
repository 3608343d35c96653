// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: an operation under a deadline knows nothing of it, because it takes no grit::Attempt const& and nothing can end it from outside; take one and ask remaining\(\) instead
#include <grit/timeout/deadline.hpp>

using namespace std::chrono_literals;

int result = grit::Deadline<5s>{}([] { return 1; });
