// expect: the result comes back from another CPU: Send
// SPDX-License-Identifier: MIT
#include <neuron/defer/defer.hpp>
#include <neuron/smp/run_on_each_cpu.hpp>
#include <array>
#include <string_view>
using namespace neuron;

struct System {
    static constexpr unsigned max_cpus = 2;
    core::CpuId this_cpu() const;
    unsigned cpu_count() const;
    struct Life { bool is_online() const; };
    Life life(core::CpuId) const;
    bool ring(core::CpuId);
    struct Claim { core::Atomic<std::uint32_t> claimed{0}; };
    template <template <class> class F> Claim& shared();
    template <template <class> class F> smp::Mailbox& remote(core::CpuId);
};

void reject(System& system, int& local, const int& constant) {
    const sync::NoLocks none;
    (void)smp::run_on_each_cpu(system, none, [](smp::Share, int n, const int& m) { return n + m; }, 3, core::borrow(constant));
    (void)defer::Work::make([](int n) { (void)n; }, local);

    (void)smp::run_on_each_cpu(system, none, [](smp::Share) { return static_cast<int*>(nullptr); }); // reject
}
