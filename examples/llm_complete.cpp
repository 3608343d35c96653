// SPDX-License-Identifier: BSL-1.0
// Asks a language model from the command line, and tells in JSON what became of it: for people, scripts and
// long-running parents. Keys come from the environment alone.

#include <chrono>
#include <cstdio>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <grit/llm.hpp>

#include "llm_tool/endpoints.hpp"
#include "llm_tool/interrupt.hpp"
#include "llm_tool/line_reader.hpp"
#include "llm_tool/options.hpp"
#include "llm_tool/request_line.hpp"
#include "llm_tool/result.hpp"
#include "llm_tool/text.hpp"
#include "llm_tool/usage.hpp"

namespace llm = grit::llm;
using namespace llm_tool;
using namespace std::chrono_literals;

namespace {

struct Options {
    std::vector<std::string> prompt = {};
    EndpointOptions endpoints = {};
    std::string system = {};
    std::optional<std::chrono::milliseconds> deadline = {};
    int max_attempts = 3;
    bool stream = false;
    bool json = false;
    bool jsonl = false;
};

Options parse(int argc, char** argv, CLI::App& app) {
    Options options;
    app.add_option("prompt", options.prompt, "what to say to the model; from standard input if there is none");
    options.endpoints.add_to(app);
    app.add_flag("--stream", options.stream, "print the answer as it is written");
    app.add_option_function("--deadline", time_option([&](auto limit) { options.deadline = limit; }),
                            "the time for everything, such as 30 or 500ms");
    app.add_option("--max-attempts", options.max_attempts, "how often each endpoint is asked at most")
        ->check(CLI::Range(1, 1000));
    app.add_option("--system", options.system, "what the model is told before the prompt");
    auto* const one = app.add_flag("--json", options.json, "print one JSON object that says what became of it");
    app.add_flag("--jsonl", options.jsonl, "read one JSON request a line, and answer each with one line")
        ->excludes(one);
    app.parse(argc, argv);
    if (options.jsonl && !options.prompt.empty())
        throw UsageError{"--jsonl reads its prompts from standard input; llm_batch reads them from a file"};
    return options;
}

using Policy = grit::Retrying<grit::StopAfterAttempt<>, grit::StopIf<llm::is_silent_for_long>,
                              grit::WaitHint<60s, grit::WaitRandomExponential<500ms, 8s>>,
                              grit::RetryIfException<llm::is_retryable>, grit::Time<llm::CallTime>>;

/// Makes one call; `on_text` gets each piece of a streamed answer.
template <class F>
llm::CompletionResult complete(Clients& clients, llm::ChatRequest const& request, int max_attempts, bool stream,
                               F const& on_text) {
    Policy const policy{grit::StopAfterAttempt{max_attempts}};
    llm::Fallback all{clients};
    return stream ? llm::production_stream(all, request, on_text, policy)
                  : llm::production_complete(all, request, policy);
}

/// Standard output, of which a failure is an error.
class Output {
public:
    explicit Output(Interrupt const& interrupt) : interrupt_(interrupt) {}

    /// Returns: false if a stop was requested while nobody took it.
    bool print(std::string_view text) const {
        try {
            return interrupt_.write(STDOUT_FILENO, text);
        } catch (std::system_error const& error) {
            throw std::system_error{error.code(), "standard output cannot be written"};
        }
    }

