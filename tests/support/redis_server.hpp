// SPDX-License-Identifier: BSL-1.0
#pragma once
// A real redis-server of its own for a test: on a free port of 127.0.0.1, keeping nothing, ended with the test.

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/prctl.h>
#endif

/// Ends the test with a warning where there is no redis-server.
#define SKIP_WITHOUT_REDIS()                                                                                           \
    if (!support::RedisServer::is_installed()) {                                                                       \
        WARN("skipped: there is no redis-server; install Debian's package redis-server");                              \
        return;                                                                                                        \
    }                                                                                                                  \
    static_assert(true)

namespace support {

/// Returns: whether `condition` came true before `limit`.
inline bool wait_until(std::function<bool()> const& condition,
                       std::chrono::milliseconds limit = std::chrono::seconds{10}) {
    auto const end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    return true;
}

/// A socket on a port of 127.0.0.1; zero, the default, is a free one.
class Port {
public:
    explicit Port(unsigned short number = 0) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(number);
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        socklen_t size = sizeof address;
        int const yes = 1;
        ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        if (::bind(socket_, generic, size) != 0 || ::getsockname(socket_, generic, &size) != 0)
            throw std::runtime_error("no port on 127.0.0.1 is to be had");
        number_ = ntohs(address.sin_port);
    }
    Port(Port const&) = delete;
    Port& operator=(Port const&) = delete;
    ~Port() { ::close(socket_); }

    int socket() const { return socket_; }
    unsigned short number() const { return number_; }

    /// Returns: a port that was free a moment ago.
    static unsigned short free() { return Port{}.number(); }

private:
    int socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    unsigned short number_ = 0;
};

/// Starts a redis-server, and ends it by its process id when it is destroyed; it dies with the thread that made it too.
///
/// The options are those of redis.conf, without quotes: `RedisServer{{{"requirepass", "secret"}, {"maxmemory", "1"}}}`,
/// and one more:
/// `{"tls", "IP:127.0.0.1"}` makes a certificate for these names and listens by TLS too. Nothing is kept on a disk, so
/// a restarted server is empty. Thread safety: one thread at a time.
class RedisServer {
public:
    using Options = std::vector<std::pair<std::string, std::string>>;

    static bool is_installed() {
        static bool const found = std::system("redis-server --version >/dev/null 2>&1") == 0;
        return found;
    }

    /// Throws: std::runtime_error if it does not start within 10 s.
    explicit RedisServer(Options options = {}) : options_(std::move(options)) {
        std::string path = (std::filesystem::temp_directory_path() / "grit-redis-XXXXXX").string();
        if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("no temporary folder");
        folder_ = path;
        for (int tries = 0;; ++tries) { // somebody may have taken the port in between
            port_ = Port::free();
            tls_port_ = Port::free();
            cluster_port_ = Port::free();
            try {
                start();
                return;
            } catch (std::runtime_error const&) {
                if (tries == 2) {
                    remove_folder();
                    throw;
                }
            }
        }
    }
    RedisServer(RedisServer const&) = delete;
    RedisServer& operator=(RedisServer const&) = delete;
    ~RedisServer() {
        kill();
        remove_folder();
    }

    static constexpr char const* host = "127.0.0.1";
    unsigned short port() const { return port_; }
    unsigned short cluster_port() const { return cluster_port_; }
    unsigned short tls_port() const { return tls_port_; }
    /// Returns: the path of the certificate, which is its own authority.
    std::string certificate() const { return folder_ / "certificate.pem"; }
    pid_t pid() const { return pid_; }
    /// Returns: the path of the socket at which it listens too.
    std::string unix_socket() const { return folder_ / "socket"; }

    /// Holds the process, as a machine that hangs: connections are still accepted by the kernel, nothing is answered.
    void stop() const { signal(SIGSTOP); }
    void cont() const { signal(SIGCONT); }

    /// Ends the process at once.
    void kill() {
        if (pid_ <= 0) return;
        signal(SIGKILL);
        ::waitpid(std::exchange(pid_, -1), nullptr, 0);
    }

