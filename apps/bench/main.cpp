// SPDX-License-Identifier: MIT
// Runs the benchmarks of every library in the image, or those that ARGS names. Figures mean
// something with ICOUNT=0 SMP=1 alone: make bench.
#include <config/benches.hpp>
#include <neuron/app.hpp>
#include <neuron/bench/run.hpp>

#include <algorithm>
#include <span>

int main(int count, char** words) {
    neuron::bench::Run run(neuron::system(), {nullptr, [](void*, std::string_view line) {
                                                  neuron::println("{}", line);
                                              }});
    neuron::config::for_each_bench([&](std::string_view library, auto* run_benches) {
        const auto named = std::span(words, static_cast<std::size_t>(count)).subspan(1);
        if (named.empty() || std::ranges::find(named, library) != named.end())
            run_benches(run, neuron::system());
    });
    return 0;
}
