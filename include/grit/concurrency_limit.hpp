// SPDX-License-Identifier: BSL-1.0
#pragma once
// All of concurrency_limit/: as many calls at a time as the service bears.

#include <grit/concurrency_limit/concurrency_limit.hpp>
