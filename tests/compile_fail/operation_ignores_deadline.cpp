// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: an operation under 'Deadline' knows nothing of it, because it takes neither grit::Context const& nor grit::Attempt const& and nothing can end it from outside; take one of them and ask remaining\(\) instead
#include <grit/timeout/deadline.hpp>

using namespace std::chrono_literals;

int result = grit::Deadline<5s>{}([] { return 1; });
