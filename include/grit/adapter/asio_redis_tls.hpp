// SPDX-License-Identifier: BSL-1.0
#pragma once
// Asio: a store for a fleet over TLS. The certificate of the server is verified, always.

#include <memory>
#include <string>
#include <utility>

#include <asio/ip/address.hpp>
#include <asio/ssl.hpp>

#include <grit/adapter/asio_redis.hpp>

namespace grit::inline GRIT_ABI {
namespace detail {

/// TLS on the socket, for the name that the certificate must have.
class AsioTls {
public:
    using Stream = asio::ssl::stream<asio::generic::stream_protocol::socket>;

    explicit AsioTls(std::shared_ptr<asio::ssl::context> context, std::string name)
        : context_(std::move(context)), name_(std::move(name)) {}

    Stream make(asio::io_context& io, RedisOptions const& options) const {
        Stream stream{io, *context_};
        std::string const& name = name_.empty() ? options.host : name_;
        stream.set_verify_mode(asio::ssl::verify_peer);
        stream.set_verify_callback(asio::ssl::host_name_verification{name});
        asio::error_code no_address;
        asio::ip::make_address(name, no_address);
        if (no_address) SSL_set_tlsext_host_name(stream.native_handle(), name.c_str()); // an address is not sent
        return stream;
    }

    template <class Handler>
    void start(Stream& stream, Handler handler) const {
        stream.async_handshake(Stream::client, std::move(handler));
    }

private:
    std::shared_ptr<asio::ssl::context> context_;
    std::string name_;
};

/// Returns: a context that trusts what the system trusts.
inline std::shared_ptr<asio::ssl::context> system_tls_context() {
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    context->set_default_verify_paths();
    return context;
}

} // namespace detail

/// A Redis as the store of a fleet, through standalone Asio and TLS: `AsioTlsStore{{.host = "redis.example"}}`.
///
/// `AsioTlsStore{options, context, name}` takes a context of yours, for an authority or a client's certificate of your
/// own, and the name that the certificate must have where it is not the host's. A certificate that is not to be
/// trusted, or has another name, is `down`, and last_error() says so. Throws: as AsioStore. Thread safety: one thread
/// at a time. A child after a fork makes a connection of its own.
class AsioTlsStore : public detail::RedisSession<detail::AsioConnection<detail::AsioTls>> {
public:
    template <bool Exceptions = GRIT_EXCEPTIONS>
    explicit AsioTlsStore(RedisOptions options,
                          std::shared_ptr<asio::ssl::context> context = detail::system_tls_context(),
                          std::string name = {})
        : RedisSession(std::bool_constant<Exceptions>{}, std::move(options), std::move(context), std::move(name)) {}
};

} // namespace grit::inline GRIT_ABI
