// SPDX-License-Identifier: MIT
// A System in which threads play the CPUs: this thread CPU 0 (or another), one thread each of the
// others that are online. They sleep until their doorbell rings, as kernel/src/wait.cpp's idle
// does.
#pragma once

#include <neuron/core/ids.hpp>
#include <neuron/percpu/identity.hpp>
#include <neuron/percpu/life.hpp>
#include <neuron/smp/feature.hpp>

#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace smp_test {

using neuron::core::CpuId;
using neuron::core::HartId;

class FakeSystem {
  public:
    static constexpr unsigned max_cpus = 8;
    struct Values {};
    using Feature = neuron::smp::Feature<Values>;

    explicit FakeSystem(unsigned count) : count_(count) {
        for (std::uint32_t cpu = 0; cpu < count; ++cpu)
            neuron::percpu::name_cpu(blocks_[cpu].identity, CpuId{cpu}, HartId{10 * cpu + 3}, this);
    }
    ~FakeSystem() {
        for (Block& block : blocks_)
            wake(block, &Block::dismissed);
        for (Block& block : blocks_)
            block.thread = {}; // joins
        neuron::env::set_cpu_block(nullptr);
    }
    FakeSystem(const FakeSystem&) = delete;
    FakeSystem& operator=(const FakeSystem&) = delete;

    /// This thread is `cpu` from now on, and online.
    void play(std::uint32_t cpu) {
        neuron::env::set_cpu_block(&blocks_[cpu].identity);
        come_online(cpu);
    }
    /// Online, though nobody plays it.
    void come_online(std::uint32_t cpu) {
        blocks_[cpu].life.begin();
        (void)blocks_[cpu].life.arrive();
    }
    /// A thread plays `cpu`; it is online once this returns.
    void start_thread(std::uint32_t cpu) {
        come_online(cpu);
        blocks_[cpu].thread = std::jthread([this, cpu] { idle(blocks_[cpu]); });
    }
    void break_doorbell(std::uint32_t cpu) { blocks_[cpu].doorbell_works = false; }

    // What lib/smp asks for.
    [[nodiscard]] CpuId this_cpu() const { return neuron::percpu::this_cpu().cpu; }
    [[nodiscard]] unsigned cpu_count() const { return count_; }
    [[nodiscard]] HartId hart_of(CpuId cpu) const { return blocks_[cpu.index()].identity.hart; }
    [[nodiscard]] neuron::percpu::Life& life(CpuId cpu) { return blocks_[cpu.index()].life; }
    [[nodiscard]] bool ring(CpuId cpu) {
        Block& block = blocks_[cpu.index()];
        return block.doorbell_works && (wake(block, &Block::rung), true);
    }
    template <template <class> class F>
    [[nodiscard]] auto& shared() {
        static_assert(std::is_same_v<F<Values>, Feature>);
        return shared_;
    }
    template <template <class> class F>
    [[nodiscard]] auto& remote(CpuId cpu) {
        static_assert(std::is_same_v<F<Values>, Feature>);
        return blocks_[cpu.index()].mailbox;
    }

  private:
    struct Block {
        neuron::percpu::Identity identity;
        neuron::percpu::Life life;
        Feature::Remote mailbox;
        bool doorbell_works = true;
        std::mutex mutex;
        std::condition_variable changed;
        bool rung = false;      // under the mutex
        bool dismissed = false; // under the mutex
        std::jthread thread;
    };

    static void wake(Block& block, bool Block::* why) {
        const std::lock_guard guard(block.mutex);
        block.*why = true;
        block.changed.notify_all();
    }

    void idle(Block& block) {
        neuron::env::set_cpu_block(&block.identity);
        for (;;) {
            bool ran = false; // looks a few times before it sleeps, to be quick at times
            for (int polls = 0; polls < 200 && !ran; ++polls)
                ran = Feature::run(*this);
            if (ran)
                continue;
            std::unique_lock guard(block.mutex);
            if (Feature::has_work(*this, neuron::core::IrqOff()))
                continue;
            block.changed.wait(guard, [&] { return block.rung || block.dismissed; });
            block.rung = false;
            if (block.dismissed)
                return;
        }
    }

    unsigned count_;
    std::array<Block, max_cpus> blocks_;
    Feature::Shared shared_;
};

} // namespace smp_test
