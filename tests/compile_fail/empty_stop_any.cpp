// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'StopAny' or 'StopAll' combines nothing, because
#include <grit/retry.hpp>

constexpr grit::Retrying<grit::StopAny<>> retrying;
