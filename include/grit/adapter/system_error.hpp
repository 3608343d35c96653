// SPDX-License-Identifier: BSL-1.0
#pragma once
// std::error_code and std::system_error: which errors of the operating system are worth another attempt.

#include <system_error>

#include <grit/retry_if/error.hpp>

namespace grit::inline GRIT_ABI {

/// Retries an error of the operating system that may pass: a connection that broke or was refused, a network that is
/// down, a timeout, something that is busy or used up for now. As a std::error_code that is returned, as the error of
/// a result, or as a std::system_error that is thrown.
using RetryTransientSystemError = RetryIfError<
    std::errc::timed_out, std::errc::connection_refused, std::errc::connection_reset, std::errc::connection_aborted,
    std::errc::broken_pipe, std::errc::network_down, std::errc::network_reset, std::errc::network_unreachable,
    std::errc::host_unreachable, std::errc::resource_unavailable_try_again, std::errc::operation_would_block,
    std::errc::interrupted, std::errc::device_or_resource_busy, std::errc::text_file_busy, std::errc::no_buffer_space,
    std::errc::no_lock_available, std::errc::too_many_files_open, std::errc::too_many_files_open_in_system>;

/// Returns: true if RetryTransientSystemError retries this code.
inline bool is_transient(std::error_code const& code) { return RetryTransientSystemError{}.on_result(code); }

} // namespace grit::inline GRIT_ABI
