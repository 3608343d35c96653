// SPDX-License-Identifier: BSL-1.0
#pragma once
// Asio: a store for a fleet without hiredis, over TCP or a socket in the file system.

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/generic/stream_protocol.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/write.hpp>

#include <grit/adapter/redis_session.hpp>

namespace grit::inline GRIT_ABI {
namespace detail {

/// Nothing between the answers and the socket.
struct AsioPlain {
    using Stream = asio::generic::stream_protocol::socket;

    Stream make(asio::io_context& io, RedisOptions const&) const { return Stream{io}; }
    template <class Handler>
    void start(Stream&, Handler handler) const {
        handler(asio::error_code{});
    }
};

/// A connection with a loop of its own, which runs while something is awaited, until the deadline at most.
///
/// Security makes the stream, `make(io, options)`, and greets the other side once it is connected,
/// `start(stream, handler)`.
template <class Security>
class AsioConnection {
public:
    template <class... Args>
    explicit AsioConnection(Args&&... args) : security_(std::forward<Args>(args)...) {}

    bool open(RedisOptions const& options, TimePoint deadline, std::string& why) {
        open_.emplace(security_, options);
        asio::error_code failed = asio::error::host_not_found;
        for (auto const& endpoint : endpoints(options, failed)) {
            asio::error_code ignored;
            if (socket().is_open()) socket().close(ignored); // the address before did not answer
            failed = until(deadline, [&](auto done) { socket().async_connect(endpoint, done); });
            if (!failed || deadline <= std::chrono::steady_clock::now()) break;
        }
        if (!failed) {
            asio::error_code ignored; // a socket in the file system has no such option
            socket().set_option(asio::ip::tcp::no_delay{true}, ignored);
            failed = until(deadline, [&](auto done) { security_.start(open_->stream, done); });
        }
        if (!failed) socket().non_blocking(true, failed); // for is_idle()
        return !failed || ended(failed, why);
    }

    bool call(std::string_view command, TimePoint deadline, RedisAnswer& answer, std::string& why) {
        asio::error_code failed = until(
            deadline, [&](auto done) { asio::async_write(open_->stream, asio::buffer(command), std::move(done)); });
        RedisAnswerReader reader{answer};
        while (!failed) {
            std::size_t size = 0;
            failed = until(deadline, [&](auto done) {
                open_->stream.async_read_some(asio::buffer(buffer_),
                                              [&size, done](asio::error_code code, std::size_t n) {
                                                  size = n;
                                                  done(code, n);
                                              });
            });
            for (std::size_t i = 0; i != size; ++i)
                if (reader.take(buffer_[i])) {
                    if (i + 1 != size) answer.kind = RedisAnswer::Kind::other;
                    return true;
                }
        }
        return ended(failed, why);
    }

    bool is_open() const noexcept { return open_.has_value(); }
    /// Says nothing to the other side, since a child closes what its parent goes on with.
    void close() noexcept { open_.reset(); }
    bool is_idle() {
        char byte = 0;
        asio::error_code failed;
        open_->stream.read_some(asio::buffer(&byte, 1), failed);
        return failed == asio::error::would_block;
    }

private:
    using Endpoint = asio::generic::stream_protocol::endpoint;

    struct Open {
        Open(Security& security, RedisOptions const& options) : stream(security.make(io, options)) {}

        asio::io_context io{1};
        typename Security::Stream stream;
    };

    auto& socket() noexcept { return open_->stream.lowest_layer(); }

    std::vector<Endpoint> endpoints(RedisOptions const& options, asio::error_code& failed) {
        if (!options.path.empty()) return {asio::local::stream_protocol::endpoint{options.path}};
        std::vector<Endpoint> all;
        asio::ip::tcp::resolver resolver{open_->io};
        for (auto const& found : resolver.resolve(options.host, std::to_string(options.port),
                                                  asio::ip::resolver_base::numeric_service, failed))
            all.emplace_back(found.endpoint());
        return all;
    }

    /// Starts an operation and runs the loop until its end, or closes the socket at the deadline.
    template <class Start>
    asio::error_code until(TimePoint deadline, Start start) {
        std::optional<asio::error_code> done;
        open_->io.restart();
        start([&done](asio::error_code failed, auto...) { done = failed; });
        while (!done &&
               open_->io.run_one_until(std::chrono::steady_clock::time_point{deadline.time_since_epoch()}) != 0) {
        }
        if (done) return *done;
        asio::error_code ignored;
        socket().close(ignored);
        open_->io.run(); // the operation ends, which refers to what stands on this stack
        return asio::error::timed_out;
    }

    bool ended(asio::error_code failed, std::string& why) {
        why = failed == asio::error::timed_out ? "no answer in time" : failed.message();
        return false;
    }

    Security security_;
    std::optional<Open> open_;
    std::array<char, 4096> buffer_;
};

} // namespace detail

/// A Redis as the store of a fleet, through standalone Asio: `AsioStore{{.host = "10.0.0.5"}}`.
///
/// It runs a loop of its own in the thread that calls eval(). Throws: std::invalid_argument for a timeout that is not
/// above zero, a negative `again`, a user without password. Thread safety: one thread at a time. A child after a fork
/// makes a connection of its own.
class AsioStore : public detail::RedisSession<detail::AsioConnection<detail::AsioPlain>> {
public:
    template <bool Exceptions = GRIT_EXCEPTIONS>
    explicit AsioStore(RedisOptions options = {})
        : RedisSession(std::bool_constant<Exceptions>{}, std::move(options)) {}
};

} // namespace grit::inline GRIT_ABI
