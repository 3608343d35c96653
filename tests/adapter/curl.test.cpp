// SPDX-License-Identifier: BSL-1.0
#include <grit/adapter/curl.hpp>

#include <ctime>
#include <memory>
#include <string>

#if defined(__linux__) && LIBCURL_VERSION_NUM >= 0x075300
#include <dlfcn.h>

namespace {
bool knows_headers = true;
}
/// Stands before that of libcurl, which may be left out when libcurl is built.
extern "C" CURLHcode curl_easy_header(CURL* easy, char const* name, std::size_t index, unsigned origin, int request,
                                      curl_header** field) {
    if (!knows_headers) return CURLHE_NOT_BUILT_IN;
    static auto const its = reinterpret_cast<decltype(&curl_easy_header)>(::dlsym(RTLD_NEXT, "curl_easy_header"));
    return its(easy, name, index, origin, request, field);
}
#endif

#include <grit/retry.hpp>

#include "support/canned_server.hpp"
#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;
using support::CannedServer;
using support::http;

namespace {

/// An easy handle that keeps what it receives.
class Handle {
public:
    explicit Handle(std::string const& url) {
        set(CURLOPT_URL, url.c_str());
        set(
            CURLOPT_WRITEFUNCTION, +[](char* data, std::size_t size, std::size_t count, void* to) {
                static_cast<std::string*>(to)->append(data, size * count);
                return size * count;
            });
        set(CURLOPT_WRITEDATA, &body);
        set(CURLOPT_NOPROXY, "*");
        set(CURLOPT_TIMEOUT, 10L);
    }
    template <class T>
    void set(CURLoption option, T value) {
        REQUIRE(curl_easy_setopt(easy_.get(), option, value) == CURLE_OK);
    }
    CURL* get() const { return easy_.get(); }
    curl::Outcome perform() {
        body.clear();
        return curl::perform(easy_.get());
    }

    std::string body;

private:
    static CURL* make() {
        static CURLcode const started = curl_global_init(CURL_GLOBAL_DEFAULT);
        REQUIRE(started == CURLE_OK);
        return curl_easy_init();
    }
    struct Free {
        void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
    };
    std::unique_ptr<CURL, Free> easy_{make()};
};

std::string date_in(std::time_t seconds) {
    std::time_t const when = std::time(nullptr) + seconds;
    char text[40];
    std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", std::gmtime(&when));
    return text;
}

Duration asked_by(std::string const& header) {
    CannedServer const server{{http(503, header)}};
    return Handle{server.url()}.perform().error().retry_after();
}

/// A port on which nobody listens.
std::string dead_url() { return CannedServer{{""}}.url(); }

} // namespace

TEST_CASE("a transfer that was answered is an outcome with its status") {
    CannedServer const server{{http(200, "", "hello"), http(302), http(404), http(503)}};
    Handle handle{server.url()};
    curl::Outcome const good = handle.perform();
    REQUIRE(good);
    REQUIRE(good.status() == 200);
    REQUIRE(handle.body == "hello");
    REQUIRE(handle.perform().status() == 302);
    curl::Outcome const missing = handle.perform();
    REQUIRE_FALSE(missing.has_value());
    REQUIRE(missing.error().status() == 404);
    REQUIRE(missing.error().code() == CURLE_OK);
    REQUIRE(missing.error().what() == "HTTP 404");
    REQUIRE_FALSE(missing.error().is_transient());
    REQUIRE(handle.perform().error().is_transient());
}

