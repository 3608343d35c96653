// SPDX-License-Identifier: BSL-1.0
#pragma once
// StageName: the name of a stage in what may outlive the stage: rejections and events.

#include <cstddef>
#include <string_view>
#include <type_traits>

#include <grit/core/config.hpp>

namespace grit::inline GRIT_ABI {

/// A name that is held without an allocation: up to 63 bytes, or the first 60 and "..." of a longer one.
class StageName {
public:
    constexpr StageName(std::string_view name = {}) noexcept {
        if (std::is_constant_evaluated())
            for (char& c : text_) c = '\0'; // a constant is whole
        bool const cut = name.size() > most;
        std::size_t const kept = cut ? most - 3 : name.size();
        for (std::size_t i = 0; i != kept; ++i) text_[i] = name[i];
        for (std::size_t i = kept; cut && i != most; ++i) text_[i] = '.';
        size_ = static_cast<unsigned char>(cut ? most : kept);
        text_[size_] = '\0';
    }
    constexpr char const* c_str() const noexcept { return text_; }
    constexpr operator std::string_view() const noexcept { return {text_, size_}; }
    friend constexpr bool operator==(StageName const& a, std::string_view b) noexcept {
        return std::string_view{a} == b;
    }

private:
    static constexpr std::size_t most = 63;
    char text_[most + 1]; // what follows the end is nothing
    unsigned char size_;
};

} // namespace grit::inline GRIT_ABI