    /// Prints what a model wrote, which must not command a terminal.
    bool print_answer(std::string_view text) const { return terminal_ ? print(shown(text)) : print(text); }

private:
    Interrupt const& interrupt_;
    bool terminal_ = ::isatty(STDOUT_FILENO) == 1;
};

/// Waits for more of standard input. Returns: what `read` returns, or false if a stop was requested.
template <class Read>
bool read_more(Interrupt const& interrupt, Read const& read) {
    if (!interrupt.wait_for(STDIN_FILENO, POLLIN) || interrupt.requested()) return false;
    try {
        return read();
    } catch (std::system_error const& error) {
        throw std::system_error{error.code(), "standard input cannot be read"};
    }
}

/// Answers one line. Returns: what became of it, with the line's id if it has one.
json answer(Line const& line, Options const& options, Clients& clients, Interrupt const& interrupt) {
    json result;
    json id;
    try {
        if (line.too_long)
            throw UsageError{"the line is longer than " + std::to_string(LineReader::longest) + " bytes"};
        auto const parsed = parse_line(line.text);
        if (parsed.value.is_object()) id = parsed.value.value("id", json{});
        auto const asked = read_request(
            parsed,
            {.request = {.system = options.system, .deadline = options.deadline, .cancel = interrupt.token()},
             .stream = options.stream},
            options.endpoints.timeouts);
        result = to_json(complete(clients, asked.request, asked.max_attempts.value_or(options.max_attempts),
                                  asked.stream, [](std::string_view) {}));
    } catch (std::bad_alloc const&) {
        throw;
    } catch (std::exception const& error) {
        result = refusal(error.what());
    }
    if (!id.is_null()) result["id"] = id;
    return result;
}

int answer_lines(Options const& options, Clients& clients, Interrupt const& interrupt, Output const& output) {
    LineReader input{STDIN_FILENO};
    bool good = true;
    auto const fill = [&] {
        input.fill();
        return true;
    };
    while (true) {
        auto const line = input.next();
        if (!line && (input.ended() || !read_more(interrupt, fill))) break;
        if (!line || line->blank()) continue;
        auto const result = answer(*line, options, clients, interrupt);
        good = good && result["success"] == true;
        if (!output.print(json_line(result)) || interrupt.requested()) break;
    }
    return good && !interrupt.requested() ? all_answered : some_failed;
}

/// Returns: the prompt in the arguments, or standard input up to its end. Throws: UsageError if it is blank.
std::string read_prompt(Options const& options, Interrupt const& interrupt) {
    std::string prompt;
    for (auto const& word : options.prompt) prompt.append(prompt.empty() ? "" : " ").append(word);
    if (options.prompt.empty())
        while (read_more(interrupt, [&] { return read_some(STDIN_FILENO, prompt); })) {
        }
    if (!interrupt.requested() && prompt.find_first_not_of(" \t\r\n") == prompt.npos)
        throw UsageError{"there is no prompt, neither in the arguments nor on standard input"};
    return prompt;
}

int answer_once(Options const& options, Clients& clients, Interrupt const& interrupt, Output const& output) {
    auto const prompt = read_prompt(options, interrupt);
    if (interrupt.requested()) return some_failed;
    llm::ChatRequest const request{.messages = {{llm::Role::user, prompt}},
                                   .system = options.system,
                                   .deadline = options.deadline,
                                   .cancel = interrupt.token()};
    bool const shows = options.stream && !options.json;
    auto const result = complete(clients, request, options.max_attempts, options.stream, [&](std::string_view text) {
        if (shows) output.print_answer(text);
    });
    if (options.json) {
        output.print(json_line(to_json(result)));
        return result.success ? all_answered : some_failed;
    }
    if (result.success) output.print_answer((shows ? "" : result.content) + "\n");
    else if (!shows && !result.content.empty()) output.print_answer(result.content + "\n"); // one that was cut
    if (!result.success)
        std::fprintf(stderr, "%sllm_complete: %s: %s\n", shows ? "\n" : "", result.error_type.c_str(),
                     shown_error(result.error).c_str());
    return result.success ? all_answered : some_failed;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "Asks a language model. The key comes from the environment: OPENAI_API_KEY or ANTHROPIC_API_KEY, or the "
        "variable that --endpoint names.\nExit status: 0 answered, 1 failed, 2 wrong usage.",
        "llm_complete"};
    return run_tool(app, some_failed, [&] {
        Interrupt const interrupt;
        Output const output{interrupt};
        auto const options = parse(argc, argv, app);
        try {
            Clients clients{endpoints_of(options.endpoints)};
            return options.jsonl ? answer_lines(options, clients, interrupt, output)
                                 : answer_once(options, clients, interrupt, output);
        } catch (KeyError const& error) {
            if (options.json || options.jsonl) output.print(json_line(refusal(error.what(), "fatal")));
            else complain(app, error.what());
            return int{some_failed};
        }
    });
}
