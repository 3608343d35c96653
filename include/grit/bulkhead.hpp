// SPDX-License-Identifier: BSL-1.0
#pragma once
// All of bulkhead/: so many calls at a time.

#include <grit/bulkhead/bulkhead.hpp>
