// SPDX-License-Identifier: BSL-1.0
// Draws how a thousand clients come back to a server that is down, with each of three waits: prints an SVG.
#include <algorithm>
#include <array>
#include <cstdio>
#include <stdexcept>
#include <string>

#include <grit/retry.hpp>

using namespace std::chrono_literals;

namespace {

constexpr int clients = 1000;
constexpr grit::Duration length = 100s;
constexpr grit::Duration bin = 500ms;
// Requests that arrive in this time hang, and fail together at its end: a proxy that restarts.
constexpr grit::TimePoint stall_begins{40s};
constexpr grit::TimePoint stall_ends{50s};

using Load = std::array<int, length / bin>; // requests that arrive in each half of a second

struct Down : std::runtime_error {
    Down() : std::runtime_error("the server is down") {}
};

/// Every client fails at 0 s and retries through `make_wait(generator)`; the load that this makes.
template <class MakeWait>
Load load_with(MakeWait make_wait) {
    Load load{};
    for (int client = 0; client < clients; ++client) {
        grit::ManualTime time;
        grit::SplitMix64 generator{static_cast<std::uint64_t>(client)};
        grit::Retrying const retrying{grit::StopBeforeDelay<length>{}, make_wait(generator), grit::Time{time},
                                      grit::Random{generator}};
        (void)retrying.report([&] {
            ++load[static_cast<std::size_t>(time.now().time_since_epoch() / bin)];
            if (stall_begins <= time.now() && time.now() < stall_ends) time.advance(stall_ends - time.now());
            throw Down();
        });
    }
    return load;
}

/// The most requests in one second, from a time on.
int busiest_second(Load const& load, grit::Duration from) {
    int most = 0;
    for (auto i = static_cast<std::size_t>(from / bin); i + 1 < load.size(); ++i)
        most = std::max(most, load[i] + load[i + 1]);
    return most;
}

constexpr int left = 40;
constexpr int panel_height = 100;
constexpr int panel_distance = 170;

void draw(int number, char const* title, char const* formula, Load const& load) {
    int const bottom = 60 + number * panel_distance + panel_height;
    std::printf("<text class=\"title\" x=\"%d\" y=\"%d\">%s</text>\n", left, bottom - panel_height - 26, title);
    std::printf("<text x=\"%d\" y=\"%d\">%s; busiest second from 80 s on: %d requests</text>\n", left,
                bottom - panel_height - 10, formula, busiest_second(load, 80s));
    std::printf("<rect class=\"stall\" x=\"%d\" y=\"%d\" width=\"40\" height=\"%d\"/>\n", left + 160,
                bottom - panel_height, panel_height);
    std::string path = "M" + std::to_string(left) + " " + std::to_string(bottom);
    for (int const requests : load) path += "V" + std::to_string(bottom - std::min(requests, 1000) / 10) + "h2";
    std::printf("<path class=\"load\" d=\"%sV%dz\"/>\n", path.c_str(), bottom);
    std::printf("<path class=\"axis\" d=\"M%d %dV%dH%d\"/>\n", left, bottom - panel_height, bottom, left + 400);
    std::printf("<text class=\"end\" x=\"%d\" y=\"%d\">1000</text><text class=\"end\" x=\"%d\" y=\"%d\">0</text>\n",
                left - 4, bottom - panel_height + 8, left - 4, bottom);
    for (int second = 0; second <= 100; second += 20)
        std::printf("<text class=\"middle\" x=\"%d\" y=\"%d\">%d s</text>\n", left + 4 * second, bottom + 16, second);
}

} // namespace

int main() {
    std::puts("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 470 530\" width=\"705\" height=\"795\" "
              "role=\"img\" aria-labelledby=\"title\">\n"
              "<!-- SPDX-License-Identifier: BSL-1.0, drawn by jitter_and_the_maximum.cpp -->\n"
              "<title id=\"title\">Requests in each half of a second, from a thousand clients that retry</title>\n"
              "<style>text { font: 11px system-ui, sans-serif; fill: #37474f } .title { font-weight: 600; font-size: "
              "13px; fill: #1b2a2f } .end { text-anchor: end } .middle { text-anchor: middle } .load { fill: #00796b } "
              ".axis { stroke: #546e7a; fill: none } .stall { fill: #ffe0b2 }</style>");

    draw(0, "The maximum after the jitter", "min(v + U[0, 1 s], 8 s)", load_with([](grit::SplitMix64& generator) {
             return grit::WaitFrom{[&generator](grit::Attempt const& attempt) {
                 grit::Duration const v = 1s * (std::int64_t{1} << std::min(attempt.number() - 1, 10));
                 return std::min<grit::Duration>(v + grit::draw_between(0s, 1s, generator()), 8s);
             }};
         }));
    draw(1, "WaitExponentialJitter&lt;1s, 8s, 1s&gt;", "U[7 s, 8 s] at the maximum",
         load_with([](grit::SplitMix64&) { return grit::WaitExponentialJitter<1s, 8s, 1s>{}; }));
    draw(2, "WaitRandomExponential&lt;1s, 8s&gt;", "U[0, 8 s] at the maximum",
         load_with([](grit::SplitMix64&) { return grit::WaitRandomExponential<1s, 8s>{}; }));
    std::puts("</svg>");
}
