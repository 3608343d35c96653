// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'Retrying' was given two policies of one template, because only one of them can count; keep one
#include <grit/retry.hpp>

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::Name<"chat">, grit::Name<"search">> retrying;
