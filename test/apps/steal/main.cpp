// SPDX-License-Identifier: MIT
// For tools/steal.py: main, which does not give way, has two tasks; a CPU that sleeps takes one. So
// many times.
#include <neuron/app_main.hpp>
#include <neuron/sched/spawn.hpp>

using namespace neuron;

namespace {

constexpr std::uint32_t rounds = 8;
core::Atomic<std::uint32_t> elsewhere{0}; ///< tasks that another CPU ran

} // namespace

/// A task's first instruction is here, but for two or three.
extern "C" [[gnu::noinline]] void task_that_is_taken() {
    if (sched::detail::cpu_of_this(system()) != core::boot_cpu)
        elsewhere.fetch_add(1, core::relaxed); // a count
}

int app_main(Task& self, Args) {
    for (std::uint32_t round = 1; round <= rounds; ++round) {
        const auto begin = [] {
            return sched::spawn(system(), {.name = "small", .cpu = core::boot_cpu},
                                [](Task&) { task_that_is_taken(); });
        };
        auto one = begin();
        auto other = begin();
        core::spin_until([&] { return elsewhere.load(core::relaxed) == round; });
        (void)sched::join(system(), self, *one);
        (void)sched::join(system(), self, *other);
    }
    return 0;
}
