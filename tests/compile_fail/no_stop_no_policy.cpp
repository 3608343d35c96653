// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'Retrying' was given no stop, because none of its policies ends the attempts; add
#include <grit/retry.hpp>

constexpr grit::Retrying<> retrying;
