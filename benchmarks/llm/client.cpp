// SPDX-License-Identifier: BSL-1.0
// What benchmarks/llm/llm.py measures: completions by grit and by a loop over libcurl, and the decoder of streams.
//
// usage: client bare|own|shared URL THREADS REQUESTS | batch URL IN_FLIGHT REQUESTS | sse
// bare: a reused handle of libcurl in each thread; own: a client in each thread; shared: one client for all; batch: one
// thread with so many in flight.

#include <atomic>
#include <barrier>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <curl/curl.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include <grit/llm.hpp>
#include <grit/llm/batch.hpp>

#include "completion.hpp"

namespace {

using namespace grit::llm;
using Seconds = std::chrono::duration<double>;

constexpr int warm_up = 100;

/// The loop by hand: a request as text, a reused handle, one parse, the content and the tokens.
class BareLoop {
public:
    explicit BareLoop(std::string const& url) : easy_(curl_easy_init()) {
        lines_ = curl_slist_append(lines_, "Content-Type: application/json");
        lines_ = curl_slist_append(lines_, "Authorization: Bearer sk-0123456789");
        curl_easy_setopt(easy_, CURLOPT_URL, (url + "/chat/completions").c_str());
        curl_easy_setopt(easy_, CURLOPT_PROXY, "");
        curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, lines_);
        curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &append);
        curl_easy_setopt(easy_, CURLOPT_WRITEDATA, &body_);
    }
    BareLoop(BareLoop const&) = delete;
    BareLoop& operator=(BareLoop const&) = delete;
    ~BareLoop() {
        curl_easy_cleanup(easy_);
        curl_slist_free_all(lines_);
    }

    std::size_t operator()() {
        nlohmann::json const request{{"model", "gpt-4o-mini"},
                                     {"messages", {{{"role", "user"}, {"content", question}}}}};
        auto const text = request.dump();
        curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE, static_cast<long>(text.size()));
        curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, text.c_str());
        body_.clear();
        if (curl_easy_perform(easy_) != CURLE_OK) throw std::runtime_error{"the bare loop failed"};
        auto const answer = nlohmann::json::parse(body_);
        auto const content = answer.at("choices").at(0).at("message").at("content").get<std::string>();
        return content.size() + answer.at("usage").at("total_tokens").get<std::size_t>();
    }

private:
    static std::size_t append(char* from, std::size_t size, std::size_t count, void* to) {
        static_cast<std::string*>(to)->append(from, size * count);
        return size * count;
    }

    CURL* easy_;
    curl_slist* lines_ = nullptr;
    std::string body_;
};

/// The client as a user writes it: its default policy, its breaker, everything that it checks.
class GritLoop {
public:
    explicit GritLoop(std::string const& url)
        : client_{CurlTransport{{.proxy = ""}}, {.base_url = url, .key = ApiKey{"sk-0123456789"}}} {}

    std::size_t operator()() {
        auto const answer =
            client_.complete({.model = "gpt-4o-mini", .messages = {{.content = std::string{question}}}});
        return answer.content.size() + static_cast<std::size_t>(answer.usage.total_tokens);
    }

private:
    Client<CurlTransport> client_;
};

