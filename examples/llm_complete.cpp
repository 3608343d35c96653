// SPDX-License-Identifier: BSL-1.0
// Asks a language model from the command line, and tells in JSON what became of it: for people, scripts and
// long-running parents. The key comes from the environment alone: OPENAI_API_KEY or ANTHROPIC_API_KEY.

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <unistd.h>

#include <grit/llm.hpp>

namespace llm = grit::llm;
using nlohmann::json;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

namespace {

/// The request makes no sense; nothing was sent.
struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Options {
    std::vector<std::string> prompt = {};
    llm::Provider provider = llm::Provider::openai;
    std::string base_url = {};
    std::string model = {};
    std::string fallback_base_url = {};
    std::string fallback_model = {};
    std::string system = {};
    std::optional<milliseconds> deadline = {};
    llm::Timeouts timeouts = {};
    int max_attempts = 3;
    bool stream = false;
    bool json = false;
    bool jsonl = false;

    bool falls_back() const { return !fallback_base_url.empty() || !fallback_model.empty(); }
};

/// Returns: "2", "2.5" (seconds), "500ms" or "1m30s" as a duration of at least a millisecond.
milliseconds parse_duration(std::string const& text) {
    auto const spelled = llm::parse_spelled_duration(text);
    auto const parsed = spelled ? spelled : llm::parse_delay(text, 1s);
    if (!parsed || *parsed < 1ms) throw UsageError{"'" + text + "' is no time; write 2.5, 500ms or 1m30s"};
    return std::chrono::floor<milliseconds>(*parsed);
}

Options parse(int argc, char** argv, CLI::App& app) {
    Options options;
    auto const time = [](auto& into) {
        return [&into](std::string const& text) {
            try {
                into = parse_duration(text);
            } catch (UsageError const& error) {
                throw CLI::ValidationError{error.what()};
            }
        };
    };
    auto const url = [](std::string const& text) {
        return text.starts_with("http://") || text.starts_with("https://") ? "" : "must begin with http:// or https://";
    };
    app.add_option("prompt", options.prompt, "what to say to the model; from standard input if there is none");
    app.add_option_function<std::string>(
           "--provider", [&](std::string const& name) { options.provider = *llm::provider_named(name); },
           "openai (also compatible servers) or anthropic")
        ->check(CLI::IsMember({"openai", "anthropic"}));
    app.add_option("--base-url", options.base_url, "the API to ask, up to and with /v1")->check(url);
    app.add_option("--model", options.model, "the model to ask");
    app.add_option("--fallback-base-url", options.fallback_base_url, "whom to ask where the first cannot help")
        ->check(url);
    app.add_option("--fallback-model", options.fallback_model, "the model to ask there");
    app.add_flag("--stream", options.stream, "print the answer as it is written");
    app.add_option_function<std::string>("--deadline", time(options.deadline),
                                         "the time for everything, such as 30 or 500ms");
    app.add_option_function<std::string>("--connect-timeout", time(options.timeouts.connect),
                                         "until the connection is ready");
    app.add_option_function<std::string>("--first-token-timeout", time(options.timeouts.first_token),
                                         "from there to the first byte of the answer");
    app.add_option_function<std::string>("--idle-timeout", time(options.timeouts.idle),
                                         "between two pieces of the answer");
    app.add_option("--max-attempts", options.max_attempts, "how often each endpoint is asked at most")
        ->check(CLI::Range(1, 1000));
    app.add_option("--system", options.system, "what the model is told before the prompt");
    auto* const one = app.add_flag("--json", options.json, "print one JSON object that says what became of it");
    app.add_flag("--jsonl", options.jsonl, "read one JSON request a line, and answer each with one line")
        ->excludes(one);
    app.parse(argc, argv);
    if (options.jsonl && !options.prompt.empty())
        throw CLI::ValidationError{"--jsonl reads its prompts from standard input"};
    if (options.model.empty())
        options.model = options.provider != llm::Provider::anthropic ? "gpt-4o-mini" : "claude-3-5-haiku-latest";
    return options;
}

/// Turns SIGINT and SIGTERM into a requested stop, which ends a wait, a call and a read at once.
class Interrupt {
public:
    Interrupt() {
        sigemptyset(&signals_);
        sigaddset(&signals_, SIGINT);
        sigaddset(&signals_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
        if (::pipe2(pipe_, O_CLOEXEC) != 0) throw std::runtime_error{"no pipe"};
        thread_ = std::thread{[this] {
            int signal = 0;
            sigwait(&signals_, &signal);
            source_.request_stop();
            [[maybe_unused]] auto const written = ::write(pipe_[1], "x", 1);
        }};
    }
    ~Interrupt() {
        pthread_kill(thread_.native_handle(), SIGTERM);
        thread_.join();
        ::close(pipe_[0]);
        ::close(pipe_[1]);
    }
    Interrupt(Interrupt const&) = delete;
    Interrupt& operator=(Interrupt const&) = delete;

    std::stop_token token() const { return source_.get_token(); }
    bool requested() const { return source_.stop_requested(); }

    /// Reads what there is of standard input. Returns: false at its end, or when a stop is requested.
    bool read(std::string& into) const {
        pollfd waiting[] = {{STDIN_FILENO, POLLIN, 0}, {pipe_[0], POLLIN, 0}};
        while (!requested()) {
            if (::poll(waiting, 2, -1) < 0 && errno != EINTR) return false;
            if (waiting[1].revents != 0) return false;
            if (waiting[0].revents == 0) continue;
            char bytes[65536];
            auto const count = ::read(STDIN_FILENO, bytes, sizeof bytes);
            if (count > 0) into.append(bytes, static_cast<std::size_t>(count));
            if (count > 0 || (count < 0 && errno == EINTR)) return true;
            return false;
        }
        return false;
    }

private:
    sigset_t signals_{};
    int pipe_[2] = {-1, -1};
    std::stop_source source_{};
    std::thread thread_{};
};

using Policy = grit::Retrying<grit::StopAfterAttempt<>, grit::WaitHint<60s, grit::WaitRandomExponential<500ms, 8s>>,
                              grit::RetryIfException<llm::is_retryable>, grit::Time<llm::CallTime>>;
using Client = llm::Client<llm::CurlTransport, llm::AnyDialect>;

/// The endpoints that the options name. What they keep (connections, breakers) lives as long as this.
class Endpoints {
public:
    explicit Endpoints(Options const& options)
        : first_(transport_, endpoint(options, options.base_url, {}), options.provider),
          second_(transport_,
                  endpoint(options, options.fallback_base_url.empty() ? options.base_url : options.fallback_base_url,
                           options.fallback_model),
                  options.provider),
          falls_back_(options.falls_back()) {}

