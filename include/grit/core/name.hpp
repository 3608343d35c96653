// SPDX-License-Identifier: BSL-1.0
#pragma once
// Name: what the logs call the operation that is retried.

#include <grit/core/concepts.hpp>
#include <grit/core/text.hpp>

namespace grit {

/// Names the operation in logs: `Name<"chat">`.
template <ConstantText Text>
struct Name {
    static constexpr Family family = Family::name;
    using Kind = Name<"">;
    static constexpr char const* name = "Name";
    static consteval auto arguments() { return Types<Constant<Text>>{}; }
    static constexpr std::string_view value = Text.view();
};

} // namespace grit
