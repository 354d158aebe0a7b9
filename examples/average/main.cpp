// SPDX-License-Identifier: MIT
#include <neuron/app.hpp>
#include <neuron/smp/run_on_each_cpu.hpp>
#include <neuron/stats/mean.hpp>

int main() {
    const auto parts = neuron::smp::run_on_each_cpu(
        neuron::system(), neuron::NoLocks(), [](neuron::smp::Share share) {
            neuron::stats::Mean mine;
            for (auto value = 1 + share.index; value <= 1000; value += share.count)
                mine.add(value);
            return mine;
        });
    neuron::stats::Mean all;
    for (const auto& part : *parts)
        all.join(part);
    neuron::println("{} values on {} CPUs: mean {}.{:03}", all.count, parts->size(),
                    all.thousandths() / 1000, all.thousandths() % 1000);
    return 0;
}
