// SPDX-License-Identifier: MIT
// wc on every CPU: each counts its own slice of the file, and the counts are joined in order.
#include <neuron/app.hpp>
#include <neuron/smp/run_on_each_cpu.hpp>

#include "count.hpp"

namespace {

using wordcount::Counts;

unsigned digits(std::uint64_t number) {
    unsigned count = 1;
    while ((number /= 10) != 0)
        ++count;
    return count;
}

} // namespace

int main() {
    const auto input = neuron::input();
    if (!input) {
        neuron::println("wordcount: no file: hand one in with INPUT=FILE");
        return 1;
    }
    const auto parts = neuron::smp::run_on_each_cpu(
        neuron::system(), neuron::NoLocks(),
        [](neuron::smp::Share share, neuron::core::Frozen<std::byte> text) {
            return wordcount::count(text.part(share.index, share.count));
        },
        input->bytes);
    if (!parts) {
        neuron::println("wordcount: {}", neuron::smp::to_string(parts.error()));
        return 1;
    }
    Counts all;
    for (const Counts& part : *parts)
        all = wordcount::join(all, part);

    const unsigned width = digits(all.bytes); // as wc aligns the counts of a single file
    neuron::println("{:>{}} {:>{}} {:>{}} {}", all.lines, width, all.total_words(), width,
                    all.bytes, width, input->name);
    return 0;
}
