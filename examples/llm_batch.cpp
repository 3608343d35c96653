// SPDX-License-Identifier: BSL-1.0
// Asks language models thousands of things: many at a time, within the limits of a rate, and into a file that survives
// the end of the program at any point. Keys come from the environment alone.

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <map>
#include <new>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <grit/llm.hpp>
#include <grit/llm/batch/complete_all.hpp>
#include <grit/llm/batch/options.hpp>

#include "llm_tool/endpoints.hpp"
#include "llm_tool/interrupt.hpp"
#include "llm_tool/line_reader.hpp"
#include "llm_tool/options.hpp"
#include "llm_tool/output_file.hpp"
#include "llm_tool/prices.hpp"
#include "llm_tool/progress.hpp"
#include "llm_tool/request_line.hpp"
#include "llm_tool/result.hpp"
#include "llm_tool/shared_limits.hpp"
#include "llm_tool/text.hpp"
#include "llm_tool/usage.hpp"

namespace llm = grit::llm;
using namespace llm_tool;

namespace {

struct Options {
    std::string input = "-";
    std::string output = {};
    bool resume = false;
    EndpointOptions endpoints = {};
    int in_flight = 32;
    std::optional<double> requests_per_minute = {};
    std::optional<double> tokens_per_minute = {};
    SharedLimitOptions shared = {};
    std::optional<std::chrono::milliseconds> deadline = {};
    int max_attempts = 3;
    bool resends = true;
    std::string system = {};
    std::string prices = {};
    std::string summary = {};
};

Options parse(int argc, char** argv, CLI::App& app) {
    Options options;
    app.add_option("--input", options.input, "a file with one JSON request a line; - is standard input")
        ->capture_default_str();
    app.add_option("--output", options.output, "the file that gets one JSON answer a line, as they come")->required();
    app.add_flag("--resume", options.resume, "go on with an output: what it answers is not asked again");
    app.add_option("--in-flight", options.in_flight, "how many requests are on their way at a time")
        ->check(CLI::Range(1, 10000))
        ->capture_default_str();
    app.add_option("--rpm", options.requests_per_minute, "requests a minute to each endpoint")
        ->check(CLI::PositiveNumber);
    app.add_option("--tpm", options.tokens_per_minute, "tokens a minute to each endpoint")->check(CLI::PositiveNumber);
    auto* const redis =
        app.add_option("--redis", options.shared.redis,
                       "HOST:PORT of a Redis over which all runs with one --account keep their limits together; "
                       "a password stands in the environment, in REDIS_PASSWORD");
    app.add_option("--account", options.shared.account, "by what name the limits are shared")
        ->needs(redis)
        ->capture_default_str();
    app.add_option_function("--deadline", time_option([&](auto limit) { options.deadline = limit; }),
                            "the time for the whole batch, such as 2h30m");
    app.add_option("--max-attempts", options.max_attempts, "how often a request is sent to each endpoint at most")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    app.add_flag("!--no-resend-after-timeout", options.resends,
                 "do not send again what timed out after it was sent, and may be paid already");
    app.add_option("--system", options.system,
                   "what the model is told before each request without a system of its own");
    app.add_option("--prices", options.prices,
                   "a JSON file of prices for a million tokens: "
                   R"({"model": {"input": 0.15, "output": 0.6, "cached_input": 0.075}})");
    app.add_option("--summary", options.summary, "the file for the summary at the end, instead of standard output");
    options.endpoints.add_to(app);
    app.parse(argc, argv);
    return options;
}

/// A descriptor that is closed at the end; standard input stays open.
class Input {
public:
    explicit Input(std::string const& path) : name_(path == "-" ? "standard input" : "the input '" + path + "'") {
        fd_ = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        struct stat about{};
        if (fd_ < 0 || ::fstat(fd_, &about) != 0)
            throw UsageError{name_ + " cannot be read: " + std::generic_category().message(errno)};
        if (S_ISDIR(about.st_mode)) throw UsageError{name_ + " is a directory"};
        if (S_ISREG(about.st_mode) && about.st_size > 0) size_ = static_cast<double>(about.st_size);
    }
    ~Input() {
        if (fd_ != STDIN_FILENO) ::close(fd_);
    }
    Input(Input const&) = delete;
    Input& operator=(Input const&) = delete;

    int fd() const noexcept { return fd_; }
    std::string const& name() const noexcept { return name_; }
    /// Units: bytes. Nothing for a pipe.
    std::optional<double> size() const noexcept { return size_; }

private:
    std::string name_;
    int fd_ = -1;
    std::optional<double> size_ = {};
};

/// A run of a batch: reads lines, writes answers, and counts.
class Batch {
public:
    Batch(Options const& options, Input const& input, OutputFile& output, Interrupt& interrupt)
        : options_(options), input_(input), output_(output), interrupt_(interrupt), reader_(input.fd()),
          progress_(interrupt) {
        if (!options.prices.empty()) prices_ = Prices::from_file(options.prices);
    }

