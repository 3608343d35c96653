// SPDX-License-Identifier: BSL-1.0
#pragma once
// What is set for all requests over one libcurl transport.

#include <cstddef>
#include <optional>
#include <string>

#include <grit/version.hpp>

namespace grit::inline GRIT_ABI::llm {

/// What a CurlTransport does the same way for every request.
struct CurlOptions {
    /// The longest body that is read; a longer one ends the exchange. Units: bytes.
    std::size_t max_response_bytes = std::size_t{16} << 20U;
    /// A file of certificates to trust instead of the system's; empty: the system's.
    std::string ca_file = {};
    /// A proxy; empty: none; not given: the one that the environment names.
    std::optional<std::string> proxy = {};
    /// How many connections that nobody uses are kept for later calls.
    std::size_t max_idle_connections = 32;
    /// Whoever answers is believed, and gets the key. For tests against a server of one's own.
    bool unsafe_accept_any_certificate = false;
};

} // namespace grit::inline GRIT_ABI::llm
