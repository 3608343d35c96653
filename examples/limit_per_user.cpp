// SPDX-License-Identifier: BSL-1.0
// A limit of calls for each user, as a public API has it: every user has an own rate, whoever sends too much is told
// when to come again, and who is away for long costs no memory.
#include <atomic>
#include <cstdio>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include <grit/core/keyed.hpp>
#include <grit/rate_limiter.hpp>
#include <grit/time.hpp>

using namespace std::chrono_literals;

namespace {

using Limiter = grit::RateLimiter<grit::dynamic, grit::dynamic, grit::dynamic, grit::Time<grit::ManualTime>>;

struct Response {
    int status;
    std::chrono::milliseconds retry_after;
};

class Server {
public:
    explicit Server(grit::ManualTime& time)
        : users_{grit::MaxEntries{10'000}, [&time](std::string const& user) {
                     int const calls = user.starts_with("paid:") ? 50 : 5;
                     return std::tuple{calls, 1s, grit::Time{time}};
                 }} {}

    Response get(std::string const& user) {
        auto const answer = users_[user]->try_call([] { return 200; });
        if (answer) return {*answer, 0ms};
        return {429, std::chrono::ceil<std::chrono::milliseconds>(answer.error().retry_after())};
    }
    std::size_t forget() { return users_.forget_idle(); }

private:
    grit::Keyed<std::string, Limiter> users_;
};

} // namespace

int main() {
    grit::ManualTime time; // so that this program says the same each time
    Server server{time};

    // Four threads send as much as they can for two users.
    std::atomic<int> ada{0};
    std::atomic<int> bob{0};
    {
        std::vector<std::jthread> threads;
        threads.reserve(4);
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&] {
                for (int i = 0; i < 100; ++i) {
                    ada += server.get("paid:ada").status == 200;
                    bob += server.get("bob").status == 200;
                }
            });
    }
    auto const refused = server.get("bob");
    std::printf("ada: %d of 400, bob: %d of 400, then %d, come again in %lld ms\n", ada.load(), bob.load(),
                refused.status, static_cast<long long>(refused.retry_after.count()));

    time.advance(refused.retry_after);
    bool const came_again = server.get("bob").status == 200;
    std::size_t const too_early = server.forget();
    time.advance(2s);
    std::size_t const forgotten = server.forget();
    std::printf("bob came again: %s, forgotten: %zu at once, %zu two seconds later\n", came_again ? "yes" : "no",
                too_early, forgotten);
    return ada == 50 && bob == 5 && refused.retry_after == 200ms && came_again && too_early == 0 && forgotten == 2 ? 0
                                                                                                                   : 1;
}
