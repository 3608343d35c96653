// SPDX-License-Identifier: BSL-1.0
// Asks a language model over HTTP, with a live account of every attempt. By default the server is one of this program's
// own, on 127.0.0.1, that goes wrong in five ways before it answers; with --base-url it is a real one.

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <grit/llm.hpp>
#include <grit/retry.hpp>

#include "support/fault_server.hpp"

using namespace std::chrono_literals;
namespace llm = grit::llm;

namespace {

constexpr char const* usage = R"(usage: chat_completion [options]

  --prompt TEXT    what to say to the model (default: "Hello!")
  --model NAME     the model to ask (default: gpt-4o-mini)
  --base-url URL   the API to ask, such as https://api.openai.com/v1 or http://localhost:11434/v1;
                   the key is taken from the environment: OPENAI_API_KEY
  --help           print this

Without --base-url the program asks a server of its own on 127.0.0.1 that goes wrong on purpose.
Exit status: 0 success, 1 failure, 2 wrong usage.
)";

struct Options {
    std::string prompt = "Hello!";
    std::string model = "gpt-4o-mini";
    std::optional<std::string> base_url = {};
    bool help = false;
};

struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

Options parse(std::vector<std::string> const& arguments) {
    Options options;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        auto const& name = arguments[i];
        if (name == "--help" || name == "-h") {
            options.help = true;
            return options;
        }
        if (name != "--prompt" && name != "--model" && name != "--base-url")
            throw UsageError{"there is no option " + name};
        if (i + 1 == arguments.size() || arguments[i + 1].empty()) throw UsageError{name + " needs a value"};
        auto const& value = arguments[++i];
        if (name == "--prompt") options.prompt = value;
        if (name == "--model") options.model = value;
        if (name == "--base-url") {
            if (!value.starts_with("http://") && !value.starts_with("https://"))
                throw UsageError{"--base-url must begin with http:// or https://"};
            options.base_url = value;
        }
    }
    return options;
}

/// Prints lines with the time since it was made.
class Account {
public:
    void operator()(grit::LogLevel, std::string_view line) const { print(line); }

    void print(std::string_view line) const {
        std::printf("  %5.2f s  %.*s\n", seconds(), static_cast<int>(line.size()), line.data());
        std::fflush(stdout);
    }

    double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

void print(llm::CompletionResult const& result, double seconds) {
    auto const line = [](char const* name, std::string const& value) {
        std::printf("  %-11s %s\n", name, value.c_str());
    };
    std::puts("");
    line("success:", result.success ? "true" : "false");
    if (result.success) {
        line("content:", result.content);
        line("tokens:", std::to_string(result.tokens));
        line("model:", result.model);
    } else {
        line("error:", result.error);
        line("error_type:", result.error_type);
    }
    line("attempts:", std::to_string(result.attempts));
    std::printf("  total:      %.2f s\n\n", seconds);
    std::fflush(stdout);
}

/// Asks once, as production code would, and tells what happens meanwhile.
template <class Client, class Policy>
llm::CompletionResult ask(Client& client, Options const& options, Policy const& policy) {
    Account const account;
    auto const told = policy.with(grit::Name<"chat">{}, grit::BeforeSleepLog{account},
                                  grit::Before{[&](grit::Attempt const& attempt) {
                                      account.print("attempt " + std::to_string(attempt.number()));
                                  }});
    auto const result = llm::production_complete(
        client, {.model = options.model, .messages = {{llm::Role::user, options.prompt}}, .max_tokens = 1024}, told);
    account.print(result.success ? "answered" : "gave up: " + result.error);
    print(result, account.seconds());
    return result;
}

bool demonstrate(Options const& options) {
    fault::FaultServer const server{
        {fault::error(429, "requests", "rate_limit_exceeded", "Rate limit reached, try again in 1s.",
                      {{"Retry-After", "1"}}),
         fault::error(500, "server_error", "", "The server had an error while processing your request."),
         fault::Reset{}, fault::Stall{}, fault::Close{}, fault::completion("Hello! How can I help you today?"),
         fault::error(429, "insufficient_quota", "insufficient_quota", "You exceeded your current quota.")}};
    llm::Client client{
        llm::CurlTransport{{.proxy = ""}},
        {.base_url = server.url() + "/v1", .key = llm::ApiKey{"sk-demo"}, .timeouts = {.connect = 1s, .attempt = 1s}}};
    constexpr grit::Retrying<grit::StopAfterAttempt<8>, grit::WaitHint<5s, grit::WaitRandomExponential<100ms, 400ms>>,
                             grit::RetryIfException<llm::is_retryable>>
        policy;

    std::printf("A server at %s that limits, fails, resets, stalls and closes, and then answers:\n\n",
                server.url().c_str());
    auto const answered = ask(client, options, policy);
    std::puts("The same server once the money is spent. It says 429 again, and no wait would help:\n");
    auto const refused = ask(client, options, policy);
    return answered.success && refused.error_type == "InsufficientQuotaError" && refused.attempts == 1;
}

bool ask_for_real(Options const& options) {
    char const* const key = std::getenv("OPENAI_API_KEY");
    llm::Client client{llm::CurlTransport{},
                       {.base_url = *options.base_url, .key = llm::ApiKey{key != nullptr ? key : ""}}};
    std::printf("Asking %s at %s:\n\n", options.model.c_str(), options.base_url->c_str());
    return ask(client, options, llm::CompletionRetrying{}).success;
}

} // namespace

int main(int argc, char** argv) {
    try {
        auto const options = parse({argv + 1, argv + argc});
        if (options.help) {
            std::printf("%s", usage);
            return 0;
        }
        return (options.base_url ? ask_for_real(options) : demonstrate(options)) ? 0 : 1;
    } catch (UsageError const& error) {
        std::fprintf(stderr, "chat_completion: %s\n\n%s", error.what(), usage);
        return 2;
    } catch (std::exception const& error) {
        std::fprintf(stderr, "chat_completion: %s\n", error.what());
        return 1;
    }
}
