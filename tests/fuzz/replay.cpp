// SPDX-License-Identifier: BSL-1.0
// Runs a fuzz target once for each file of its corpus: what was found once stays found, with any compiler.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz/support.hpp"

int main(int count, char** arguments) {
    std::vector<std::filesystem::path> files;
    for (int i = 1; i < count; ++i)
        for (auto const& entry : std::filesystem::directory_iterator{arguments[i]}) files.push_back(entry.path());
    std::ranges::sort(files);
    for (auto const& path : files) {
        std::fprintf(stderr, "%s\n", path.c_str()); // the last name is the one that failed
        std::ifstream file{path, std::ios::binary};
        std::string const bytes{std::istreambuf_iterator<char>{file}, {}};
        LLVMFuzzerTestOneInput(reinterpret_cast<std::uint8_t const*>(bytes.data()), bytes.size());
    }
    if (files.empty()) {
        std::fprintf(stderr, "replay: no file in the corpus\n");
        return 1;
    }
    std::printf("%zu inputs hold\n", files.size());
}
