// SPDX-License-Identifier: BSL-1.0
// Forty transfers on libcurl's multi interface, in one thread: each is a call of a whole pipeline, driven by hand.
// Eight of them run at a time, the others wait in line.
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <grit.hpp>
#include <grit/adapter/curl.hpp>

#include "support/canned_server.hpp"

using namespace std::chrono_literals;

namespace {

using Robust = grit::Retrying<grit::StopAfterAttempt<5>, grit::WaitHint<2s, grit::WaitExponentialJitter<5ms, 1s, 5ms>>,
                              grit::curl::RetryTransient>;
grit::Bulkhead<8, 100, grit::MaxWait<10s>> places;
grit::CircuitBreaker<grit::OpenAfterFailures<10>, grit::OpenFor<30s>> breaker;
auto const resilient = grit::pipeline(grit::Deadline<20s>{}, Robust{}, places, breaker, grit::AttemptTimeout<5s>{});

template <auto Function>
struct Free {
    void operator()(auto* object) const noexcept { Function(object); }
};
using Easy = std::unique_ptr<CURL, Free<curl_easy_cleanup>>;
using Multi = std::unique_ptr<CURLM, Free<curl_multi_cleanup>>;

grit::TimePoint now() { return grit::SteadyTime{}.now(); }

/// One transfer with all its attempts. It never blocks: the loop below tells it what happened.
class Transfer {
public:
    Transfer(CURLM* multi, std::string const& url) : multi_(multi) {
        curl_easy_setopt(easy_.get(), CURLOPT_URL, url.c_str());
        curl_easy_setopt(easy_.get(), CURLOPT_NOPROXY, "*");
        curl_easy_setopt(easy_.get(), CURLOPT_PRIVATE, this);
        curl_easy_setopt(easy_.get(), CURLOPT_WRITEDATA, &body_);
        curl_easy_setopt(
            easy_.get(), CURLOPT_WRITEFUNCTION, +[](char* data, std::size_t size, std::size_t count, void* body) {
                static_cast<std::string*>(body)->append(data, size * count);
                return size * count;
            });
        obey(call_.start());
    }
    Transfer(Transfer const&) = delete; // libcurl holds its address
    Transfer& operator=(Transfer const&) = delete;
    ~Transfer() { curl_multi_remove_handle(multi_, easy_.get()); }

    bool has_ended() const { return has_ended_; }
    std::string const& error() const { return error_; }
    std::string const& body() const { return body_; }
    int attempts() const { return attempts_; }

    /// When it wants to be woken: at once, if it was rung.
    std::optional<grit::TimePoint> wakes_at() const { return rung_ ? grit::TimePoint{} : wakes_at_; }
    void wake() {
        grit::Step const step = call_.wake();
        rung_ = false; // nobody rings after that
        wakes_at_.reset();
        obey(step);
    }
    /// libcurl says that the attempt has ended.
    void ended(CURLcode code) {
        curl_multi_remove_handle(multi_, easy_.get());
        obey(call_.returned(grit::curl::outcome(easy_.get(), code)));
    }

private:
    void obey(grit::Step step) {
        if (step.is_again()) {
            ++attempts_;
            body_.clear(); // an error may have had one
            auto const left = std::chrono::ceil<std::chrono::milliseconds>(call_.attempt().remaining());
            curl_easy_setopt(easy_.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
            curl_multi_add_handle(multi_, easy_.get());
        } else if (step.sleeps()) {
            wakes_at_ = grit::saturating_add(now(), step.wait);
            call_.arm(grit::Waker{this, &ring});
        } else end();
    }
    void end() {
        has_ended_ = true;
        try {
            grit::curl::Outcome const outcome = call_.give();
            if (!outcome) error_ = outcome.error().what();
        } catch (grit::Rejected const& refused) {
            error_ = refused.what();
        }
    }
    /// A place is free. From any thread, with a lock held: it only rings.
    static void ring(void* self) {
        auto& transfer = *static_cast<Transfer*>(self);
        transfer.rung_ = true;
        curl_multi_wakeup(transfer.multi_);
    }

    CURLM* multi_;
    Easy easy_{curl_easy_init()};
    std::string body_;
    std::string error_;
    std::optional<grit::TimePoint> wakes_at_;
    std::atomic<bool> rung_ = false;
    int attempts_ = 0;
    bool has_ended_ = false;
    grit::Steps<grit::curl::Outcome, decltype(resilient)> call_{resilient}; // gone first
};

/// Runs transfers until all have ended. Returns: false if that takes more than thirty seconds.
bool run(CURLM* multi, std::vector<std::unique_ptr<Transfer>> const& transfers) {
    grit::TimePoint const end = now() + 30s;
    for (;;) {
        int running = 0;
        curl_multi_perform(multi, &running);
        int left = 0;
        while (CURLMsg const* message = curl_multi_info_read(multi, &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            CURLcode const code = message->data.result; // the message goes with its handle
            void* transfer = nullptr;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
            static_cast<Transfer*>(transfer)->ended(code);
        }
        if (std::ranges::all_of(transfers, [](auto const& transfer) { return transfer->has_ended(); })) return true;
        if (now() > end) return false;
        // Wait for a socket, for the first that is to be woken, or for the bell.
        grit::TimePoint until = end;
        for (auto const& transfer : transfers)
            if (auto const at = transfer->wakes_at()) until = std::min(until, *at);
        auto const wait = std::chrono::ceil<std::chrono::milliseconds>(std::max(until - now(), grit::Duration::zero()));
        curl_multi_poll(multi, nullptr, 0, static_cast<int>(wait.count()), nullptr);
        for (auto const& transfer : transfers)
            if (auto const at = transfer->wakes_at(); at && *at <= now()) transfer->wake();
    }
}

} // namespace

int main() {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    using support::http;
    std::string const fine = http(200, "", "fine");
    // Whichever transfers meet them: three answers of a busy server, and two connections that break.
    support::CannedServer const server{{fine, http(503), fine, "", fine, http(429, "Retry-After: 0\r\n"), fine, "",
                                        fine, http(503, "Retry-After: 1\r\n"), fine}};

    Multi const multi{curl_multi_init()};
    std::vector<std::unique_ptr<Transfer>> transfers;
    int most = 0;
    for (int i = 0; i < 40; ++i) {
        transfers.push_back(std::make_unique<Transfer>(multi.get(), server.url()));
        most = std::max(most, places.used());
    }
    if (!run(multi.get(), transfers)) return 1;

    int attempts = 0, well = 0;
    for (auto const& transfer : transfers) {
        attempts += transfer->attempts();
        well += transfer->error().empty() && transfer->body() == "fine";
        if (!transfer->error().empty()) std::printf("%s\n", transfer->error().c_str());
    }
    std::printf("%d of %zu transfers ended well, by %d attempts, %d at a time\n", well, transfers.size(), attempts,
                most);
    return well == 40 && attempts == 45 && most == 8 ? 0 : 1;
}
