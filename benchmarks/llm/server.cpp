// SPDX-License-Identifier: BSL-1.0
// A server that is never what a client waits for: one thread, connections kept, every POST gets the same completion,
// after a delay if one is given.
//
// usage: server [MILLISECONDS]
// Writes its port on standard output and ends with its standard input. GET gets the number of POSTs so far.

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "completion.hpp"

namespace {

void require(bool good, char const* what) {
    if (good) return;
    std::perror(what);
    std::exit(1);
}

std::string answer_with(std::string_view body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-request-id: req_0123456789\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

/// Returns: how long the first request in `bytes` is, if it is there as a whole.
std::optional<std::size_t> length_of_request(std::string_view bytes) {
    auto const end = bytes.find("\r\n\r\n");
    if (end == bytes.npos) return std::nullopt;
    auto const head = bytes.substr(0, end);
    std::size_t body = 0;
    // Without case in the only letters that clients differ in.
    for (std::string_view const name : {"ontent-Length: ", "ontent-length: "})
        if (auto const at = head.find(name); at != head.npos)
            std::from_chars(head.data() + at + name.size(), head.data() + head.size(), body);
    auto const length = end + 4 + body;
    return bytes.size() >= length ? std::optional{length} : std::nullopt;
}

class Server {
    using Clock = std::chrono::steady_clock;

public:
    explicit Server(std::chrono::milliseconds delay) : delay_(delay) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        socklen_t size = sizeof address;
        require(::bind(listener_, generic, size) == 0 && ::listen(listener_, 512) == 0 &&
                    ::getsockname(listener_, generic, &size) == 0,
                "cannot listen");
        std::printf("%d\n", ntohs(address.sin_port));
        std::fflush(stdout);
        watch(listener_);
        watch(STDIN_FILENO);
    }

    void run() {
        std::array<epoll_event, 64> events{};
        for (;;) {
            int const count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), answer_late());
            require(count >= 0 || errno == EINTR, "epoll_wait");
            for (int i = 0; i < count; ++i) {
                int const ready = events[static_cast<std::size_t>(i)].data.fd;
                if (ready == STDIN_FILENO) return;
                if (ready == listener_) accept();
                else read(ready);
            }
        }
    }

private:
    void watch(int descriptor) const {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = descriptor;
        require(::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0, "epoll_ctl");
    }

    void accept() {
        int const connection = ::accept(listener_, nullptr, nullptr);
        require(connection >= 0, "accept");
        int const on = 1;
        ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        pending_[connection] = {.number = ++connections_};
        watch(connection);
    }

    void read(int connection) {
        std::array<char, 65536> buffer;
        auto const size = ::recv(connection, buffer.data(), buffer.size(), 0);
        if (size <= 0) {
            pending_.erase(connection);
            ::close(connection);
            return;
        }
        auto& [number, bytes] = pending_[connection];
        bytes.append(buffer.data(), static_cast<std::size_t>(size));
        while (auto const length = length_of_request(bytes)) {
            bool const counts = bytes.starts_with("GET ");
            if (counts) send(connection, answer_with(std::to_string(posts_)));
            else if (delay_ == delay_.zero()) send(connection, completion_);
            else late_.push_back({Clock::now() + delay_, connection, number});
            if (!counts) ++posts_;
            bytes.erase(0, *length);
        }
    }

    /// Sends every answer whose time has come. Returns: the milliseconds until the next one; -1 if there is none.
    int answer_late() {
        auto const now = Clock::now();
        for (; !late_.empty() && late_.front().at <= now; late_.pop_front()) {
            auto const open = pending_.find(late_.front().connection);
            if (open != pending_.end() && open->second.number == late_.front().number) send(open->first, completion_);
        }
        if (late_.empty()) return -1;
        return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(late_.front().at - now).count());
    }

    static void send(int connection, std::string_view bytes) {
        while (!bytes.empty()) {
            auto const sent = ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    struct Connection {
        long number = 0;
        std::string bytes = {};
    };
    struct Late {
        Clock::time_point at;
        int connection;
        long number;
    };

    std::chrono::milliseconds const delay_;
    std::string const completion_ = answer_with(completion);
    int epoll_ = ::epoll_create1(0);
    int listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    std::map<int, Connection> pending_;
    std::deque<Late> late_; // all wait the same time
    long connections_ = 0;
    long posts_ = 0;
};

} // namespace

int main(int argc, char** argv) { Server{std::chrono::milliseconds{argc > 1 ? std::atoi(argv[1]) : 0}}.run(); }