    /// Starts it again, empty, on the same port. Requires: it was killed.
    void start() {
        std::vector<std::string> words{"redis-server",
                                       "--port",
                                       std::to_string(port_),
                                       "--bind",
                                       host,
                                       "--save",
                                       "",
                                       "--appendonly",
                                       "no",
                                       "--repl-diskless-sync-delay",
                                       "0",
                                       "--dir",
                                       folder_,
                                       "--logfile",
                                       folder_ / "log",
                                       "--unixsocket",
                                       unix_socket()};
        for (auto const& [name, value] : options_) {
            if (name == "tls") {
                make_certificate(value);
                words.insert(words.end(), {"--tls-port", std::to_string(tls_port_), "--tls-cert-file", certificate(),
                                           "--tls-key-file", folder_ / "key.pem", "--tls-ca-cert-file", certificate(),
                                           "--tls-auth-clients", "no"});
                continue;
            }
            words.push_back("--" + name);
            std::istringstream values{value}; // "replicaof" has two
            for (std::string one; values >> one;) words.push_back(one);
            if (name == "cluster-enabled") { // by itself the port of the cluster may be above 65535
                words.push_back("--cluster-port");
                words.push_back(std::to_string(cluster_port_));
            }
        }
        std::vector<char*> arguments;
        for (std::string& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);

        pid_ = ::fork();
        if (pid_ < 0) throw std::runtime_error("cannot fork");
        if (pid_ == 0) {
#if defined(__linux__)
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
            int const nowhere = ::open("/dev/null", O_RDWR);
            if (nowhere >= 0)
                for (int const stream : {0, 1, 2}) ::dup2(nowhere, stream);
            ::execvp(arguments[0], arguments.data());
            ::_exit(127);
        }
        bool ended = false;
        bool const ready = wait_until([&] {
            ended = ::waitpid(pid_, nullptr, WNOHANG) == pid_;
            return ended || answers();
        });
        if (ended) pid_ = -1;
        if (ended || !ready) {
            kill();
            throw std::runtime_error("redis-server does not start; its log: " + log());
        }
    }

    /// Sends a command by redis-cli, as an operator does. Returns: what it prints, without the last line's end.
    std::string command(std::vector<std::string> const& words) const {
        std::string line = "timeout 5 redis-cli -p " + std::to_string(port_);
        for (auto const& [name, value] : options_)
            if (name == "requirepass") line += " --no-auth-warning -a " + quoted(value);
        for (std::string const& word : words) line += " " + quoted(word);
        std::FILE* const out = ::popen((line + " 2>&1").c_str(), "r");
        if (out == nullptr) throw std::runtime_error("cannot start redis-cli");
        std::string text;
        for (int c = std::fgetc(out); c != EOF; c = std::fgetc(out)) text += static_cast<char>(c);
        ::pclose(out);
        while (!text.empty() && text.back() == '\n') text.pop_back();
        return text;
    }

    /// Returns: a field of INFO, such as "master_link_status"; empty if there is none.
    std::string info(std::string const& field) const {
        std::string const text = "\n" + command({"INFO", "everything"});
        auto const found = text.find("\n" + field + ":");
        if (found == text.npos) return {};
        auto const begin = found + field.size() + 2;
        return text.substr(begin, text.find_first_of("\r\n", begin) - begin);
    }

    std::string log() const {
        std::string text;
        if (std::FILE* const file = std::fopen((folder_ / "log").c_str(), "r")) {
            for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) text += static_cast<char>(c);
            std::fclose(file);
        }
        return text;
    }

private:
    static std::string quoted(std::string const& word) {
        std::string text = "'";
        for (char const c : word) text += c == '\'' ? std::string{"'\\''"} : std::string{c};
        return text + "'";
    }

    void signal(int number) const {
        if (pid_ > 0) ::kill(pid_, number);
    }

    /// Returns: whether it answers a PING, with whatever.
    bool answers() const {
        int const socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        timeval const limit{1, 0};
        ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port_);
        char answer[8];
        bool const good = ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                          ::send(socket, "PING\r\n", 6, MSG_NOSIGNAL) == 6 &&
                          ::recv(socket, answer, sizeof answer, 0) > 0 && (answer[0] == '+' || answer[0] == '-');
        ::close(socket);
        return good;
    }

    /// Makes a certificate for these names that is its own authority.
    void make_certificate(std::string const& names) const {
        std::string const line = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 "
                                 "-subj /CN=grit -addext subjectAltName=" +
                                 names + " -keyout " + (folder_ / "key.pem").string() + " -out " + certificate() +
                                 " >/dev/null 2>&1";
        if (std::system(line.c_str()) != 0) throw std::runtime_error("openssl makes no certificate");
    }

    void remove_folder() const {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    Options options_;
    std::filesystem::path folder_;
    unsigned short port_ = 0;
    unsigned short tls_port_ = 0;
    unsigned short cluster_port_ = 0;
    pid_t pid_ = -1;
};

} // namespace support
