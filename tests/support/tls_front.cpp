// SPDX-License-Identifier: BSL-1.0
#include "support/tls_front.hpp"

#include <array>
#include <atomic>
#include <stdexcept>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "support/listener.hpp"

namespace fault {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

template <auto Function>
struct Free {
    void operator()(auto* object) const noexcept { Function(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using X509Owner = std::unique_ptr<X509, Free<X509_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;

void check(bool good) {
    if (!good) throw std::runtime_error{"tls_front: OpenSSL makes no certificate"};
}

void add_extension(X509* certificate, int kind, char const* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    auto* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
    check(extension != nullptr);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

X509Owner make_certificate(EVP_PKEY* key, Certificate wanted) {
    constexpr long hour = 3600;
    X509Owner certificate{X509_new()};
    check(certificate != nullptr);
    auto* const raw = certificate.get();
    X509_set_version(raw, 2); // counted from 0: version 3
    ASN1_INTEGER_set(X509_get_serialNumber(raw), 1);
    X509_gmtime_adj(X509_getm_notBefore(raw), -2 * hour);
    X509_gmtime_adj(X509_getm_notAfter(raw), wanted == Certificate::expired ? -hour : hour);
    X509_set_pubkey(raw, key);
    auto const* const name = reinterpret_cast<unsigned char const*>("grit test");
    X509_NAME_add_entry_by_txt(X509_get_subject_name(raw), "CN", MBSTRING_ASC, name, -1, -1, 0);
    X509_set_issuer_name(raw, X509_get_subject_name(raw));
    add_extension(raw, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(raw, NID_subject_alt_name,
                  wanted == Certificate::wrong_name ? "DNS:elsewhere.invalid" : "DNS:localhost,IP:127.0.0.1");
    check(X509_sign(raw, key, EVP_sha256()) != 0);
    return certificate;
}

/// Returns: what `write` writes as PEM.
template <class Write>
std::string pem(Write write) {
    Bio const memory{BIO_new(BIO_s_mem())};
    check(memory != nullptr && write(memory.get()) == 1);
    char* bytes = nullptr;
    auto const size = BIO_get_mem_data(memory.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

/// A file of its own name, gone with the object.
class TemporaryFile {
public:
    explicit TemporaryFile(std::string_view content) {
        auto const file = mkstemp(path_.data());
        if (file < 0) throw std::runtime_error{"tls_front: no temporary file"};
        auto const written = ::write(file, content.data(), content.size());
        ::close(file);
        if (written != static_cast<ssize_t>(content.size())) throw std::runtime_error{"tls_front: the disk is full"};
    }
    ~TemporaryFile() { ::unlink(path_.c_str()); }
    TemporaryFile(TemporaryFile const&) = delete;
    TemporaryFile& operator=(TemporaryFile const&) = delete;

    std::string const& path() const { return path_; }

private:
    std::string path_ = "/tmp/grit-certificate-XXXXXX";
};

/// One connection and its counterpart behind.
class Link : public std::enable_shared_from_this<Link> {
public:
    using Front = asio::ssl::stream<tcp::socket>;

    Link(tcp::socket socket, unsigned short port_behind, asio::ssl::context& context,
         std::atomic<std::size_t>& handshakes)
        : front_(std::move(socket), context), behind_(front_.get_executor()), port_behind_(port_behind),
          handshakes_(handshakes) {}

    void start() {
        front_.async_handshake(Front::server, [self = shared_from_this()](error_code failed) {
            if (failed) return self->close();
            ++self->handshakes_;
            self->behind_.async_connect({asio::ip::address_v4::loopback(), self->port_behind_},
                                        [self](error_code refused) {
                                            if (refused) return self->close();
                                            error_code ignored;
                                            self->behind_.set_option(tcp::no_delay{true}, ignored);
                                            self->front_.lowest_layer().set_option(tcp::no_delay{true}, ignored);
                                            self->pass(self->front_, self->behind_, self->up_);
                                            self->pass(self->behind_, self->front_, self->down_);
                                        });
        });
    }

    void close() {
        error_code ignored;
        behind_.close(ignored);
        front_.lowest_layer().close(ignored);
    }

private:
    using Buffer = std::array<char, 16384>;

    void pass(auto& from, auto& to, Buffer& buffer) {
        from.async_read_some(asio::buffer(buffer),
                             [self = shared_from_this(), &from, &to, &buffer](error_code failed, std::size_t size) {
                                 if (failed) return self->close();
                                 asio::async_write(to, asio::buffer(buffer, size),
                                                   [self, &from, &to, &buffer](error_code gone, std::size_t) {
                                                       if (gone) return self->close();
                                                       self->pass(from, to, buffer);
                                                   });
                             });
    }

    Front front_;
    tcp::socket behind_;
    unsigned short port_behind_;
    std::atomic<std::size_t>& handshakes_;
    Buffer up_;
    Buffer down_;
};

} // namespace

class TlsFront::Impl {
public:
    Impl(unsigned short port_behind, Certificate wanted, std::chrono::seconds lifetime)
        : key_(EVP_EC_gen("P-256")), certificate_(make_certificate(key_.get(), wanted)),
          pem_(pem([this](BIO* to) { return PEM_write_bio_X509(to, certificate_.get()); })), file_(pem_),
          context_(context()), listener_(lifetime, [this, port_behind](tcp::socket socket) {
              return std::make_shared<Link>(std::move(socket), port_behind, context_, handshakes_);
          }) {}

    unsigned short port() const { return listener_.port(); }
    std::string ca_file() const { return file_.path(); }
    std::size_t handshakes() const { return handshakes_; }

private:
    asio::ssl::context context() const {
        asio::ssl::context made{asio::ssl::context::tls_server};
        made.use_certificate(asio::buffer(pem_), asio::ssl::context::pem);
        auto const secret = pem([this](BIO* to) {
            return PEM_write_bio_PrivateKey(to, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
        });
        made.use_private_key(asio::buffer(secret), asio::ssl::context::pem);
        return made;
    }

    Key key_;
    X509Owner certificate_;
    std::string pem_;
    TemporaryFile file_;
    std::atomic<std::size_t> handshakes_ = 0;
    asio::ssl::context context_;
    Listener<Link> listener_;
};

TlsFront::TlsFront(unsigned short port_behind, Certificate certificate, std::chrono::seconds lifetime)
    : impl_(std::make_unique<Impl>(port_behind, certificate, lifetime)) {}

TlsFront::~TlsFront() = default;

std::string TlsFront::url() const { return "https://127.0.0.1:" + std::to_string(impl_->port()); }

std::string TlsFront::ca_file() const { return impl_->ca_file(); }

std::size_t TlsFront::handshakes() const { return impl_->handshakes(); }

} // namespace fault
