// SPDX-License-Identifier: BSL-1.0
// The server that the other tests rely on, seen through a bare socket.
#include "support/fault_server.hpp"

#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "support/catch.hpp"

namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using boost::system::error_code;
using Catch::Matchers::ContainsSubstring;

/// A client that reads what is there, and no HTTP.
class Socket {
public:
    explicit Socket(fault::FaultServer const& server) {
        socket_.connect({boost::asio::ip::address_v4::loopback(), server.port()});
    }

    void ask(std::string const& body = "{}", std::string const& headers = "") { send(request(body, headers)); }

    /// In one piece, so that no end of the connection comes between the two.
    void ask_twice() { send(request() + request()); }

    /// Returns: all that comes until the connection ends; `how` says by what.
    std::string read_to_end() {
        std::string all;
        boost::asio::read(socket_, boost::asio::dynamic_buffer(all), how);
        return all;
    }

    std::string read(std::size_t size) {
        std::string bytes(size, '\0');
        boost::asio::read(socket_, boost::asio::buffer(bytes));
        return bytes;
    }

    /// Returns: whether something comes, or the end, before `limit`.
    bool wakes_within(std::chrono::milliseconds limit) {
        bool woken = false;
        socket_.async_wait(tcp::socket::wait_read, [&](error_code failed) { woken = !failed; });
        io_.restart();
        io_.run_for(limit);
        if (!woken) {
            socket_.cancel();
            io_.restart();
            io_.run();
        }
        return woken;
    }

    void close() { socket_.close(); }

    error_code how = {};

private:
    static std::string request(std::string const& body = "{}", std::string const& headers = "") {
        return "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n" + headers +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }

    void send(std::string const& bytes) { boost::asio::write(socket_, boost::asio::buffer(bytes)); }

    boost::asio::io_context io_;
    tcp::socket socket_{io_};
};

std::string asked(fault::Step step, error_code expected = boost::asio::error::eof) {
    fault::FaultServer const server{{std::move(step), fault::Close{}}};
    Socket socket{server};
    socket.ask_twice(); // the second ends a connection that would be kept
    auto answer = socket.read_to_end();
    CHECK(socket.how == expected);
    return answer;
}

auto const reset = error_code{boost::asio::error::connection_reset};

/// What a stream says once its chunks are put together; the sizes are taken at their word.
std::string dechunked(std::string_view wire) {
    std::string body;
    wire.remove_prefix(wire.find("\r\n\r\n") + 4);
    while (!wire.empty()) {
        auto const size = std::stoul(std::string{wire.substr(0, wire.find("\r\n"))}, nullptr, 16);
        wire.remove_prefix(wire.find("\r\n") + 2);
        if (size == 0) return body + "<end>";
        body += wire.substr(0, size);
        wire.remove_prefix(size + 2);
    }
    return body;
}

std::string joined(std::vector<std::string> const& events, std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += events[i];
    return all;
}

} // namespace

TEST_CASE("the fault server answers with any status, header and body, and remembers the request") {
    fault::FaultServer const server{{fault::Respond{529, {{"X-Any", "thing"}}, "body"}}};
    Socket socket{server};
    socket.ask("{\"a\":1}", "Authorization: Bearer k\r\n");
    std::string const expected = "HTTP/1.1 529 Scripted\r\nX-Any: thing\r\nContent-Length: 4\r\n\r\nbody";
    CHECK(socket.read(expected.size()) == expected);
    auto const requests = server.requests();
    REQUIRE(requests.size() == 1);
    CHECK(requests[0].method == "POST");
    CHECK(requests[0].target == "/v1/chat/completions");
    CHECK(requests[0].body == "{\"a\":1}");
    CHECK(requests[0].headers.find("authorization") == "Bearer k");
    CHECK(requests[0].connection == 1);
}

TEST_CASE("the fault server plays its script in order, the last step again and again, and counts connections") {
    fault::FaultServer const server{{fault::Respond{500}, fault::Respond{200}}};
    Socket first{server};
    Socket second{server};
    auto const status = [](Socket& socket) {
        socket.ask();
        return socket.read(std::string{"HTTP/1.1 200 Scripted\r\nContent-Length: 0\r\n\r\n"}.size()).substr(9, 3);
    };
    CHECK(status(first) == "500");
    CHECK(status(first) == "200");
    CHECK(status(second) == "200");
    CHECK(server.connections() == 2);
    std::vector<unsigned> over;
    for (auto const& request : server.requests()) over.push_back(request.connection);
    // The accepts are in the order of the connects.
    CHECK(over == std::vector<unsigned>{1, 1, 2});
    CHECK(server.open_connections() == 2);
    first.close();
    CHECK(server.wait_until_open(1, 5s));
    second.close();
    CHECK(server.wait_until_open(0, 5s));
}

TEST_CASE("the fault server ends connections in every way") {
    CHECK(asked(fault::Close{}).empty());
    CHECK(asked(fault::Reset{}, reset).empty());
    CHECK(asked(fault::Raw{"anything"}) == "anything");
    auto const answer = fault::Respond{200, {}, "0123456789"};
    CHECK_THAT(asked(fault::cut_body(answer, 4, fault::End::close)),
               ContainsSubstring("Content-Length: 10\r\n\r\n0123"));
    CHECK_THAT(asked(fault::cut_body(answer, 4, fault::End::reset), reset), ContainsSubstring("\r\n\r\n0123"));
    CHECK_THAT(asked(fault::wrong_length(answer, "7")), ContainsSubstring("Content-Length: 7\r\n\r\n0123456789"));
    CHECK_THAT(asked(fault::wrong_length(answer, "1e3")), ContainsSubstring("Content-Length: 1e3\r\n"));
    CHECK_THAT(asked(fault::broken_chunk("{\"a\":1}")), ContainsSubstring("\r\n\r\n3\r\n{\"a\r\nno size\r\n"));
    CHECK_THAT(asked(fault::garbage()), !ContainsSubstring("HTTP/1"));
    CHECK_THAT(asked(fault::redirect(307, "http://127.0.0.1:1/")), ContainsSubstring("Location: http://127.0.0.1:1/"));
}

