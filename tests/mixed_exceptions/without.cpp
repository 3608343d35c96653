// SPDX-License-Identifier: BSL-1.0
// Compiled with -fno-exceptions.

#include "mixed_exceptions/calls.hpp"

int without::retried_results() { return count_retried_results<false>(); }

void without::make_wrong_value() { [[maybe_unused]] grit::StopAfterAttempt const never{0}; }
