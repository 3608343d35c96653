// SPDX-License-Identifier: BSL-1.0
// Draws what nine policies make of an outage: prints an SVG, or with --table the table of the page.
#include <cstdio>
#include <string>
#include <string_view>

#include "storm.hpp"

namespace {

using storm::History;
using storm::Result;
using storm::Second;

constexpr int panel_width = 240;
constexpr int panel_height = 166;
constexpr int graph_height = 100; // 3,200 a second

/// The outline of one number of each second, as bars without gaps.
template <class Of>
std::string bars(History const& history, int left, int bottom, Of of) {
    std::string path = "M" + std::to_string(left) + " " + std::to_string(bottom);
    for (Second const& second : history) path += "V" + std::to_string(bottom - std::min(of(second), 3'200) / 32) + "h2";
    return path + "V" + std::to_string(bottom) + "z";
}

void draw(int number, Result const& r) {
    int const left = 36 + number % 3 * panel_width;
    int const bottom = 46 + number / 3 * panel_height + graph_height;
    int const top = bottom - graph_height;
    std::printf("<text class=\"title\" x=\"%d\" y=\"%d\">%s</text>\n", left, top - 22, r.name);
    std::printf("<text x=\"%d\" y=\"%d\">%s a call; %d %% good; back after: %s</text>\n", left, top - 8,
                storm::hundredths(r.sent_per_100_calls).c_str(), r.good_percent, storm::recovered(r).c_str());
    std::printf("<rect class=\"outage\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n",
                left + 2 * storm::outage_begins, top, 2 * (storm::outage_ends - storm::outage_begins), graph_height);
    std::printf("<path class=\"sent\" d=\"%s\"/>\n",
                bars(r.history, left, bottom, [](Second const& s) { return s.sent; }).c_str());
    std::printf("<path class=\"good\" d=\"%s\"/>\n",
                bars(r.history, left, bottom, [](Second const& s) { return s.good; }).c_str());
    std::printf("<path class=\"most\" d=\"M%d %dh200\"/>\n", left, bottom - 1'000 / 32);
    std::printf("<path class=\"axis\" d=\"M%d %dV%dh200\"/>\n", left, top, bottom);
    std::printf("<text class=\"end\" x=\"%d\" y=\"%d\">3200</text><text class=\"end\" x=\"%d\" y=\"%d\">0</text>\n",
                left - 4, top + 8, left - 4, bottom);
    for (int second = 0; second <= storm::last_second; second += 50)
        std::printf("<text class=\"middle\" x=\"%d\" y=\"%d\">%d s</text>\n", left + 2 * second, bottom + 14, second);
}

void print_figure(std::array<Result, storm::variants> const& results) {
    std::puts(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 740 520\" width=\"925\" height=\"650\" "
        "role=\"img\" aria-labelledby=\"title\">\n"
        "<!-- SPDX-License-Identifier: BSL-1.0, drawn by more_than_retries.cpp -->\n"
        "<title id=\"title\">Requests and good calls in each second, around an outage, with nine policies</title>\n"
        "<style>text { font: 11px system-ui, sans-serif; fill: #37474f } .title { font-weight: 600; font-size: "
        "13px; fill: #1b2a2f } .end { text-anchor: end } .middle { text-anchor: middle } .sent { fill: #ffb74d } "
        ".good { fill: #00796b } .axis { stroke: #546e7a; fill: none } .most { stroke: #546e7a; fill: none; "
        "stroke-dasharray: 3 3 } .outage { fill: #fbe9e7 }</style>");
    int number = 0;
    for (Result const& r : results) draw(number++, r);
    std::puts("</svg>");
}

} // namespace

int main(int argc, char** argv) {
    auto const results = storm::simulate_all();
    if (argc > 1 && argv[1] == std::string_view{"--table"}) storm::print_table(results);
    else print_figure(results);
}
