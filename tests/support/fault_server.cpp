// SPDX-License-Identifier: BSL-1.0
#include "support/fault_server.hpp"

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

namespace fault {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

std::string quoted(std::string_view text) {
    std::string json{"\""};
    for (char const c : text) {
        if (c == '"' || c == '\\') json += '\\';
        json += c;
    }
    return json += '"';
}

std::string head(int status, grit::llm::Headers const& headers, std::size_t content_length) {
    auto text = "HTTP/1.1 " + std::to_string(status) +
                " Scripted\r\nContent-Length: " + std::to_string(content_length) + "\r\n";
    for (auto const& field : headers) text += field.name + ": " + field.value + "\r\n";
    return text + "\r\n";
}

/// What every connection shares.
struct Script {
    std::vector<Step> steps;
    std::mutex mutex = {};
    std::vector<Request> requests = {};

    Step take(Request request) {
        std::lock_guard const lock{mutex};
        auto const index = std::min(requests.size(), steps.size() - 1);
        requests.push_back(std::move(request));
        return steps[index];
    }
};

/// One connection. Every pending operation holds a share of it, so it lives as long as something can still happen.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(tcp::socket socket, Script& script)
        : socket_(std::move(socket)), timer_(socket_.get_executor()), script_(script) {}

    void read() {
        parser_.emplace();
        parser_->body_limit(std::uint64_t{64} << 20U);
        http::async_read(socket_, buffer_, *parser_, [self = shared_from_this()](error_code failed, std::size_t) {
            if (!failed) self->answer();
        });
    }

private:
    void answer() {
        auto& message = parser_->get();
        Request request{.at = std::chrono::steady_clock::now(),
                        .method = std::string{message.method_string()},
                        .target = std::string{message.target()},
                        .headers = {},
                        .body = std::move(message.body())};
        for (auto const& field : message)
            request.headers.set(std::string{field.name_string()}, std::string{field.value()});
        std::visit([this](auto const& step) { act(step); }, script_.take(std::move(request)));
    }

    void act(Respond const& step) {
        write(head(step.status, step.headers, step.body.size()) + step.body, &Connection::read);
    }
    void act(Raw const& step) { write(step.bytes, &Connection::close); }
    void act(Stall const& step) {
        write(head(200, {}, step.content_length) + step.sent, &Connection::wait_for_the_end);
    }
    void act(Silence const&) { wait_for_the_end(); }
    void act(Close const&) { close(); }

    void act(Reset const&) {
        error_code ignored;
        socket_.set_option(tcp::socket::linger{true, 0}, ignored);
        close();
    }

    void act(Trickle const& step) {
        rest_ = step.body;
        interval_ = step.interval;
        write(head(200, {}, rest_.size()), &Connection::trickle);
    }

    void trickle() {
        if (rest_.empty()) return read();
        timer_.expires_after(interval_);
        timer_.async_wait([self = shared_from_this()](error_code failed) {
            if (failed) return;
            std::string byte{self->rest_.front()};
            self->rest_.erase(0, 1);
            self->write(std::move(byte), &Connection::trickle);
        });
    }

    void write(std::string bytes, void (Connection::*next)()) {
        out_ = std::move(bytes);
        asio::async_write(socket_, asio::buffer(out_),
                          [self = shared_from_this(), next](error_code failed, std::size_t) {
                              if (!failed) (*self.*next)();
                          });
    }

    /// Reads on without an answer, so that the connection goes when the client does.
    void wait_for_the_end() {
        parser_.emplace();
        http::async_read(socket_, buffer_, *parser_, [self = shared_from_this()](error_code, std::size_t) {});
    }

    void close() {
        error_code ignored;
        socket_.close(ignored);
    }

    tcp::socket socket_;
    asio::steady_timer timer_;
    Script& script_;
    boost::beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    std::string out_;
    std::string rest_;
    std::chrono::milliseconds interval_{};
};

} // namespace

class FaultServer::Impl {
public:
    Impl(std::vector<Step> steps, std::chrono::seconds lifetime)
        : script_{.steps = std::move(steps)}, acceptor_(io_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}),
          port_(acceptor_.local_endpoint().port()) {
        if (script_.steps.empty()) script_.steps.emplace_back(Close{});
        accept();
        thread_ = std::thread{[this, lifetime] { io_.run_for(lifetime); }};
    }

    ~Impl() {
        io_.stop();
        thread_.join();
    }

    Impl(Impl const&) = delete;
    Impl& operator=(Impl const&) = delete;

    unsigned port() const { return port_; }

    std::vector<Request> requests() {
        std::lock_guard const lock{script_.mutex};
        return script_.requests;
    }

private:
    void accept() {
        acceptor_.async_accept([this](error_code failed, tcp::socket socket) {
            if (failed) return;
            std::make_shared<Connection>(std::move(socket), script_)->read();
            accept();
        });
    }

    Script script_;
    asio::io_context io_{1};
    tcp::acceptor acceptor_;
    unsigned port_;
    std::thread thread_;
};

FaultServer::FaultServer(std::vector<Step> script, std::chrono::seconds lifetime)
    : impl_(std::make_unique<Impl>(std::move(script), lifetime)) {}

FaultServer::~FaultServer() = default;

std::string FaultServer::url() const { return "http://127.0.0.1:" + std::to_string(impl_->port()); }

std::vector<Request> FaultServer::requests() const { return impl_->requests(); }

Respond completion(std::string_view content) {
    return {
        .status = 200,
        .headers = {{"Content-Type", "application/json"}, {"X-Request-Id", "req_scripted"}},
        .body =
            R"({"id":"chatcmpl-1","object":"chat.completion","model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,)"
            R"("message":{"role":"assistant","content":)" +
            quoted(content) +
            R"(},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":12,"total_tokens":21}})"};
}

Respond error(int status, std::string_view type, std::string_view code, std::string_view message,
              grit::llm::Headers headers) {
    headers.set("Content-Type", "application/json");
    headers.set("X-Request-Id", "req_scripted");
    return {.status = status,
            .headers = std::move(headers),
            .body = R"({"error":{"message":)" + quoted(message) + R"(,"type":)" + quoted(type) +
                    R"(,"param":null,"code":)" + (code.empty() ? "null" : quoted(code)) + "}}"};
}

} // namespace fault
