// SPDX-License-Identifier: MIT
// Runs the benchmarks of every library in the image. Figures mean something with ICOUNT=0 SMP=1
// alone: make bench.
#include <config/benches.hpp>
#include <neuron/app.hpp>
#include <neuron/bench/run.hpp>

int main() {
    neuron::bench::Run run(neuron::system(), {nullptr, [](void*, std::string_view line) {
                                                  neuron::println("{}", line);
                                              }});
    neuron::config::for_each_bench(
        [&](std::string_view, auto* run_benches) { run_benches(run, neuron::system()); });
    return 0;
}
