// SPDX-License-Identifier: BSL-1.0
// A file of the same program that includes a header: its types are those of the module.

#include <grit/core/stop_reason.hpp>

char const* text_of(grit::StopReason reason) { return to_string(reason); }
