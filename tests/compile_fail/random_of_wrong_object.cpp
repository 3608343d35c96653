// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'Random' cannot use this generator, because a call does not return 64 random bits as std::uint64_t; use
#include <grit/retry.hpp>

#include <random>

std::minstd_rand generator;

grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::Random{generator}};
