// SPDX-License-Identifier: MIT
// A document's tree in, boxes out: once plainly, once shared with every CPU that is idle. Both must
// be the same, on however many CPUs.
#include <neuron/app.hpp>
#include <neuron/args/parameter.hpp>

#include "document.hpp"

namespace {

using namespace neuron;

constexpr std::size_t most_nodes = 100'000;
constexpr std::uint32_t width = 1000;

std::array<layout::Node, most_nodes> nodes;
std::array<layout::Box, most_nodes> boxes;

/// Argument number `index`, 1 to `most`, or `otherwise` if there are not so many; nothing if it is
/// no such number.
std::optional<std::uint64_t> number(std::span<const std::string_view> words, std::size_t index,
                                    std::string_view name, std::uint64_t otherwise,
                                    std::uint64_t most) {
    const auto value =
        index < words.size() ? args::parse_unsigned(words[index]) : std::optional(otherwise);
    if (value && *value >= 1 && *value <= most)
        return value;
    println("layout: {} is a number from 1 to {}: ARGS=\"NODES SEED\"", name, most);
    return {};
}

} // namespace

int main() {
    const auto words = system().arguments().arguments();
    const auto count = number(words, 0, "NODES", most_nodes, most_nodes);
    const auto seed = number(words, 1, "SEED", 1, 1'000'000);
    if (!count || !seed)
        return 1;
    const bool tells_cost = words.size() == 3 && words[2] == "cost";
    if (words.size() > 2 && !tells_cost) {
        println("layout: ARGS=\"NODES SEED cost\", and no more");
        return 1;
    }
    const auto used = std::span(nodes).first(*count);
    layout::write_document(used, *seed);
    // SAFETY: nobody writes to it any more.
    const auto document = core::Frozen<layout::Node>::unsafe_of(used);
    const auto all = std::span(boxes).first(*count);

    const std::uint64_t start = system().instructions_retired();
    const std::uint32_t plain = layout::measure_plain(document, parallel::Part(all), width);
    const std::uint64_t plain_cost = system().instructions_retired() - start;
    const std::uint64_t expected = layout::hash_of(all);
    std::ranges::fill(all, layout::Box());

    parallel::Scope scope(system(), sched::this_task(system()));
    const std::uint64_t again = system().instructions_retired();
    const std::uint32_t shared = layout::measure_all(scope, document, parallel::Part(all), width);
    const std::uint64_t shared_cost = system().instructions_retired() - again;
    const std::uint64_t hash = layout::hash_of(all);

    if (tells_cost) // in instructions, with ICOUNT=0 SMP=1 alone
        println("layout: plain={} shared={}", plain_cost, shared_cost);
    println("layout: {} boxes, {} high, hash {:016x}", *count, shared, hash);
    if (shared == plain && hash == expected)
        return 0;
    println("layout: one CPU alone: {} high, hash {:016x}", plain, expected);
    return 1;
}
