// SPDX-License-Identifier: MIT
// What operations cost in instructions, one line each:
//   BENCH: <library>.<operation> instructions=N
// Instructions count where a run is deterministic (ICOUNT=0, one CPU): there a figure repeats to
// the digit. tools/bench.py reads the lines, and takes apart what was executed between the marks.
// Context: main, on one CPU; not shared.
#pragma once

#include <neuron/format/format.hpp>

#include <cstdint>
#include <string_view>

// The marks: functions that do nothing, called around each measurement and after each operation.
// The compiler sees none of them, so it moves nothing across.
extern "C" void neuron_bench_begin();
extern "C" void neuron_bench_step();
extern "C" void neuron_bench_end();

namespace neuron::bench {

/// Where finished lines go.
struct LineWriter {
    void* object;
    void (*line)(void* object, std::string_view text);
};

/// How often an operation runs in one measurement.
inline constexpr std::uint64_t rounds = 64;

/// Measures operations of one system, which has instructions_retired().
template <class System>
class Run {
  public:
    Run(System& system, LineWriter writer) : system_(system), writer_(writer) {
        empty_ = count([] {});
    }

    /// Runs operation() `rounds` times, after once without counting, and writes what one costs.
    template <class Operation>
    void measure(std::string_view name, Operation operation) {
        operation(); // what it makes once is not what it costs
        const std::uint64_t all = count(operation) - empty_;
        format::BoundedText<128> line;
        format::write(line, "BENCH: {} instructions={}", name, all / rounds);
        if (all % rounds != 0)
            format::write(line, ".{:02}", all % rounds * 100 / rounds);
        writer_.line(writer_.object, line.view());
    }

  private:
    template <class Operation>
    [[gnu::noinline]] std::uint64_t count(Operation operation) {
        neuron_bench_begin();
        const std::uint64_t before = system_.instructions_retired();
        for (std::uint64_t round = 0; round < rounds; ++round) {
            operation();
            neuron_bench_step();
        }
        const std::uint64_t after = system_.instructions_retired();
        neuron_bench_end();
        return after - before;
    }

    System& system_;
    LineWriter writer_;
    std::uint64_t empty_ = 0; ///< what the loop costs without an operation
};

} // namespace neuron::bench
