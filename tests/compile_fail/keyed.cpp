// SPDX-License-Identifier: BSL-1.0
// Keyed: what it cannot keep.
#include <string>

#include <grit/core/keyed.hpp>
#include <grit/timeout.hpp>

using namespace std::chrono_literals;
using namespace grit;

// expect-error: grit: 'Keyed' was given something that it cannot keep, because
namespace of_a_stage_without_state {
Keyed<std::string, Deadline<1s>> hosts;
}

// expect-error: grit: 'Keyed' was given something that it cannot keep, because
namespace of_no_stage {
Keyed<std::string, int> hosts;
}