TEST_CASE("a transfer that had no whole answer is an outcome with its code") {
    SECTION("nobody listens") {
        curl::Outcome const refused = Handle{dead_url()}.perform();
        REQUIRE(refused.error().code() == CURLE_COULDNT_CONNECT);
        REQUIRE(refused.error().status() == 0);
        REQUIRE(refused.error().is_transient());
        REQUIRE(refused.error().what() == curl_easy_strerror(CURLE_COULDNT_CONNECT));
    }
    SECTION("closed without an answer") {
        CannedServer const server{{""}};
        REQUIRE(Handle{server.url()}.perform().error().code() == CURLE_GOT_NOTHING);
    }
    SECTION("closed in the midst of the body") {
        CannedServer const server{{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"}};
        curl::Outcome const partial = Handle{server.url()}.perform();
        REQUIRE(partial.error().code() == CURLE_PARTIAL_FILE);
        REQUIRE(partial.error().is_transient());
    }
    SECTION("an address that libcurl cannot use") {
        curl::Outcome const wrong = Handle{"nonsense://127.0.0.1/"}.perform();
        REQUIRE(wrong.error().code() == CURLE_UNSUPPORTED_PROTOCOL);
        REQUIRE_FALSE(wrong.error().is_transient());
    }
    SECTION("a status as an error of libcurl's own") {
        CannedServer const server{{http(503), http(404)}};
        Handle handle{server.url()};
        handle.set(CURLOPT_FAILONERROR, 1L);
        curl::Outcome const busy = handle.perform();
        REQUIRE(busy.error().code() == CURLE_HTTP_RETURNED_ERROR);
        REQUIRE(busy.error().is_transient());
        REQUIRE(busy.error().what() == "HTTP 503");
        REQUIRE_FALSE(handle.perform().error().is_transient());
    }
}

TEST_CASE("codes and statuses are transient or not") {
    for (CURLcode const code : {CURLE_COULDNT_RESOLVE_HOST, CURLE_OPERATION_TIMEDOUT, CURLE_RECV_ERROR, CURLE_HTTP2,
                                CURLE_SSL_CONNECT_ERROR, static_cast<CURLcode>(95), static_cast<CURLcode>(96)})
        CHECK(curl::is_transient(code));
    for (CURLcode const code :
         {CURLE_OK, CURLE_URL_MALFORMAT, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_WRITE_ERROR,
          CURLE_ABORTED_BY_CALLBACK, CURLE_TOO_MANY_REDIRECTS, CURLE_OUT_OF_MEMORY, CURLE_FILESIZE_EXCEEDED})
        CHECK_FALSE(curl::is_transient(code));
    for (long const status : {408, 425, 429, 500, 502, 503, 504}) CHECK(curl::is_transient_status(status));
    for (long const status : {0, 200, 301, 400, 401, 402, 403, 404, 409, 410, 422, 501, 505})
        CHECK_FALSE(curl::is_transient_status(status));
}

TEST_CASE("a hint is read in all its forms", "[R-130]") {
    REQUIRE(asked_by("Retry-After: 120\r\n") == 120s);
    REQUIRE(asked_by("retry-after:7\r\n") == 7s);
    REQUIRE(asked_by("Retry-After: 0\r\n") == 0s);
    REQUIRE(asked_by("") == 0s);
    Duration const until = asked_by("Retry-After: " + date_in(100) + "\r\n");
    REQUIRE(until <= 100s);
    REQUIRE(until >= 95s);
    REQUIRE(asked_by("Retry-After: " + date_in(-100) + "\r\n") == 0s);
    REQUIRE(asked_by("Retry-After: soon\r\n") == 0s);
    REQUIRE(asked_by("Retry-After: -5\r\n") == 0s);
    REQUIRE(asked_by("Retry-After: 9223372036854775807\r\n") == Duration::max());
}

TEST_CASE("a stale hint of a reused handle is not read", "[R-130]") {
    CannedServer const server{{http(503, "Retry-After: 120\r\n"), http(503), "", http(503, "Retry-After: 3\r\n")}};
    Handle handle{server.url()};
    REQUIRE(handle.perform().error().retry_after() == 120s);
    REQUIRE(handle.perform().error().retry_after() == 0s); // answered, without the header
    curl::Outcome const unanswered = handle.perform();
    REQUIRE(unanswered.error().code() == CURLE_GOT_NOTHING);
    REQUIRE(unanswered.error().retry_after() == 0s);
    REQUIRE(handle.perform().error().retry_after() == 3s);
    handle.set(CURLOPT_URL, dead_url().c_str());
    REQUIRE(handle.perform().error().retry_after() == 0s); // not even connected
}

#if defined(__linux__) && LIBCURL_VERSION_NUM >= 0x075300
TEST_CASE("a libcurl that was built without its headers tells the hint, too", "[R-130]") {
    knows_headers = false;
    CannedServer const server{{http(503, "Retry-After: 120\r\n"), http(503), "", http(503, "Retry-After: 3\r\n")}};
    Handle handle{server.url()};
    CHECK(handle.perform().error().retry_after() == 120s);
    CHECK(handle.perform().error().retry_after() == 0s); // answered, without the header
    CHECK(handle.perform().error().retry_after() == 0s); // not answered
    CHECK(handle.perform().error().retry_after() == 3s);
    CannedServer const second{{http(503)}};
    CannedServer const first{{http(302, "Retry-After: 120\r\nLocation: " + second.url() + "\r\n")}};
    Handle follows{first.url()};
    follows.set(CURLOPT_FOLLOWLOCATION, 1L);
    CHECK(follows.perform().error().retry_after() == 0s); // it was the first that asked
    knows_headers = true;
}
#endif

TEST_CASE("a hint of an answer that was followed is not that of the last answer", "[R-130]") {
    CannedServer const second{{http(503)}};
    CannedServer const first{{http(302, "Retry-After: 120\r\nLocation: " + second.url() + "\r\n")}};
    Handle handle{first.url()};
    handle.set(CURLOPT_FOLLOWLOCATION, 1L);
    curl::Outcome const outcome = handle.perform();
    REQUIRE(outcome.status() == 503);
    REQUIRE(outcome.error().retry_after() == 0s);
}

TEST_CASE("transient outcomes are retried, with the wait that the server asks for") {
    CannedServer const server{{http(503, "Retry-After: 7\r\n"), "", http(200, "", "hello")}};
    Handle handle{server.url()};
    ManualTime time;
    Retrying const retrying{StopAfterAttempt<5>{}, WaitHint<60s, WaitFixed<1s>>{}, curl::RetryTransient{}, Time{time}};
    curl::Outcome const outcome = retrying([&] { return handle.perform(); });
    REQUIRE(outcome.status() == 200);
    REQUIRE(handle.body == "hello");
    REQUIRE(server.connections() == 3);
    REQUIRE(time.slept() == std::vector<Duration>{7s, 1s});
}

TEST_CASE("other outcomes are not retried, returned or thrown") {
    CannedServer const server{{http(404)}};
    Handle handle{server.url()};
    constexpr Retrying<StopAfterAttempt<5>, curl::RetryTransient> retrying;
    REQUIRE(retrying([&] { return handle.perform(); }).error().status() == 404);
    REQUIRE_THROWS_AS(retrying([&] {
                          curl::Outcome const outcome = handle.perform();
                          if (!outcome) throw outcome.error();
                      }),
                      curl::Error);
    REQUIRE(server.connections() == 2);
}

TEST_CASE("an answer that is not HTTP is no address of an unknown scheme") {
    STATIC_REQUIRE_FALSE(curl::is_transient(CURLE_UNSUPPORTED_PROTOCOL));
    CannedServer const server{{"SSH-2.0-OpenSSH_9.2\r\n"}};
    Handle handle{server.url()};
    CHECK(handle.perform().error().code() == CURLE_WEIRD_SERVER_REPLY);
    CHECK(handle.perform().error().is_transient());
    handle.set(CURLOPT_URL, "gibberish://127.0.0.1/"); // after a request that was sent over the same handle
    CHECK(handle.perform().error().code() == CURLE_UNSUPPORTED_PROTOCOL);
    CHECK_FALSE(handle.perform().error().is_transient());
}

TEST_CASE("a conflict stays until somebody resolves it") { STATIC_REQUIRE_FALSE(curl::is_transient_status(409)); }

TEST_CASE("codes that older libcurls do not know are known by number") {
    STATIC_REQUIRE(curl::cause(static_cast<CURLcode>(95)) == curl::Cause::broken);
    STATIC_REQUIRE(curl::cause(static_cast<CURLcode>(96)) == curl::Cause::tls_handshake);
    STATIC_REQUIRE(curl::cause(CURLE_OK) == curl::Cause::other);
}
