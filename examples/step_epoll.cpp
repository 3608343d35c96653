// SPDX-License-Identifier: BSL-1.0
// Two clients and a server in one thread, on epoll and timerfd: a Stepper for each client says when to try again.
#if !defined(__linux__)
int main() {}
#else
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <grit/retry.hpp>
#include <grit/retrying/step.hpp>

using namespace std::chrono_literals;

namespace {

// The policy is the one that a blocking call would have. Nothing here sleeps.
using Policy = grit::Retrying<grit::StopAfterAttempt<5>, grit::WaitExponential<5ms, 1s>,
                              grit::RetryIfError<std::errc::connection_reset, std::errc::connection_refused>>;

class File {
public:
    File() = default;
    explicit File(int descriptor) : descriptor_(descriptor) {}
    File(File&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
    File& operator=(File&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    int get() const { return descriptor_; }

private:
    int descriptor_ = -1;
};

class Loop {
public:
    void watch(File const& file, std::uint32_t events) {
        epoll_event event{};
        event.events = events;
        event.data.fd = file.get();
        ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, file.get(), &event);
    }
    /// Returns: the descriptor that is ready; -1 if none is within five seconds.
    int next() {
        epoll_event event{};
        return ::epoll_wait(epoll_.get(), &event, 1, 5000) == 1 ? event.data.fd : -1;
    }

private:
    File epoll_{::epoll_create1(0)};
};

/// Breaks the first connections off, then greets.
class Server {
public:
    explicit Server(Loop& loop) {
        auto* address = reinterpret_cast<sockaddr*>(&address_);
        socklen_t size = sizeof address_;
        if (::bind(listener_.get(), address, size) != 0 || ::getsockname(listener_.get(), address, &size) != 0 ||
            ::listen(listener_.get(), 8) != 0)
            throw std::system_error{errno, std::generic_category(), "no local server"};
        loop.watch(listener_, EPOLLIN);
    }
    int descriptor() const { return listener_.get(); }
    sockaddr_in const& address() const { return address_; }

    void accept() {
        File const connection{::accept(listener_.get(), nullptr, nullptr)};
        if (++connections_ <= 4) {
            linger const reset{1, 0};
            ::setsockopt(connection.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        } else if (::write(connection.get(), "hello", 5) != 5) std::perror("write");
    }

private:
    static sockaddr_in any_port() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return address;
    }

    sockaddr_in address_ = any_port();
    File listener_{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)};
    int connections_ = 0;
};

class Client {
public:
    Client(Loop& loop, sockaddr_in const& server) : loop_(loop), server_(server) {
        loop_.watch(timer_, EPOLLIN);
        obey(stepper_.start());
    }
    bool finished() const { return finished_; }
    std::string const& received() const { return received_; }
    int attempts() const { return stepper_.attempt().number(); }

    void handle(int ready) {
        if (ready == timer_.get()) {
            std::uint64_t expirations = 0;
            if (::read(timer_.get(), &expirations, sizeof expirations) > 0) obey(stepper_.wake());
        } else if (ready == socket_.get()) {
            std::array<char, 64> buffer;
            auto const size = ::read(socket_.get(), buffer.data(), buffer.size());
            if (size > 0) received_.append(buffer.data(), static_cast<std::size_t>(size));
            else if (size == 0) obey(stepper_.returned(received_));
            else if (errno != EAGAIN) obey(stepper_.failed(std::error_code{errno, std::generic_category()}));
        }
    }

private:
    void obey(grit::Step step) {
        // An attempt that fails before it has begun is an outcome like any other.
        while (step.is_again() && !connect()) step = stepper_.failed(std::error_code{errno, std::generic_category()});
        if (step.sleeps()) {
            socket_ = File{};
            std::printf("client %d: attempt %d failed, the next in %lld ms\n", timer_.get(), attempts(),
                        static_cast<long long>(step.wait / 1ms));
            itimerspec when{};
            when.it_value.tv_sec = static_cast<std::time_t>(step.wait / 1s);
            when.it_value.tv_nsec = static_cast<long>((step.wait % 1s).count());
            ::timerfd_settime(timer_.get(), 0, &when, nullptr);
        }
        finished_ = step.is_done() || step.gives_up();
        if (step.gives_up()) std::printf("client %d: gave up: %s\n", timer_.get(), to_string(step.reason));
    }
    bool connect() {
        socket_ = File{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)};
        auto const* address = reinterpret_cast<sockaddr const*>(&server_);
        if (socket_.get() < 0) return false;
        if (::connect(socket_.get(), address, sizeof server_) != 0 && errno != EINPROGRESS) return false;
        loop_.watch(socket_, EPOLLIN);
        return true;
    }

    Loop& loop_;
    sockaddr_in const& server_;
    File timer_{::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK)};
    File socket_;
    std::string received_;
    grit::Stepper<Policy> stepper_{Policy{}};
    bool finished_ = false;
};

} // namespace

int main() {
    Loop loop;
    Server server{loop};
    Client first{loop, server.address()};
    Client second{loop, server.address()};
    while (!first.finished() || !second.finished()) {
        int const ready = loop.next();
        if (ready < 0) return 1;
        if (ready == server.descriptor()) server.accept();
        first.handle(ready);
        second.handle(ready);
    }
    std::printf("'%s' after %d attempts, '%s' after %d\n", first.received().c_str(), first.attempts(),
                second.received().c_str(), second.attempts());
    return first.received() == "hello" && second.received() == "hello" && first.attempts() + second.attempts() == 6 ? 0
                                                                                                                    : 1;
}
#endif
