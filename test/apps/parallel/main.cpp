// SPDX-License-Identifier: MIT
// Each program as plain calls, and so that idle CPUs share it: the same result, and what it took in
// instructions of this CPU, which mean something with ICOUNT=0 SMP=1 alone.
#include <neuron/app_main.hpp>
#include <neuron/parallel/loop.hpp>

#include "programs.hpp"

using namespace neuron;
using parallel::Part;

namespace {

std::array<std::uint64_t, 100'000> numbers;

core::Atomic<std::uint64_t> nothing_yet{0};
/// `number`, which no compiler knows before it runs.
std::uint64_t given(std::uint64_t number) {
    return number + nothing_yet.load(core::relaxed); // a number alone
}

/// What a program answers, and what it takes.
struct Outcome {
    std::uint64_t result;
    std::uint64_t instructions;
};
template <class Program>
Outcome outcome_of(Program program) {
    (void)program(); // what it makes once is not what it costs
    const std::uint64_t before = system().instructions_retired();
    const std::uint64_t result = program();
    return {result, system().instructions_retired() - before};
}

/// Whether both have one result.
bool compare(std::string_view name, Outcome plain, Outcome shared) {
    println("PARALLEL: {} plain={} shared={} result={} {}", name, plain.instructions,
            shared.instructions, shared.result, plain.result == shared.result ? "same" : "WRONG");
    return plain.result == shared.result;
}

} // namespace

int app_main(Task& self, Args) {
    using namespace programs;
    Scope scope(system(), self);

    bool same = compare("fib(24)", outcome_of([] { return fib_here(given(24)); }),
                        outcome_of([&] { return Fib()(scope, given(24)); }));
    const auto board = [] { return Board{.all = static_cast<std::uint32_t>(given(0x1ff))}; };
    same &= compare("queens(9)", outcome_of([&] { return queens_here(board()); }),
                    outcome_of([&] { return Queens()(scope, board()); }));
    same &= compare("nodes", outcome_of([] { return nodes_below(given(1), 0, 40); }),
                    outcome_of([&] { return Nodes()(scope, given(1), 0, 40); }));

    constexpr auto square = [](std::uint64_t& number, std::size_t index) {
        number = index * index;
    };
    same &= compare("loop", outcome_of([&] {
                        for (std::size_t index = 0; index < numbers.size(); ++index)
                            square(numbers[index], index);
                        return std::exchange(numbers.back(), 0);
                    }),
                    outcome_of([&] {
                        parallel::parallel_for(scope, Part(std::span(numbers)), 64, square);
                        return std::exchange(numbers.back(), 0);
                    }));
    return same ? 0 : 1;
}
