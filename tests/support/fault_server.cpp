// SPDX-License-Identifier: BSL-1.0
#include "support/fault_server.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "support/listener.hpp"

namespace fault {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

std::string url_of(unsigned short port) { return "http://127.0.0.1:" + std::to_string(port); }

/// What every connection shares.
class Script {
public:
    Script(std::vector<Step> steps, std::vector<Accept> accepts)
        : steps_(std::move(steps)), accepts_(std::move(accepts)) {
        if (steps_.empty()) steps_.emplace_back(Close{});
        if (accepts_.empty()) accepts_.push_back(Accept::serve);
    }

    std::pair<unsigned, Accept> open() {
        std::lock_guard const lock{mutex_};
        ++open_;
        auto const accept = accepts_[std::min<std::size_t>(connections_, accepts_.size() - 1)];
        return {++connections_, accept};
    }

    void closed() {
        {
            std::lock_guard const lock{mutex_};
            --open_;
        }
        changed_.notify_all();
    }

    Wire take(Request request) {
        std::unique_lock lock{mutex_};
        auto const& step = steps_[std::min(requests_.size(), steps_.size() - 1)];
        requests_.push_back(request);
        lock.unlock(); // a Reply is the test's own code
        return wire(step, request);
    }

    std::vector<Request> requests() {
        std::lock_guard const lock{mutex_};
        return requests_;
    }

    std::size_t connections() {
        std::lock_guard const lock{mutex_};
        return connections_;
    }

    std::size_t open_connections() {
        std::lock_guard const lock{mutex_};
        return open_;
    }

    bool wait_until_open(std::size_t count, std::chrono::milliseconds limit) {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, limit, [&] { return open_ <= count; });
    }

private:
    std::vector<Step> steps_;
    std::vector<Accept> accepts_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Request> requests_;
    unsigned connections_ = 0;
    std::size_t open_ = 0;
};

/// One connection. Every pending operation holds a share of it, so it lives as long as something can still happen.
///
/// A read is always pending, so that the end of the client is noticed while an answer goes out or nothing happens.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(tcp::socket socket, Script& script)
        : socket_(std::move(socket)), timer_(socket_.get_executor()), script_(script) {
        error_code ignored;
        socket_.set_option(tcp::no_delay{true}, ignored);
    }

    ~Connection() { close(); }
    Connection(Connection const&) = delete;
    Connection& operator=(Connection const&) = delete;

    void start() {
        Accept accept{};
        std::tie(number_, accept) = script_.open();
        counted_ = true;
        new_request();
        switch (accept) {
        case Accept::close: return close();
        case Accept::reset: return reset();
        case Accept::silence: answering_ = true; break;
        case Accept::serve: break;
        }
        read();
    }

    void close() {
        timer_.cancel();
        error_code ignored;
        socket_.close(ignored);
        if (std::exchange(counted_, false)) script_.closed();
    }

private:
    void read() {
        socket_.async_read_some(asio::buffer(in_), [self = shared_from_this()](error_code failed, std::size_t size) {
            if (failed) return self->close();
            auto const space = self->buffer_.prepare(size);
            asio::buffer_copy(space, asio::buffer(self->in_, size));
            self->buffer_.commit(size);
            self->parse();
            if (self->socket_.is_open()) self->read();
        });
    }

    void new_request() {
        parser_.emplace();
        parser_->body_limit(std::uint64_t{64} << 20U);
        parser_->eager(true);
    }

    void parse() {
        while (!answering_ && socket_.is_open() && buffer_.size() > 0) {
            error_code failed;
            buffer_.consume(parser_->put(buffer_.data(), failed));
            if (failed == http::error::need_more) return;
            if (failed) return close();
            if (parser_->is_done()) answer();
        }
    }

    void answer() {
        answering_ = true;
        auto& message = parser_->get();
        Request request{.at = std::chrono::steady_clock::now(),
                        .connection = number_,
                        .method = std::string{message.method_string()},
                        .target = std::string{message.target()},
                        .headers = {},
                        .body = std::move(message.body())};
        for (auto const& field : message)
            request.headers.set(std::string{field.name_string()}, std::string{field.value()});
        new_request();
        answer_ = script_.take(std::move(request));
        next_ = 0;
        send();
    }

    void send() {
        if (next_ == answer_.pieces.size()) return finish();
        auto const& piece = answer_.pieces[next_++];
        if (piece.after.count() == 0) return write(piece.bytes);
        after(piece.after, [this, &piece] { write(piece.bytes); });
    }

    void write(std::string const& bytes) {
        asio::async_write(socket_, asio::buffer(bytes), [self = shared_from_this()](error_code failed, std::size_t) {
            if (failed) self->close();
            else self->send();
        });
    }

    void finish() {
        switch (answer_.end) {
        case End::close: return close();
        case End::silence: return; // answering_ stays, so that nothing is ever read as a request again
        case End::reset:
            if (answer_.pieces.empty()) return reset();
            return after(std::chrono::milliseconds{20}, [this] { reset(); }); // RST must not overtake what was sent
        case End::keep:
            answering_ = false;
            return asio::post(socket_.get_executor(), [self = shared_from_this()] { self->parse(); });
        }
    }

    template <class F>
    void after(std::chrono::milliseconds pause, F then) {
        timer_.expires_after(pause);
        timer_.async_wait([self = shared_from_this(), then](error_code failed) {
            if (!failed && self->socket_.is_open()) then();
        });
    }

    void reset() {
        error_code ignored;
        socket_.set_option(tcp::socket::linger{true, 0}, ignored);
        close();
    }

    tcp::socket socket_;
    asio::steady_timer timer_;
    Script& script_;
    unsigned number_ = 0;
    bool counted_ = false;
    bool answering_ = false;
    std::array<char, 16384> in_;
    boost::beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    Wire answer_;
    std::size_t next_ = 0;
};

} // namespace

class FaultServer::Impl {
public:
    Impl(std::vector<Step> steps, Setup setup)
        : script_(std::move(steps), std::move(setup.accepts)), listener_(setup.lifetime, [this](tcp::socket socket) {
              return std::make_shared<Connection>(std::move(socket), script_);
          }) {}

    unsigned short port() const { return listener_.port(); }
    Script& script() { return script_; }

private:
    Script script_;
    Listener<Connection> listener_;
};

FaultServer::FaultServer(std::vector<Step> script, Setup setup)
    : impl_(std::make_unique<Impl>(std::move(script), std::move(setup))) {}

FaultServer::~FaultServer() = default;

unsigned short FaultServer::port() const { return impl_->port(); }

std::string FaultServer::url() const { return url_of(port()); }

std::vector<Request> FaultServer::requests() const { return impl_->script().requests(); }

std::size_t FaultServer::connections() const { return impl_->script().connections(); }

std::size_t FaultServer::open_connections() const { return impl_->script().open_connections(); }

bool FaultServer::wait_until_open(std::size_t count, std::chrono::milliseconds limit) const {
    return impl_->script().wait_until_open(count, limit);
}

std::string refusing_url() {
    asio::io_context io;
    tcp::acceptor const acceptor{io, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
    return url_of(acceptor.local_endpoint().port());
}

} // namespace fault
