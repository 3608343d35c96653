// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the stores over Redis have in common: the options, and a script with its deadline on a connection that may fail.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <grit/adapter/redis_wire.hpp>
#include <grit/core/contract.hpp>
#include <grit/core/duration.hpp>
#include <grit/core/random.hpp>
#include <grit/fleet/store.hpp>

namespace grit::inline GRIT_ABI {

/// Where a Redis is and how it is asked: `HiredisStore{{.host = "10.0.0.5", .password = secret}}`.
struct RedisOptions {
    std::string host = "127.0.0.1"; ///< an address; a name is looked up by the system, which knows no deadline
    std::uint16_t port = 6379;
    std::string path{};                               ///< of a socket in the file system, instead of host and port
    std::string user{};                               ///< for AUTH with a password; empty: the default user
    std::string password{};                           ///< empty: no AUTH
    int database = 0;                                 ///< for SELECT
    Duration timeout = std::chrono::milliseconds{50}; ///< of a whole eval(), with a connection that it may need first
    Duration again = std::chrono::milliseconds{200};  ///< how long it is `down` after a failure, give or take a quarter
};

namespace detail {

/// Returns: `again`, from three quarters to five quarters of it.
constexpr Duration jittered_again(Duration again, std::uint64_t bits) noexcept {
    Duration const quarter = again / 4;
    return draw_between(again - quarter, saturating_add(again, quarter), bits);
}

/// A store on a Connection: `open(options, deadline, why)`; `call(command, deadline, answer, why)`, where bytes behind
/// the answer make it `other`; both return false for a failure, and why. is_open(), close(); is_idle(): the other side
/// has not closed, and nothing came that nobody asked for.
template <class Connection>
class RedisSession {
public:
    template <bool Exceptions, class... Args>
    RedisSession(std::bool_constant<Exceptions>, RedisOptions options, Args&&... args)
        : options_(std::move(options)), connection_(std::forward<Args>(args)...) {
        if (options_.timeout <= Duration::zero())
            reject<Exceptions>("grit: a store was given no time, because its timeout is not above zero; write a "
                               "timeout such as 50ms instead");
        if (options_.again < Duration::zero())
            reject<Exceptions>("grit: a store was given a negative time, because 'again' is below zero; write zero or "
                               "more instead");
        if (options_.password.empty() && !options_.user.empty())
            reject<Exceptions>("grit: a store was given a user without a password, because 'password' is empty; give "
                               "both, or neither");
    }
    RedisSession(RedisSession const&) = delete;
    RedisSession& operator=(RedisSession const&) = delete;

    /// Runs the script: the contract of ScriptStore. Only after `timeout` is it not known whether the script ran.
    template <bool Exceptions = GRIT_EXCEPTIONS>
    fleet::StoreStatus eval(fleet::Script const& script, std::span<std::string_view const> keys,
                            std::span<std::int64_t const> args, std::span<std::int64_t> reply) noexcept {
        fleet::StoreStatus const status = guarded<Exceptions>(script, keys, args, reply);
        if (status != fleet::StoreStatus::ok) std::fill(reply.begin(), reply.end(), 0);
        return status;
    }

    /// Returns: why the last script did not end as `ok`; empty if it did.
    std::string const& last_error() const noexcept { return error_; }

private:
    using Status = fleet::StoreStatus;
    using Kind = RedisAnswer::Kind;

    static TimePoint now() noexcept { return std::chrono::steady_clock::now(); }

    template <bool Exceptions, class... Args>
    Status guarded(Args const&... args) {
#if GRIT_EXCEPTIONS
        // Such as no memory, or no descriptor for the loop of Asio.
        if constexpr (Exceptions) {
            try {
                return run(args...);
            } catch (std::exception const& error) {
                return lost(sent_ ? Status::timeout : Status::down, error.what());
            } catch (...) { // from a user's function that connects
                return lost(sent_ ? Status::timeout : Status::down, "an exception");
            }
        }
#endif
        return run(args...);
    }

