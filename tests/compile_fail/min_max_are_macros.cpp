// SPDX-License-Identifier: BSL-1.0
// min and max as <windows.h> defines them.
// expect-error: grit: min and max are macros here, because of <windows.h>; define NOMINMAX before it is included
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))

#include <grit/core/config.hpp>
