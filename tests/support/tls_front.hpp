// SPDX-License-Identifier: BSL-1.0
#pragma once
// TLS before a server that speaks none, with a good or a bad certificate that is made when it starts.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace fault {

/// What is to be said of a certificate. Each is its own authority: a client that does not trust `TlsFront::ca_file`
/// takes every one of them for self-signed.
enum class Certificate {
    valid,      ///< for 127.0.0.1 and localhost, for an hour
    expired,    ///< the same, until an hour ago
    wrong_name, ///< for elsewhere.invalid
};

/// Listens on a free port of 127.0.0.1 and passes on, in clear, to another port what it deciphers.
///
/// Works in a thread of its own; the destructor ends it, and so does `lifetime`.
class TlsFront {
public:
    /// Throws: std::runtime_error if no certificate can be made or stored.
    TlsFront(unsigned short port_behind, Certificate certificate,
             std::chrono::seconds lifetime = std::chrono::seconds{30});
    TlsFront(TlsFront const&) = delete;
    TlsFront& operator=(TlsFront const&) = delete;
    ~TlsFront();

    /// Returns: such as "https://127.0.0.1:34567".
    std::string url() const;

    /// Returns: the path of a file with the certificate, which lasts as long as this object.
    std::string ca_file() const;

    /// Returns: how many handshakes succeeded.
    std::size_t handshakes() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace fault