TEST_CASE("the fault server is slow and silent where it should be") {
    using Clock = std::chrono::steady_clock;
    auto const answer = fault::Respond{200, {}, "0123456789"};
    auto const took = [](fault::Step step) {
        auto const start = Clock::now();
        asked(std::move(step));
        return Clock::now() - start;
    };
    CHECK(took(fault::slow_head(answer, 40ms)) >= 80ms);
    CHECK(took(fault::Trickle{"Hello", 20ms}) >= 100ms);

    for (fault::Step const& step : {fault::Step{fault::Silence{}}, fault::Step{fault::Stall{1000, ""}}}) {
        fault::FaultServer const server{{step}};
        Socket socket{server};
        socket.ask();
        if (std::holds_alternative<fault::Stall>(step))
            socket.read(fault::head(200, {{"Content-Length", "1000"}}).size());
        CHECK_FALSE(socket.wakes_within(50ms));
        socket.close();
        CHECK(server.wait_until_open(0, 5s));
    }
}

TEST_CASE("the fault server notices a client that goes while it is being sent something") {
    fault::FaultServer const server{{fault::Trickle{std::string(10'000, 'x'), 1h}}};
    Socket socket{server};
    socket.ask();
    socket.read(10);
    CHECK(server.open_connections() == 1);
    socket.close();
    CHECK(server.wait_until_open(0, 5s));
}

TEST_CASE("the fault server treats connections before a request as it is set up to") {
    using fault::Accept;
    fault::FaultServer const server{{fault::Respond{}},
                                    {.accepts = {Accept::close, Accept::reset, Accept::silence, Accept::serve}}};
    Socket closed{server};
    closed.read_to_end();
    CHECK(closed.how == boost::asio::error::eof);
    Socket broken{server};
    broken.read_to_end();
    CHECK(broken.how == reset);
    Socket silent{server};
    silent.ask();
    CHECK_FALSE(silent.wakes_within(50ms));
    Socket served{server};
    served.ask();
    CHECK(served.read(12) == "HTTP/1.1 200");
    CHECK(server.requests().size() == 1);
    CHECK(server.connections() == 4);
}

TEST_CASE("the fault server ends itself") {
    fault::FaultServer const server{{fault::Silence{}}, {.lifetime = 1s}};
    Socket socket{server};
    socket.ask();
    socket.read_to_end();
    CHECK(socket.how == boost::asio::error::eof);
    CHECK(server.wait_until_open(0, 10s)); // the client may notice first
}

TEST_CASE("event streams of both providers arrive whole, however they are split") {
    for (auto const& events : {fault::openai_events({"Hel", "lo \"you\""}), fault::anthropic_events({"Hel", "lo"})}) {
        auto const whole = joined(events, events.size());
        for (std::size_t const split : {0U, 1U, 7U, 100'000U}) {
            CAPTURE(split);
            CHECK(dechunked(asked(fault::Stream{.events = events, .split = split})) == whole + "<end>");
        }
        auto const closed = asked(fault::Stream{.events = events, .framing = fault::Framing::until_close});
        CHECK_THAT(closed, ContainsSubstring("Connection: close\r\n"));
        CHECK(closed.substr(closed.find("\r\n\r\n") + 4) == whole);
    }
}

TEST_CASE("event streams break off after any event") {
    auto const events = fault::anthropic_events({"Hel", "lo"});
    for (std::size_t count = 0; count < events.size(); ++count) {
        CAPTURE(count);
        auto const wire = asked(fault::Stream{.events = events, .count = count, .end = fault::End::close});
        CHECK(dechunked(wire) == joined(events, count));
        auto const broken = asked(fault::Stream{.events = events, .count = count, .end = fault::End::reset}, reset);
        CHECK(dechunked(broken) == joined(events, count));
    }
}

TEST_CASE("event streams can have any line ends") {
    CHECK(fault::with_line_ends({"event: a\ndata: b\n\n"}, "\r\n") ==
          std::vector<std::string>{"event: a\r\ndata: b\r\n\r\n"});
    CHECK(fault::with_line_ends({"data: b\n\n"}, "\r") == std::vector<std::string>{"data: b\r\r"});
}

TEST_CASE("an answer can depend on the request") {
    fault::FaultServer const server{{fault::echo_credentials(401), fault::Close{}}};
    Socket socket{server};
    socket.ask("{}", "Authorization: Bearer sk-1\r\nX-Api-Key: sk-2\r\n");
    socket.ask();
    CHECK_THAT(socket.read_to_end(), ContainsSubstring("HTTP/1.1 401") &&
                                         ContainsSubstring("no such key: Bearer sk-1 sk-2") &&
                                         ContainsSubstring("X-Request-Id: Bearer sk-1 sk-2"));
}

TEST_CASE("nobody listens at the refusing address") {
    boost::asio::io_context io;
    tcp::socket socket{io};
    auto const url = fault::refusing_url();
    auto const port = static_cast<unsigned short>(std::stoi(url.substr(url.rfind(':') + 1)));
    error_code failed;
    socket.connect({boost::asio::ip::address_v4::loopback(), port}, failed);
    CHECK(failed == boost::asio::error::connection_refused);
}
