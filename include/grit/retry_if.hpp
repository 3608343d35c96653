// SPDX-License-Identifier: BSL-1.0
#pragma once
// All retry predicates: what counts as a failure that is worth another attempt.

#include <grit/retry_if/all.hpp>
#include <grit/retry_if/always.hpp>
#include <grit/retry_if/any.hpp>
#include <grit/retry_if/default.hpp>
#include <grit/retry_if/error.hpp>
#include <grit/retry_if/error_type.hpp>
#include <grit/retry_if/exception.hpp>
#include <grit/retry_if/message.hpp>
#include <grit/retry_if/never.hpp>
#include <grit/retry_if/result.hpp>