    Status run(fleet::Script const& script, std::span<std::string_view const> keys, std::span<std::int64_t const> args,
               std::span<std::int64_t> reply) {
        std::fill(reply.begin(), reply.end(), 0);
        sent_ = false;
        leave_parent();
        TimePoint const begin = now();
        if (begin < down_until_) return Status::down; // for the reason that was found then
        TimePoint const deadline = saturating_add(begin, options_.timeout);

        if (connection_.is_open() && !connection_.is_idle()) connection_.close(); // the server was restarted, say
        if (!connection_.is_open())
            if (Status const opened = open(deadline); opened != Status::ok) return opened;

        sent_ = true;
        RedisAnswer answer{reply};
        write_redis_script(command_, "EVALSHA", script.sha1(), keys, args);
        if (!connection_.call(command_, deadline, answer, why_)) return lost(Status::timeout, why_);
        if (answer.is_error("NOSCRIPT")) {
            answer = RedisAnswer{reply};
            write_redis_script(command_, "EVAL", script.text(), keys, args);
            if (!connection_.call(command_, deadline, answer, why_)) return lost(Status::timeout, why_);
        }
        if (answer.kind == Kind::integers) {
            error_.clear();
            return Status::ok;
        }
        if (answer.kind != Kind::error) {
            connection_.close(); // nobody reads the rest of it
            return refused("the answer is not a list of at most " + std::to_string(reply.size()) + " integers");
        }
        // Another server has become the one to ask, or this one will answer later.
        for (std::string_view const word : {"READONLY", "LOADING", "MASTERDOWN"})
            if (answer.is_error(word)) connection_.close();
        return refused(answer.text);
    }

    Status open(TimePoint deadline) {
        if (!connection_.open(options_, deadline, why_)) return lost(Status::down, why_);
        if (!options_.password.empty()) {
            command_.clear();
            append_redis_head(command_, '*', options_.user.empty() ? 2 : 3);
            append_redis_word(command_, "AUTH");
            if (!options_.user.empty()) append_redis_word(command_, options_.user);
            append_redis_word(command_, options_.password);
            if (Status const status = prepare(deadline); status != Status::ok) return status;
        }
        if (options_.database != 0) {
            command_.clear();
            append_redis_head(command_, '*', 2);
            append_redis_word(command_, "SELECT");
            append_redis_word(command_, std::int64_t{options_.database});
            if (Status const status = prepare(deadline); status != Status::ok) return status;
        }
        return Status::ok;
    }
    Status prepare(TimePoint deadline) {
        RedisAnswer answer{};
        if (!connection_.call(command_, deadline, answer, why_)) return lost(Status::down, why_);
        if (answer.kind == Kind::status) return Status::ok;
        if (answer.kind != Kind::error) return lost(Status::refused, "the server does not speak RESP");
        // Where it quotes, it may quote a part of the password.
        return lost(Status::refused, std::string_view{answer.text}.substr(0, answer.text.find_first_of("'`")));
    }

    Status refused(std::string_view why) {
        error_ = why.empty() ? "no reason was given" : why;
        std::string const& secret = options_.password; // an echo of it must not be shown
        for (auto at = error_.find(secret); !secret.empty() && at != error_.npos; at = error_.find(secret, at + 3))
            error_.replace(at, secret.size(), "***");
        error_.resize(std::min<std::size_t>(error_.size(), 512));
        return Status::refused;
    }
    /// The connection is of no use, and a new one is not tried at once.
    Status lost(Status status, std::string_view why) {
        connection_.close(); // a late answer would be taken for that of the next command
        down_until_ = saturating_add(now(), jittered_again(options_.again, ThreadRandom{}()));
        refused(why);
        return status;
    }

    /// A child does not touch the connection of its parent: what it closes is its own copy.
    void leave_parent() {
        std::int64_t const process = process_id();
        std::int64_t const forks = detail::forks();
        if (process == process_ && forks == forks_) return;
        process_ = process;
        forks_ = forks;
        connection_.close();
        down_until_ = TimePoint{};
    }

    RedisOptions options_;
    Connection connection_;
    std::string command_;
    std::string why_;
    std::string error_;
    TimePoint down_until_{};
    std::int64_t process_ = process_id();
    std::int64_t forks_ = detail::forks();
    bool sent_ = false;
};

} // namespace detail
} // namespace grit::inline GRIT_ABI
