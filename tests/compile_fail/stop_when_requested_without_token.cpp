// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'StopWhenRequested' was given something that cannot be asked, because it has no stop_requested\(\) that is callable through const; write
#include <grit/retry.hpp>

grit::Retrying retrying{grit::StopWhenRequested{5}};
