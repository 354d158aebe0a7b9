// SPDX-License-Identifier: MIT
#include <neuron/percpu/per_cpu.hpp>

#include <doctest/doctest.h>
#include <thread>

#include "../context_maker.hpp"
#include "../dies.hpp"

using namespace neuron;
using host_test::last_words;

namespace {

struct Block {
    percpu::PerCpu<int, core::IrqOff> with_handlers;
    percpu::PerCpu<int, core::Pinned> at_task_level;
    percpu::RemoteReadable<std::uint64_t> readable;
};

constexpr auto increment = [](int& value) { return ++value; };

} // namespace

TEST_CASE("percpu: INV-PERCPU-4: the owner reaches its data under each witness that is enough") {
    Block block;
    env::set_cpu_block(&block, sizeof(block));
    {
        const core::IrqOff masked;
        CHECK(block.with_handlers.with(masked, increment) == 1);
        CHECK(block.at_task_level.with(masked, increment) == 1);
        block.readable.add(masked, 2);
    }
    {
        const core::IrqContext irq = core::ContextMaker::handler();
        CHECK(block.with_handlers.with(irq, increment) == 2);
        block.readable.set(irq, 5);
    }
    const core::Pinned pinned;
    CHECK(block.at_task_level.with(pinned, increment) == 2);
    std::uint64_t seen = 0;
    std::jthread([&] { seen = block.readable.remote_load(); }).join();
    CHECK(seen == 5);
    env::set_cpu_block(nullptr);
}

TEST_CASE("percpu: INV-PERCPU-4: INV-AUDIT-3: test_reject_data_of_another_cpu: the image ends") {
    Block own;
    Block other;
    env::set_cpu_block(&own, sizeof(own));
    const std::string expected = ": per-CPU data of another CPU\n";
    CHECK(last_words([&] {
              const core::IrqOff masked;
              other.with_handlers.with(masked, increment);
          }).ends_with(expected));
    CHECK(last_words([&] {
              const core::Pinned pinned;
              other.at_task_level.with(pinned, increment);
          }).ends_with(expected));
    CHECK(last_words([&] {
              const core::IrqOff masked;
              other.readable.add(masked, 1);
          }).ends_with(expected));
    env::set_cpu_block(nullptr);
}

TEST_CASE("percpu: INV-AUDIT-4: test_reject_task_level_data_in_a_handler: the image ends") {
    Block block;
    env::set_cpu_block(&block, sizeof(block));
    CHECK(last_words([&] {
              const core::IrqContext irq = core::ContextMaker::handler();
              const core::IrqOff masked; // proves as much, were this no handler
              block.at_task_level.with(masked, increment);
          }).ends_with(": task-level data touched in a handler\n"));
    env::set_cpu_block(nullptr);
}
