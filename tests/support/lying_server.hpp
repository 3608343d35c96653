// SPDX-License-Identifier: BSL-1.0
#pragma once
// A TCP server on 127.0.0.1 whose every connection is served by a function of the test, which may lie.

#include <atomic>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/redis_server.hpp"

namespace support {

/// One accepted connection.
class Served {
public:
    explicit Served(int socket) noexcept : socket_(socket) {}
    Served(Served const&) = delete;
    Served& operator=(Served const&) = delete;
    ~Served() { ::close(socket_); }

    /// Returns: what has come, waiting for it for 5 s at most; empty if the other side has closed.
    std::string read() const {
        pollfd one{socket_, POLLIN, 0};
        char bytes[65536];
        if (::poll(&one, 1, 5000) != 1) return {};
        auto const size = ::recv(socket_, bytes, sizeof bytes, 0);
        return size > 0 ? std::string(bytes, static_cast<std::size_t>(size)) : std::string{};
    }
    void write(std::string_view bytes) const { (void)!::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
    /// Waits until the other side has closed.
    void wait_for_end() const {
        while (!read().empty()) {
        }
    }

private:
    int socket_;
};

/// Serves connections one after the other, in a thread of its own, until it is destroyed.
class LyingServer {
public:
    using Serve = std::function<void(Served const& client, int number)>;

    explicit LyingServer(Serve serve) : serve_(std::move(serve)) {
        if (::listen(port_.socket(), 64) != 0) throw std::runtime_error("cannot listen on 127.0.0.1");
        thread_ = std::thread{[this] {
            while (!ended_) {
                pollfd one{port_.socket(), POLLIN, 0};
                if (::poll(&one, 1, 20) != 1) continue;
                int const socket = ::accept(port_.socket(), nullptr, nullptr);
                if (socket < 0) continue;
                Served const client{socket};
                serve_(client, connections_++);
            }
        }};
    }
    LyingServer(LyingServer const&) = delete;
    LyingServer& operator=(LyingServer const&) = delete;
    ~LyingServer() {
        ended_ = true;
        thread_.join();
    }

    unsigned short port() const { return port_.number(); }
    int connections() const { return connections_; }

private:
    Serve serve_;
    Port port_;
    std::atomic<int> connections_ = 0;
    std::atomic<bool> ended_ = false;
    std::thread thread_;
};

} // namespace support
