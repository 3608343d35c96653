// SPDX-License-Identifier: BSL-1.0
#pragma once
// A TCP server on 127.0.0.1 that answers each connection with the next of its texts, for the tests of clients.

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace support {

/// Reads the head of one request from each connection, answers with the next text (the last one again and again) and
/// closes; an empty text is a connection that is closed without an answer.
///
/// Works in a thread of its own until it is destroyed, 30 seconds at most.
class CannedServer {
public:
    explicit CannedServer(std::vector<std::string> answers) : answers_(std::move(answers)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        socklen_t size = sizeof address;
        if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 16) != 0 ||
            ::getsockname(listener_, generic, &size) != 0)
            throw std::runtime_error("cannot listen on 127.0.0.1");
        port_ = ntohs(address.sin_port);
        thread_ = std::thread{[this] { serve(); }};
    }
    CannedServer(CannedServer const&) = delete;
    CannedServer& operator=(CannedServer const&) = delete;
    ~CannedServer() {
        ended_ = true;
        thread_.join();
        ::close(listener_);
    }

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }
    int connections() const { return connections_; }

private:
    void serve() {
        auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
        while (!ended_ && std::chrono::steady_clock::now() < end) {
            if (!readable(listener_)) continue;
            int const connection = ::accept(listener_, nullptr, nullptr);
            if (connection < 0) continue;
            auto const number = static_cast<std::size_t>(connections_++);
            read_head(connection);
            std::string const& answer = answers_[number < answers_.size() ? number : answers_.size() - 1];
            (void)!::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
            ::shutdown(connection, SHUT_WR);
            ::close(connection);
        }
    }
    static bool readable(int descriptor) {
        pollfd one{descriptor, POLLIN, 0};
        return ::poll(&one, 1, 20) == 1;
    }
    void read_head(int connection) const {
        std::string head;
        std::array<char, 1024> buffer;
        while (!ended_ && head.find("\r\n\r\n") == std::string::npos) {
            if (!readable(connection)) continue;
            auto const size = ::recv(connection, buffer.data(), buffer.size(), 0);
            if (size <= 0) return;
            head.append(buffer.data(), static_cast<std::size_t>(size));
        }
    }

    std::vector<std::string> answers_;
    int listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    int port_ = 0;
    std::atomic<int> connections_ = 0;
    std::atomic<bool> ended_ = false;
    std::thread thread_;
};

/// Returns: an HTTP answer with these header lines (each ends in CRLF) and this body.
inline std::string http(int status, std::string const& headers = {}, std::string const& body = {}) {
    return "HTTP/1.1 " + std::to_string(status) +
           " x\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers + "\r\n" +
           body;
}

} // namespace support
