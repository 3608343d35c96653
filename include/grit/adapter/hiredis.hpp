// SPDX-License-Identifier: BSL-1.0
#pragma once
// hiredis: a store for a fleet, over a connection of the library's or one that is made by a function of yours.

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <hiredis/hiredis.h>

#include <grit/adapter/redis_session.hpp>

namespace grit::inline GRIT_ABI {
namespace detail {

/// Keeps a write to a closed connection from ending the process: hiredis does not ask the system for that.
class NoBrokenPipe {
public:
    NoBrokenPipe() noexcept {
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    NoBrokenPipe(NoBrokenPipe const&) = delete;
    NoBrokenPipe& operator=(NoBrokenPipe const&) = delete;
    ~NoBrokenPipe() {
        if (sigismember(&before_, SIGPIPE) == 1) return; // the thread blocks it by itself
        sigset_t pending;
        sigpending(&pending);
        int number = 0; // takes the signal off, or the thread would get it now
        if (sigismember(&pending, SIGPIPE) == 1) sigwait(&pipe_, &number);
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

private:
    sigset_t pipe_;
    sigset_t before_;
};

/// What hiredis tells of an answer as it reads it: nothing is kept but its integers and the text of an error.
inline redisReplyObjectFunctions* hiredis_objects() noexcept {
    using Task = redisReadTask const*;
    using Kind = RedisAnswer::Kind;
    static constexpr auto answer = [](Task task) noexcept { return static_cast<RedisAnswer*>(task->privdata); };
    static redisReplyObjectFunctions functions = [] {
        redisReplyObjectFunctions made{};
        made.createString = [](Task task, char* text, std::size_t size) -> void* {
            RedisAnswer& to = *answer(task);
            bool const alone = task->parent == nullptr;
            to.kind = alone && task->type == REDIS_REPLY_ERROR    ? Kind::error
                      : alone && task->type == REDIS_REPLY_STATUS ? Kind::status
                                                                  : Kind::other;
            if (to.kind == Kind::error) to.text.assign(text, size);
            return &to;
        };
        made.createArray = [](Task task, auto elements) -> void* {
            RedisAnswer& to = *answer(task);
            bool const fits = task->parent == nullptr && static_cast<std::size_t>(elements) <= to.room.size();
            to.kind = fits ? Kind::integers : Kind::other;
            return &to;
        };
        made.createInteger = [](Task task, auto number) -> void* {
            RedisAnswer& to = *answer(task);
            if (to.kind == Kind::none) to.kind = Kind::integers;
            to.add(number);
            return &to;
        };
        made.createNil = [](Task task) -> void* {
            answer(task)->kind = Kind::other;
            return answer(task);
        };
        made.freeObject = [](void*) {};
        return made;
    }();
    return &functions;
}

/// A connection of hiredis, without blocking, so that a deadline holds for it all.
class HiredisConnection {
public:
    using Connect = std::function<redisContext*(timeval)>;

    explicit HiredisConnection(Connect connect) : connect_(std::move(connect)) {}

    bool open(RedisOptions const& options, TimePoint deadline, std::string& why) {
        if (connect_) context_.reset(connect_(left_until(deadline)));
        else if (options.path.empty()) context_.reset(redisConnectNonBlock(options.host.c_str(), options.port));
        else context_.reset(redisConnectUnixNonBlock(options.path.c_str()));
        if (!context_) {
            why = connect_ ? "no connection was made" : "no memory";
            return false;
        }
        if (context_->err != 0) return failed(why);
        context_->flags &= ~REDIS_BLOCK;
        ::fcntl(context_->fd, F_SETFL, ::fcntl(context_->fd, F_GETFL) | O_NONBLOCK);
        context_->reader->fn = hiredis_objects();
        if (!wait(POLLOUT, deadline, why)) return false;
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(context_->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) why = std::generic_category().message(error);
        return error == 0;
    }

    bool call(std::string_view command, TimePoint deadline, RedisAnswer& answer, std::string& why) {
        if (redisAppendFormattedCommand(context_.get(), command.data(), command.size()) != REDIS_OK) return failed(why);
        for (int done = 0; done == 0;) {
            int written = REDIS_OK;
            {
                NoBrokenPipe const quiet;
                written = redisBufferWrite(context_.get(), &done);
            }
            if (written != REDIS_OK) return failed(why);
            if (done == 0 && !wait(POLLOUT, deadline, why)) return false;
        }
        redisReader& reader = *context_->reader;
        reader.privdata = &answer;
        for (;;) {
            void* object = nullptr;
            if (redisReaderGetReply(&reader, &object) != REDIS_OK || reader.len > most_unread)
                answer.kind = RedisAnswer::Kind::other;
            if (object != nullptr && reader.pos < reader.len) answer.kind = RedisAnswer::Kind::other;
            if (object != nullptr || answer.kind == RedisAnswer::Kind::other) return true;
            if (!wait(POLLIN, deadline, why)) return false;
            if (redisBufferRead(context_.get()) != REDIS_OK) return failed(why);
        }
    }

    bool is_open() const noexcept { return context_ != nullptr; }
    void close() noexcept { context_.reset(); }
    bool is_idle() const noexcept {
        char byte = 0;
        auto const size = ::recv(context_->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
#if HIREDIS_MAJOR >= 1
        if (size > 0 && context_->privctx != nullptr) return true; // TLS has tickets of its own to send
#endif
        return size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    }

private:
    static constexpr std::size_t most_unread = 65536;

    struct Free {
        void operator()(redisContext* context) const noexcept { redisFree(context); }
    };

    static timeval left_until(TimePoint deadline) noexcept {
        using namespace std::chrono;
        // hiredis takes no second of more than a million microseconds, and no more milliseconds than an int has.
        auto const left = duration_cast<microseconds>(deadline - steady_clock::now());
        auto const bounded = std::clamp<microseconds>(left, microseconds{1000}, hours{24});
        timeval time{};
        time.tv_sec = static_cast<decltype(time.tv_sec)>(bounded.count() / 1'000'000);
        time.tv_usec = static_cast<decltype(time.tv_usec)>(bounded.count() % 1'000'000);
        return time;
    }

    bool wait(short events, TimePoint deadline, std::string& why) const {
        using namespace std::chrono;
        for (;;) {
            auto const left = ceil<milliseconds>(deadline - steady_clock::now());
            pollfd one{context_->fd, events, 0};
            int const ready = ::poll(&one, 1, static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 86'400'000)));
            if (ready > 0) return true;
            if (ready < 0 && errno == EINTR) continue;
            if (ready == 0 && left > left.zero()) continue;
            why = "no answer in time";
            return false;
        }
    }
    bool failed(std::string& why) const {
        why = context_->errstr;
        return false;
    }

    Connect connect_;
    std::unique_ptr<redisContext, Free> context_;
};

} // namespace detail

/// A Redis as the store of a fleet, through hiredis 0.14 or newer: `HiredisStore{{.host = "10.0.0.5"}}`.
///
/// `HiredisStore{options, connect}` has its connections made by `redisContext* connect(timeval left)`: for Sentinel, or
/// for TLS with hiredis 1. It returns what hiredis gave it, or null; an error in it is told. The time is what is left
/// of the timeout, and yours to keep. AUTH and SELECT follow as the options say. SIGPIPE does no harm.
///
/// Throws: std::invalid_argument for a timeout that is not above zero, a negative `again`, a user without password.
/// Thread safety: one thread at a time. A child after a fork makes a connection of its own.
class HiredisStore : public detail::RedisSession<detail::HiredisConnection> {
public:
    using Connect = detail::HiredisConnection::Connect;

    template <bool Exceptions = GRIT_EXCEPTIONS>
    explicit HiredisStore(RedisOptions options = {}, Connect connect = {})
        : RedisSession(std::bool_constant<Exceptions>{}, std::move(options), std::move(connect)) {}
};

} // namespace grit::inline GRIT_ABI
