// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'Retrying' was given two policies of one template, because only one of them can count; keep one
#include <grit/retry.hpp>

grit::ManualTime one;
grit::ManualTime two;

grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::Time{one}, grit::Time<>{}};
