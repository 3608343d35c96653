// SPDX-License-Identifier: BSL-1.0
// Three transfers at once on libcurl's multi interface, in one thread: a Stepper for each says when to try again.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <grit/adapter/curl.hpp>
#include <grit/retry.hpp>
#include <grit/retrying/step.hpp>

#include "support/canned_server.hpp"

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

using Policy = grit::Retrying<grit::StopAfterAttempt<4>, grit::WaitHint<2s, grit::WaitExponential<10ms, 1s>>,
                              grit::curl::RetryTransient>;

template <auto Function>
struct Free {
    void operator()(auto* object) const noexcept { Function(object); }
};
using Easy = std::unique_ptr<CURL, Free<curl_easy_cleanup>>;
using Multi = std::unique_ptr<CURLM, Free<curl_multi_cleanup>>;

/// One transfer with all its attempts. It never blocks: the loop below tells it what happened.
class Transfer {
public:
    Transfer(CURLM* multi, std::string const& url) : multi_(multi) {
        curl_easy_setopt(easy_.get(), CURLOPT_URL, url.c_str());
        curl_easy_setopt(easy_.get(), CURLOPT_NOPROXY, "*");
        curl_easy_setopt(easy_.get(), CURLOPT_TIMEOUT_MS, 2000L);
        curl_easy_setopt(easy_.get(), CURLOPT_PRIVATE, this);
        curl_easy_setopt(easy_.get(), CURLOPT_WRITEDATA, &body_);
        curl_easy_setopt(
            easy_.get(), CURLOPT_WRITEFUNCTION, +[](char* data, std::size_t size, std::size_t count, void* body) {
                static_cast<std::string*>(body)->append(data, size * count);
                return size * count;
            });
        obey(stepper_.start());
    }
    Transfer(Transfer const&) = delete; // libcurl holds its address
    Transfer& operator=(Transfer const&) = delete;
    ~Transfer() { curl_multi_remove_handle(multi_, easy_.get()); }

    bool finished() const { return finished_; }
    std::optional<Clock::time_point> wakes_at() const { return wakes_at_; }
    std::string const& body() const { return body_; }
    int attempts() const { return stepper_.attempt().number(); }

    /// libcurl says that the attempt has ended.
    void ended(CURLcode code) {
        curl_multi_remove_handle(multi_, easy_.get());
        obey(stepper_.returned(grit::curl::outcome(easy_.get(), code)));
    }
    /// The time has come that wakes_at() told.
    void wake() {
        wakes_at_.reset();
        obey(stepper_.wake());
    }

private:
    void obey(grit::Step step) {
        switch (step.kind) {
        case grit::Step::Kind::again:
            body_.clear(); // an error may have had one
            curl_multi_add_handle(multi_, easy_.get());
            break;
        case grit::Step::Kind::sleep: wakes_at_ = Clock::now() + step.wait; break;
        case grit::Step::Kind::give_up: std::printf("gave up: %s\n", to_string(step.reason)); [[fallthrough]];
        default: finished_ = true; break;
        }
    }

    CURLM* multi_;
    Easy easy_{curl_easy_init()};
    std::string body_;
    grit::Stepper<Policy> stepper_{Policy{}};
    std::optional<Clock::time_point> wakes_at_;
    bool finished_ = false;
};

/// Runs transfers until all have finished. Returns: false if that takes more than ten seconds.
bool run(CURLM* multi, std::vector<std::unique_ptr<Transfer>> const& transfers) {
    auto const end = Clock::now() + 10s;
    auto const finished = [](auto const& transfer) { return transfer->finished(); };
    while (!std::ranges::all_of(transfers, finished)) {
        if (Clock::now() > end) return false;
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
        // Wait for a socket, or for the first that is to be woken.
        auto until = Clock::now() + 100ms;
        for (auto const& transfer : transfers)
            if (transfer->wakes_at()) until = std::min(until, *transfer->wakes_at());
        auto const wait = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
        curl_multi_poll(multi, nullptr, 0, static_cast<int>(std::max<decltype(wait)>(wait, 0)), nullptr);
        for (auto const& transfer : transfers)
            if (transfer->wakes_at() && *transfer->wakes_at() <= Clock::now()) transfer->wake();
    }
    return true;
}

} // namespace

int main() {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    using support::http;
    support::CannedServer const busy{{http(503, "Retry-After: 1\r\n", "busy"), http(200, "", "first")}};
    support::CannedServer const shaky{{"", "", http(200, "", "second")}};
    support::CannedServer const strict{{http(404, "", "no such page")}};

    Multi const multi{curl_multi_init()};
    std::vector<std::unique_ptr<Transfer>> transfers;
    for (auto const* server : {&busy, &shaky, &strict})
        transfers.push_back(std::make_unique<Transfer>(multi.get(), server->url()));
    if (!run(multi.get(), transfers)) return 1;
    for (auto const& transfer : transfers)
        std::printf("'%s' after %d attempts\n", transfer->body().c_str(), transfer->attempts());
    bool const as_expected = transfers[0]->body() == "first" && transfers[0]->attempts() == 2 &&
                             transfers[1]->body() == "second" && transfers[1]->attempts() == 3 &&
                             transfers[2]->body() == "no such page" && transfers[2]->attempts() == 1;
    return as_expected ? 0 : 1;
}