    /// Makes one call; `on_text` gets each piece of a streamed answer.
    template <class F>
    llm::CompletionResult complete(llm::ChatRequest const& request, Policy const& policy, bool stream,
                                   F const& on_text) {
        llm::Fallback both{first_, second_};
        return falls_back_ ? complete(both, request, policy, stream, on_text)
                           : complete(first_, request, policy, stream, on_text);
    }

private:
    template <class C, class F>
    static llm::CompletionResult complete(C& client, llm::ChatRequest const& request, Policy const& policy, bool stream,
                                          F const& on_text) {
        return stream ? llm::production_stream(client, request, on_text, policy)
                      : llm::production_complete(client, request, policy);
    }

    static llm::Endpoint endpoint(Options const& options, std::string base_url, std::string model) {
        bool const openai = options.provider != llm::Provider::anthropic;
        char const* const key = std::getenv(openai ? "OPENAI_API_KEY" : "ANTHROPIC_API_KEY");
        return {.base_url = std::move(base_url),
                .key = llm::ApiKey{key == nullptr ? "" : key},
                .timeouts = options.timeouts,
                .model = std::move(model)};
    }

    llm::CurlTransport transport_{};
    Client first_;
    Client second_;
    bool falls_back_;
};

json to_json(llm::CompletionResult const& result) {
    json attempts = json::array();
    for (auto const& attempt : result.history)
        attempts.push_back({{"number", attempt.number},
                            {"endpoint", attempt.endpoint},
                            {"model", attempt.model},
                            {"error", attempt.error.empty() ? json() : json(attempt.error)},
                            {"error_type", attempt.error_type.empty() ? json() : json(attempt.error_type)},
                            {"category", attempt.category ? json(to_string(*attempt.category)) : json()},
                            {"wait", std::chrono::duration<double>(attempt.wait).count()}});
    if (result.success)
        return {{"success", true},
                {"content", result.content},
                {"tokens", result.tokens},
                {"model", result.model},
                {"attempts", std::move(attempts)}};
    return {{"success", false},
            {"error", result.error},
            {"error_type", result.error_type},
            {"category", to_string(result.category.value_or(llm::Category::fatal))},
            {"attempts", std::move(attempts)}};
}

void print_line(json const& value) {
    auto const line = value.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fflush(stdout);
}

/// One line of --jsonl, as what is to be asked and how.
struct Asked {
    llm::ChatRequest request = {};
    int max_attempts = 3;
    bool stream = false;
};

llm::Role role_named(std::string const& name) {
    for (auto const role :
         {llm::Role::system, llm::Role::developer, llm::Role::user, llm::Role::assistant, llm::Role::tool})
        if (to_string(role) == name) return role;
    throw UsageError{"there is no role '" + name + "'"};
}

/// Throws: UsageError, or what the JSON library throws of a member of the wrong type.
Asked read_line(std::string const& line, Options const& options) {
    auto const given = json::parse(line);
    if (!given.is_object()) throw UsageError{"a request must be a JSON object"};
    Asked asked{.request = {.model = options.model,
                            .system = options.system,
                            .timeouts = options.timeouts,
                            .deadline = options.deadline},
                .max_attempts = options.max_attempts,
                .stream = options.stream};
    auto& request = asked.request;
    auto const time = [](json const& value) {
        return parse_duration(value.is_string() ? value.get<std::string>() : value.dump());
    };
    auto const whole = [](json const& value) {
        if (!value.is_number_integer() || value < -1'000'000'000 || value > 1'000'000'000)
            throw UsageError{"'" + value.dump() + "' is no whole number of a sensible size"};
        return value.get<int>();
    };
    for (auto const& [name, value] : given.items()) {
        if (name == "prompt") request.messages.push_back({llm::Role::user, value.get<std::string>()});
        else if (name == "messages") {
            for (auto const& message : value)
                request.messages.push_back(
                    {role_named(message.at("role").get<std::string>()), message.at("content").get<std::string>()});
        } else if (name == "model") request.model = value.get<std::string>();
        else if (name == "system") request.system = value.get<std::string>();
        else if (name == "max_tokens") request.max_tokens = whole(value);
        else if (name == "temperature") request.temperature = value.get<double>();
        else if (name == "deadline") request.deadline = time(value);
        else if (name == "connect_timeout") request.timeouts->connect = time(value);
        else if (name == "first_token_timeout") request.timeouts->first_token = time(value);
        else if (name == "idle_timeout") request.timeouts->idle = time(value);
        else if (name == "max_attempts") asked.max_attempts = whole(value);
        else if (name == "stream") asked.stream = value.get<bool>();
        else if (name != "id") throw UsageError{"there is no member '" + name + "'"};
    }
    if (given.contains("prompt") == given.contains("messages"))
        throw UsageError{"a request has either a prompt or messages"};
    if (asked.max_attempts < 1 || asked.max_attempts > 1000) throw UsageError{"max_attempts must be in 1 to 1000"};
    return asked;
}

Policy policy_of(int max_attempts) { return Policy{grit::StopAfterAttempt{max_attempts}}; }

/// Answers one line. Returns: what became of it, with the line's id if it has one.
json answer(std::string const& line, Options const& options, Endpoints& endpoints, Interrupt const& interrupt) {
    json result;
    json id;
    try {
        if (auto const given = json::parse(line, nullptr, false); given.is_object() && given.contains("id"))
            id = given["id"];
        auto asked = read_line(line, options);
        asked.request.cancel = interrupt.token();
        result = to_json(
            endpoints.complete(asked.request, policy_of(asked.max_attempts), asked.stream, [](std::string_view) {}));
    } catch (std::bad_alloc const&) {
        throw;
    } catch (std::exception const& error) {
        result = {{"success", false},
                  {"error", error.what()},
                  {"error_type", "UsageError"},
                  {"category", "user_error"},
                  {"attempts", json::array()}};
    }
    if (!id.is_null()) result["id"] = id;
    return result;
}

int answer_lines(Options const& options, Endpoints& endpoints, Interrupt const& interrupt) {
    bool good = true;
    std::string buffer;
    bool more = true;
    while (more && !interrupt.requested()) {
        auto end = buffer.find('\n');
        while (end == buffer.npos && more) {
            auto const from = buffer.size();
            more = interrupt.read(buffer);
            end = buffer.find('\n', from);
        }
        if (interrupt.requested()) break;
        auto const line = buffer.substr(0, end);
        buffer.erase(0, end == buffer.npos ? end : end + 1);
        more = more || !buffer.empty();
        if (line.find_first_not_of(" \t\r") == line.npos) continue;
        auto const result = answer(line, options, endpoints, interrupt);
        good = good && result["success"] == true;
        print_line(result);
    }
    return good && !interrupt.requested() ? 0 : 1;
}

int answer_once(Options const& options, Endpoints& endpoints, Interrupt const& interrupt) {
    std::string prompt;
    for (auto const& word : options.prompt) prompt.append(prompt.empty() ? "" : " ").append(word);
    if (options.prompt.empty())
        while (interrupt.read(prompt)) {
        }
    if (prompt.find_first_not_of(" \t\r\n") == prompt.npos) {
        if (interrupt.requested()) return 1;
        throw CLI::ValidationError{"there is no prompt, neither in the arguments nor on standard input"};
    }
    llm::ChatRequest const request{.model = options.model,
                                   .messages = {{llm::Role::user, prompt}},
                                   .system = options.system,
                                   .deadline = options.deadline,
                                   .cancel = interrupt.token()};
    bool const shows = options.stream && !options.json;
    auto const result =
        endpoints.complete(request, policy_of(options.max_attempts), options.stream, [shows](std::string_view text) {
            if (!shows) return;
            std::fwrite(text.data(), 1, text.size(), stdout);
            std::fflush(stdout);
        });
    if (options.json) print_line(to_json(result));
    else if (!result.success)
        std::fprintf(stderr, "%sllm_complete: %s: %s\n", shows ? "\n" : "", result.error_type.c_str(),
                     result.error.c_str());
    else std::printf("%s\n", shows ? "" : result.content.c_str());
    return result.success ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Asks a language model. The key comes from the environment: OPENAI_API_KEY or ANTHROPIC_API_KEY.\n"
                 "Exit status: 0 answered, 1 failed, 2 wrong usage.",
                 "llm_complete"};
    try {
        auto const options = parse(argc, argv, app);
        Interrupt const interrupt;
        Endpoints endpoints{options};
        return options.jsonl ? answer_lines(options, endpoints, interrupt) : answer_once(options, endpoints, interrupt);
    } catch (CLI::ParseError const& error) {
        return app.exit(error) == 0 ? 0 : 2;
    } catch (std::exception const& error) {
        std::fprintf(stderr, "llm_complete: %s\n", error.what());
        return 1;
    }
}