    /// Returns: the exit status. Throws: UsageError if the input is another one than that of the output;
    /// std::system_error if the input cannot be read or the output cannot be written.
    int run(std::vector<NamedEndpoint> const& named) {
        Clients clients{named};
        std::optional<SharedLimits> shared;
        if (!options_.shared.redis.empty()) shared.emplace(options_.shared);
        std::vector<llm::BatchEndpoint<Client>> endpoints;
        for (std::size_t i = 0; i < named.size(); ++i) {
            auto const& each = named[i];
            auto const requests = each.requests_per_minute ? each.requests_per_minute : options_.requests_per_minute;
            auto const tokens = each.tokens_per_minute ? each.tokens_per_minute : options_.tokens_per_minute;
            endpoints.push_back(
                {clients[i], requests, tokens, shared ? shared->add(each.name, requests, tokens) : nullptr});
            if (i == 0) model_ = each.endpoint.model;
        }
        if (shared) {
            if (std::ranges::all_of(endpoints, [](auto const& each) { return each.account == nullptr; }))
                throw UsageError{"--redis has nothing to share without --rpm or --tpm"};
            shared->start();
        }
        auto const counts = llm::complete_all(
            std::span{std::as_const(endpoints)}, [this] { return next(); },
            [this](std::int64_t pull, llm::CompletionResult&& result) { take(pull, result); },
            {.in_flight = {options_.in_flight},
             .deadline = options_.deadline,
             .cancel = interrupt_.token(),
             .input_fd = input_.size() ? -1 : input_.fd(),
             .max_attempts = options_.max_attempts,
             .resend_after_timeout = options_.resends},
            [this](llm::BatchCounts const& now) { tell(now); });
        output_.finish();
        if (problem_) std::rethrow_exception(problem_);
        print_summary(counts);
        if (!finished())
            std::fprintf(stderr, "llm_batch: not finished, because %s; --resume goes on\n",
                         interrupt_.requested() ? "a signal came" : "the deadline is over");
        return !finished()                                        ? not_finished
               : failed_ == 0 && output_.answered().failed() == 0 ? all_answered
                                                                  : some_failed;
    }

private:
    /// A line that is being asked.
    struct Asking {
        std::int64_t index = 0;
        std::uint32_t hash = 0;
        json id = {};
        std::string model = {};
    };

    bool finished() const { return ended_ && asked_.empty(); }

    llm::Pull next() {
        try {
            while (!interrupt_.requested()) {
                if (auto const line = reader_.next()) {
                    if (auto request = read(*line)) return {.request = std::move(request)};
                } else if (reader_.ended()) {
                    check_end();
                    ended_ = true;
                    break;
                } else {
                    if (!interrupt_.wait_for(reader_.fd(), POLLIN, 0)) return {};
                    fill();
                }
            }
        } catch (...) {
            problem_ = std::current_exception();
            interrupt_.request_stop();
        }
        return {.ended = true};
    }

    void fill() {
        try {
            reader_.fill();
        } catch (std::system_error const& error) {
            throw std::system_error{error.code(), input_.name() + " cannot be read"};
        }
    }

    /// Returns: what is to be asked; nothing for a line that is blank, or has been answered, or is a bad one, which is
    /// answered here.
    std::optional<llm::ChatRequest> read(Line const& line) {
        if (line.index >= Answered::most) throw UsageError{input_.name() + " has too many lines"};
        auto const hash = hash_of_line(line.text);
        if (auto const before = output_.answered().at(line.index); before != 0) {
            if (before != hash) throw UsageError{other_input(line.index)};
            return std::nullopt;
        }
        if (line.blank()) return std::nullopt;
        Asking asking{.index = line.index, .hash = hash};
        try {
            if (line.too_long)
                throw UsageError{"the line is longer than " + std::to_string(LineReader::longest) + " bytes"};
            auto const parsed = parse_line(line.text);
            if (parsed.value.is_object()) asking.id = parsed.value.value("id", json{});
            auto asked = read_request(parsed, {.request = {.system = options_.system}}, options_.endpoints.timeouts);
            if (asked.max_attempts) throw UsageError{"max_attempts is given for all lines, as --max-attempts"};
            asking.model = asked.request.model.empty() ? model_ : asked.request.model;
            asked_.emplace(pulls_++, std::move(asking));
            return std::move(asked.request);
        } catch (std::bad_alloc const&) {
            throw;
        } catch (std::exception const& error) {
            answer(asking, refusal(error.what()));
        }
        return std::nullopt;
    }

