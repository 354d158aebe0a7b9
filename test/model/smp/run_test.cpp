// SPDX-License-Identifier: MIT
// run_on_each_cpu itself, on a system of three CPUs that threads of the checker play.
#include <neuron/percpu/identity.hpp>
#include <neuron/smp/feature.hpp>

#include "../passes.hpp"

using namespace suite;
using model_test::passes;
using model_test::Probe;
using neuron::core::CpuId;
using neuron::core::HartId;
using neuron::smp::Share;

namespace {

class System {
  public:
    static constexpr unsigned max_cpus = 3;
    struct Values {};
    using Feature = neuron::smp::Feature<Values>;

    System() {
        for (std::uint32_t cpu = 0; cpu < max_cpus; ++cpu) {
            neuron::percpu::name_cpu(identities_[cpu], CpuId{cpu}, HartId{cpu}, this);
            lives_[cpu].begin();
            (void)lives_[cpu].arrive();
        }
    }
    void play(std::uint32_t cpu) { neuron::env::set_cpu_block(&identities_.at(cpu)); }

    [[nodiscard]] CpuId this_cpu() const { return neuron::percpu::this_cpu().cpu; }
    [[nodiscard]] unsigned cpu_count() const { return max_cpus; }
    [[nodiscard]] neuron::percpu::Life& life(CpuId cpu) { return lives_.at(cpu.index()); }
    [[nodiscard]] bool ring(CpuId) { return true; } // idle CPUs look all the time here
    template <template <class> class F>
    [[nodiscard]] auto& shared() {
        return shared_;
    }
    template <template <class> class F>
    [[nodiscard]] auto& remote(CpuId cpu) {
        return boxes_.at(cpu.index());
    }

    void serve_one() {
        spin_until([&] { return Feature::run(*this); });
    }
    void run_squares() {
        const auto squares =
            neuron::smp::run_on_each_cpu(*this, neuron::sync::NoLocks(), [](Share share) {
                return Probe(static_cast<int>(share.index * share.index));
            });
        MODEL_ASSERT(squares.has_value());
        for (unsigned i = 0; i < max_cpus; ++i)
            MODEL_ASSERT((*squares)[i].read() == static_cast<int>(i * i));
    }
    [[nodiscard]] bool is_claimed() const { return shared_.claimed.load(relaxed) != 0; }

  private:
    std::array<neuron::percpu::Identity, max_cpus> identities_;
    std::array<neuron::percpu::Life, max_cpus> lives_;
    std::array<Feature::Remote, max_cpus> boxes_;
    Feature::Shared shared_;
};

} // namespace

TEST_CASE("smp: INV-SMP-2: every CPU runs its share once, and the results are all there") {
    passes("run_on_each_cpu: 3 CPUs", 2, [] {
        System system;
        each_of(3, [&](unsigned cpu) {
            system.play(cpu);
            if (cpu == 0)
                system.run_squares();
            else
                system.serve_one();
        });
    });
}

TEST_CASE("smp: INV-SMP-3: one run at a time, and the next finds all as the last one left it") {
    passes("run_on_each_cpu: 3 CPUs, two callers in turn", 4, [] {
        System system;
        each_of(3, [&](unsigned cpu) {
            system.play(cpu);
            if (cpu == 0) {
                system.run_squares();
                system.serve_one();
            } else if (cpu == 1) {
                system.serve_one();
                spin_until([&] { return !system.is_claimed(); });
                system.run_squares();
            } else {
                system.serve_one();
                system.serve_one();
            }
        });
    });
}
