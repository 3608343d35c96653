// SPDX-License-Identifier: BSL-1.0
#pragma once
// What tokens cost, by a table that the user gives.

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include <grit/llm/chat/response.hpp>

#include "request_line.hpp"
#include "usage.hpp"

namespace llm_tool {

/// The prices of models. Units: of the user's currency, for a million tokens.
class Prices {
public:
    /// Reads {"model": {"input": 0.15, "output": 0.6, "cached_input": 0.075}}. Throws: UsageError.
    static Prices from_file(std::string const& path) {
        std::ifstream file{path};
        std::string const text{std::istreambuf_iterator<char>{file}, {}};
        if (!file) throw UsageError{"the table of prices '" + path + "' cannot be read"};
        Prices prices;
        try {
            auto const parsed = parse_line(text);
            if (!parsed.value.is_object()) throw UsageError{"it must be a JSON object of models"};
            for (auto const& [model, given] : parsed.value.items()) prices.models_[model] = read(given);
        } catch (std::exception const& error) {
            throw UsageError{"'" + path + "': " + error.what()};
        }
        return prices;
    }

    /// Returns: what an answer cost; nothing if the table does not have its model.
    ///
    /// Providers answer with a more precise name than they are asked with: `answered` counts first, then `asked`.
    std::optional<double> cost(std::string const& answered, std::string const& asked,
                               grit::llm::Usage const& usage) const {
        auto found = models_.find(answered);
        if (found == models_.end()) found = models_.find(asked);
        if (found == models_.end()) return std::nullopt;
        auto const& price = found->second;
        auto const cached = std::min(usage.cached_tokens, usage.prompt_tokens);
        auto const cost = static_cast<double>(usage.prompt_tokens - cached) * price.input +
                          static_cast<double>(cached) * price.cached_input +
                          static_cast<double>(usage.completion_tokens) * price.output;
        return cost / 1e6;
    }

private:
    struct Price {
        double input = 0;
        double output = 0;
        double cached_input = 0;
    };

    static Price read(nlohmann::json const& given) {
        if (!given.is_object()) throw UsageError{"the price of a model must be a JSON object"};
        Price price{.input = amount(given.at("input")), .output = amount(given.at("output"))};
        price.cached_input = price.input;
        for (auto const& [name, value] : given.items()) {
            if (name == "cached_input") price.cached_input = amount(value);
            else if (name != "input" && name != "output") throw UsageError{"there is no price '" + name + "'"};
        }
        return price;
    }

    static double amount(nlohmann::json const& value) {
        if (!value.is_number() || value.get<double>() < 0) throw UsageError{"'" + value.dump() + "' is no price"};
        return value.get<double>();
    }

    std::map<std::string, Price> models_ = {};
};

} // namespace llm_tool