    std::string other_input(std::int64_t index) const {
        return "line " + std::to_string(index + 1) + " of " + input_.name() + " is not the one that '" +
               options_.output + "' answers; give the input that it belongs to, or name another output";
    }

    void check_end() const {
        if (reader_.lines() < output_.answered().size()) throw UsageError{other_input(reader_.lines())};
    }

    void take(std::int64_t pull, llm::CompletionResult const& result) {
        auto const found = asked_.find(pull);
        auto const asking = std::move(found->second);
        asked_.erase(found);
        if (prices_) {
            auto const cost = prices_->cost(result.model, asking.model, result.usage);
            if (cost) cost_ += *cost;
            else if (result.usage.total_tokens > 0) ++unpriced_;
        }
        answer(asking, to_json(result));
    }

    void answer(Asking const& asking, json result) {
        bool const good = result["success"] == true;
        ++(good ? succeeded_ : failed_);
        if (!good) ++categories_[result["category"].get<std::string>()];
        if (!asking.id.is_null()) result["id"] = asking.id;
        char hash[9];
        std::snprintf(hash, sizeof hash, "%08x", static_cast<unsigned>(asking.hash));
        auto const line = json_line(result);
        output_.append(R"({"index":)" + std::to_string(asking.index) + R"(,"line_hash":")" + hash + "\"," +
                       line.substr(1));
    }

    void tell(llm::BatchCounts const& now) {
        progress_.show({.done = succeeded_ + failed_,
                        .failed = failed_,
                        .retried = now.retried,
                        .in_flight = now.in_flight,
                        .held_back = now.held_back,
                        .tokens = now.usage.total_tokens,
                        .part = input_.size() ? std::optional{static_cast<double>(reader_.consumed()) / *input_.size()}
                                              : std::nullopt});
    }

    void print_summary(llm::BatchCounts const& counts) const {
        auto const seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
        auto const& before = output_.answered();
        json const summary{
            {"finished", finished()},
            {"interrupted", interrupt_.requested()},
            {"succeeded", succeeded_},
            {"failed", failed_},
            {"failed_by_category", categories_},
            {"unanswered", asked_.size()},
            {"answered_before", {{"succeeded", before.succeeded()}, {"failed", before.failed()}}},
            {"attempts", counts.attempts},
            {"retried", counts.retried},
            {"timed_out_after_sending", counts.sent_and_timed_out},
            {"tokens", tokens(counts.usage)},
            {"cost", prices_ ? json(cost_) : json()},
            {"answers_without_price", prices_ ? json(unpriced_) : json()},
            {"seconds", seconds},
        };
        auto const text = json_line(summary);
        int const fd = options_.summary.empty()
                           ? STDOUT_FILENO
                           : ::open(options_.summary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        try {
            if (fd < 0) throw std::system_error{errno, std::generic_category()};
            interrupt_.write(fd, text);
        } catch (std::system_error const& error) {
            throw std::system_error{error.code(), "the summary cannot be written"};
        }
        if (fd != STDOUT_FILENO) ::close(fd);
    }

    static json tokens(llm::Usage const& usage) {
        return {{"prompt", usage.prompt_tokens},
                {"completion", usage.completion_tokens},
                {"total", usage.total_tokens},
                {"cached", usage.cached_tokens},
                {"reasoning", usage.reasoning_tokens}};
    }

    Options const& options_;
    Input const& input_;
    OutputFile& output_;
    Interrupt& interrupt_;
    LineReader reader_;
    Progress progress_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::optional<Prices> prices_ = {};
    std::string model_ = {};
    std::unordered_map<std::int64_t, Asking> asked_ = {};
    std::map<std::string, std::int64_t> categories_ = {};
    std::int64_t pulls_ = 0;
    std::int64_t succeeded_ = 0;
    std::int64_t failed_ = 0;
    std::int64_t unpriced_ = 0;
    double cost_ = 0;
    bool ended_ = false;
    std::exception_ptr problem_ = {};
};

} // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "Asks language models what stands in a file, one JSON request a line. The key comes from the environment: "
        "OPENAI_API_KEY or ANTHROPIC_API_KEY, or the variable that --endpoint names.\nExit status: 0 all "
        "succeeded, 1 some failed, 2 wrong usage, 3 not finished, so that --resume goes on.",
        "llm_batch"};
    return run_tool(app, not_finished, [&] {
        Interrupt interrupt;
        auto const options = parse(argc, argv, app);
        auto const endpoints = endpoints_of(options.endpoints);
        Input const input{options.input};
        OutputFile output{options.output, options.resume, interrupt};
        if (output.is(input.fd())) throw UsageError{"the input and the output are one file"};
        return Batch{options, input, output, interrupt}.run(endpoints);
    });
}