double cpu_seconds() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    auto const seconds = [](timeval const& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// Runs `make()`'s loop in each thread; prints what the requests after the warm-up took.
template <class Make>
void measure(int threads, int requests, Make make) {
    auto const sent = nlohmann::json::parse(completion);
    auto const expected = sent["choices"][0]["message"]["content"].get<std::string>().size() +
                          sent["usage"]["total_tokens"].get<std::size_t>();
    std::atomic<int> wrong = 0;
    std::barrier both{threads + 1};
    std::vector<std::thread> workers;
    for (int i = 0; i < threads; ++i)
        workers.emplace_back([&] {
            auto const loop = make();
            auto const times = [&](int count) {
                for (int n = 0; n < count; ++n)
                    if ((*loop)() != expected) ++wrong;
            };
            times(warm_up);
            both.arrive_and_wait();
            both.arrive_and_wait();
            times(requests);
            both.arrive_and_wait();
        });
    both.arrive_and_wait();
    auto const cpu = cpu_seconds();
    auto const start = std::chrono::steady_clock::now();
    both.arrive_and_wait();
    both.arrive_and_wait();
    auto const took = Seconds{std::chrono::steady_clock::now() - start}.count();
    auto const used = cpu_seconds() - cpu;
    for (auto& worker : workers) worker.join();
    if (wrong != 0) throw std::runtime_error{"an answer was not what was sent"};
    std::printf(R"({"sent": %d, "measured": %d, "seconds": %.6f, "cpu": %.6f})"
                "\n",
                threads * (requests + warm_up), threads * requests, took, used);
}

/// Every request by complete_all, from one thread.
void measure_batch(std::string const& url, int in_flight, int requests) {
    Client<CurlTransport> client{CurlTransport{{.proxy = ""}}, {.base_url = url, .key = ApiKey{"sk-0123456789"}}};
    BatchEndpoint<Client<CurlTransport>> const endpoint{client};
    int pulled = 0;
    int good = 0;
    auto const cpu = cpu_seconds();
    auto const start = std::chrono::steady_clock::now();
    complete_all(
        std::span{&endpoint, 1},
        [&]() -> Pull {
            if (pulled++ == requests) return {.ended = true};
            return {.request = ChatRequest{.model = "gpt-4o-mini", .messages = {{.content = std::string{question}}}}};
        },
        [&](std::int64_t, CompletionResult&& result) { good += result.success && result.tokens == 83 ? 1 : 0; },
        BatchOptions{.in_flight = {in_flight}});
    auto const took = Seconds{std::chrono::steady_clock::now() - start}.count();
    if (good != requests) throw std::runtime_error{"an answer was not what was sent"};
    std::printf(R"({"sent": %d, "measured": %d, "seconds": %.6f, "cpu": %.6f})"
                "\n",
                requests, requests, took, cpu_seconds() - cpu);
}

/// Best of several rounds, in bytes per second.
template <class F>
double rate(std::size_t bytes, F f) {
    double best = 0;
    for (int round = 0; round < 7; ++round) {
        auto const start = std::chrono::steady_clock::now();
        f();
        best = std::max(best, static_cast<double>(bytes) / Seconds{std::chrono::steady_clock::now() - start}.count());
    }
    return best;
}

void measure_sse() {
    std::string const event =
        R"({"id":"chatcmpl-9rUkVc4zjJ0vYBLt2mXnQp7s","object":"chat.completion.chunk","created":1723021234,"model":"gpt-4o-mini",)"
        R"("system_fingerprint":"fp_0123456789","choices":[{"index":0,"delta":{"content":" jitter"},"logprobs":null,"finish_reason":null}]})";
    constexpr std::size_t count = 40'000;
    constexpr std::size_t piece = 16'384; // as libcurl hands them on
    std::string stream;
    for (std::size_t i = 0; i < count; ++i) stream += "data: " + event + "\n\n";
    std::string copy(stream.size(), '\0');
    auto const copied = rate(stream.size(), [&] {
        std::memcpy(copy.data(), stream.data(), stream.size());
        if (copy.back() != '\n') throw std::runtime_error{"memcpy"};
    });
    auto const decoded = rate(stream.size(), [&] {
        SseDecoder decoder;
        std::size_t events = 0;
        for (std::size_t at = 0; at < stream.size(); at += piece)
            decoder.feed(std::string_view{stream}.substr(at, piece),
                         [&](SseEvent const& e) { events += e.data.size() == event.size() ? 1U : 0U; });
        if (events != count) throw std::runtime_error{"an event was lost"};
    });
    auto const parsed = rate(stream.size(), [&] {
        std::size_t values = 0;
        for (std::size_t i = 0; i < count; ++i) values += nlohmann::json::parse(event).size() == 6 ? 1U : 0U;
        if (values != count) throw std::runtime_error{"a value was lost"};
    });
    std::printf(R"({"bytes": %zu, "memcpy": %.0f, "decoder": %.0f, "parse": %.0f})"
                "\n",
                stream.size(), copied, decoded, parsed);
}

} // namespace

int main(int argc, char** argv) try {
    std::string_view const mode = argc > 1 ? argv[1] : "";
    curl_global_init(CURL_GLOBAL_DEFAULT);
    if (mode == "sse") {
        measure_sse();
    } else if (argc == 5) {
        std::string const url = argv[2];
        int const threads = std::atoi(argv[3]);
        int const requests = std::atoi(argv[4]);
        auto const shared = std::make_shared<GritLoop>(url);
        if (mode == "batch") {
            measure_batch(url, threads, requests);
            return 0;
        }
        if (mode == "bare") measure(threads, requests, [&] { return std::make_shared<BareLoop>(url); });
        else if (mode == "own") measure(threads, requests, [&] { return std::make_shared<GritLoop>(url); });
        else if (mode == "shared") measure(threads, requests, [&] { return shared; });
        else return 2;
    } else {
        return 2;
    }
    return 0;
} catch (std::exception const& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
