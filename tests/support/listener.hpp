// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the servers of the tests have in common: a port, a thread, an end.

#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

namespace fault {

/// Accepts connections on a free port of 127.0.0.1 in a thread of its own, until it is destroyed or `lifetime` is over.
///
/// A Connection has `start()` and `close()`, and is held by those of its own operations that are pending. Declared last
/// in its owner: what connections refer to outlives it.
template <class Connection>
class Listener {
public:
    using Tcp = boost::asio::ip::tcp;
    using Make = std::function<std::shared_ptr<Connection>(Tcp::socket)>;

    Listener(std::chrono::seconds lifetime, Make make) : make_(std::move(make)), lifetime_(io_, lifetime) {
        accept();
        lifetime_.async_wait([this](boost::system::error_code failed) {
            if (!failed) end();
        });
        thread_ = std::thread{[this] { io_.run(); }};
    }
    Listener(Listener const&) = delete;
    Listener& operator=(Listener const&) = delete;
    ~Listener() {
        io_.stop();
        thread_.join();
    }

    unsigned short port() const { return port_; }

private:
    void accept() {
        acceptor_.async_accept([this](boost::system::error_code failed, Tcp::socket socket) {
            if (failed) return;
            auto const connection = make_(std::move(socket));
            std::erase_if(connections_, [](auto const& known) { return known.expired(); });
            connections_.push_back(connection);
            connection->start();
            accept();
        });
    }

    void end() {
        boost::system::error_code ignored;
        acceptor_.close(ignored);
        for (auto const& known : connections_)
            if (auto const connection = known.lock()) connection->close();
    }

    Make make_;
    boost::asio::io_context io_{1};
    Tcp::acceptor acceptor_{io_, Tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0}};
    unsigned short port_ = acceptor_.local_endpoint().port();
    boost::asio::steady_timer lifetime_;
    std::vector<std::weak_ptr<Connection>> connections_;
    std::thread thread_;
};

} // namespace fault
