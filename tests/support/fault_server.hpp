// SPDX-License-Identifier: BSL-1.0
#pragma once
// An HTTP server on 127.0.0.1 that goes wrong in the way that a script says.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "support/fault.hpp"
#include "support/provider.hpp"

namespace fault {

/// What becomes of a connection before anything is read from it.
enum class Accept { serve, close, reset, silence };

/// What a server does beside its script.
struct Setup {
    /// The server ends itself after this time, whoever may still wait for it.
    std::chrono::seconds lifetime{30};
    /// One for each connection, the last again and again; empty: all are served.
    std::vector<Accept> accepts = {};
};

/// Answers each request with the next step of its script, the last step again and again.
///
/// Works in a thread of its own, on a free port of 127.0.0.1; the destructor ends it, and so does `lifetime`.
/// Thread safety: every member may be called from any thread.
class FaultServer {
public:
    explicit FaultServer(std::vector<Step> script, Setup setup = {});
    FaultServer(FaultServer const&) = delete;
    FaultServer& operator=(FaultServer const&) = delete;
    ~FaultServer();

    unsigned short port() const;

    /// Returns: such as "http://127.0.0.1:34567".
    std::string url() const;

    /// Returns: every request so far, in order.
    std::vector<Request> requests() const;

    /// Returns: how many connections were accepted so far.
    std::size_t connections() const;

    /// Returns: how many of them are open. A client that goes is noticed at once, whatever it is being sent.
    std::size_t open_connections() const;

    /// Waits until as few as `count` connections are open. Returns: whether that came true before `limit`.
    bool wait_until_open(std::size_t count, std::chrono::milliseconds limit) const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

/// Returns: the address of a port on 127.0.0.1 at which nobody listens.
std::string refusing_url();

} // namespace fault
