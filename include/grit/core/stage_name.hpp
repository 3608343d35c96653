// SPDX-License-Identifier: BSL-1.0
#pragma once
// StageName: the name of a stage in what may outlive the stage: rejections and events.

#include <cstddef>
#include <string_view>
#include <type_traits>

#include <grit/core/text.hpp>

namespace grit::inline GRIT_ABI {

/// A name that is held without an allocation: up to 63 bytes, or of a longer one the first 60 and "...", or a few less,
/// so that no character of UTF-8 is cut.
class StageName {
public:
    constexpr StageName(std::string_view name = {}) noexcept {
        if (std::is_constant_evaluated())
            for (char& c : text_) c = '\0'; // a constant is whole
        bool const cut = name.size() > most;
        std::size_t end = cut ? most - 3 : name.size();
        for (int back = 0; cut && back != 3 && detail::goes_on(name[end]); ++back) --end;
        for (std::size_t i = 0; i != end; ++i) text_[i] = name[i];
        for (int dots = 0; cut && dots != 3; ++dots) text_[end++] = '.';
        size_ = static_cast<unsigned char>(end);
        text_[end] = '\0';
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
