// SPDX-License-Identifier: MIT
// A system of three CPUs that threads of the checker play, with all that lib/sched asks for: tasks
// run on fibers inside the thread of their CPU and are switched between by the library's own code.
// Messages come when a CPU is idle; what an interrupt adds to that is idle_test.cpp's.
#pragma once

#include <neuron/sync/lock_word.hpp>

#include <model/await.hpp>
#include <model/cpu.hpp>
#include <model/fiber.hpp>

/// The lock of a wait queue, by its contract alone, which test/model/sync proves of the real one: a
/// waiter's many polls are one event here.
template <>
class neuron::sync::detail::LockWordOf<256> {
  public:
    void acquire() {
        (void)model::await_exchange(word_, 1, core::acquire,
                                    [](std::uint64_t value) { return value == 0; });
    }
    void release() { word_.store(0, core::release); }

  private:
    core::Atomic<std::uint32_t> word_{0};
};

#include <neuron/sched/barrier.hpp>
#include <neuron/sched/condition_variable.hpp>
#include <neuron/sched/feature.hpp>
#include <neuron/sched/latch.hpp>
#include <neuron/sched/semaphore.hpp>

#include "../../features.hpp"
#include "../passes.hpp"

/// A fiber, and room for what it is to run. The idle strand of a CPU is its thread itself.
struct neuron::core::Strand {
    void enter() {
        MODEL_ASSERT(
            !std::exchange(is_entered, true)); // its stack is left before it is gone on with
        fiber->enter();
    }
    void leave() {
        is_entered = false;
        fiber->leave();
    }

    model::Fiber* fiber = nullptr;
    void (*entry)(void*) = nullptr;
    void* argument = nullptr;
    bool is_entered = false;
    alignas(16) std::array<std::byte, 256> top{};
};

namespace sched_model {

using namespace neuron;
using core::CpuId;
using sched::Task;

/// What the tasks of a test share, for functions that capture nothing: the one that was made last,
/// by each run.
template <class Scene>
struct Current {
    Current() { current = static_cast<Scene*>(this); }
    static Scene* current;
};
template <class Scene>
Scene* Current<Scene>::current = nullptr;

constexpr CpuId zero{0};
constexpr CpuId one{1};
constexpr CpuId two{2};

template <std::uint32_t Tasks = 1>
struct Numbers {
    static constexpr unsigned max_cpus = 3;
    static constexpr std::uint32_t sched_tasks = Tasks; ///< from each CPU's pool
    static constexpr std::uint32_t sched_large_tasks = 0;
    static constexpr std::uint32_t sched_capacity = 4;
    static constexpr bool attends = true;
};
/// Nobody attends to what was noted: a task does it when it would run.
struct Inattentive : Numbers<> {
    static constexpr bool attends = false;
};

/// Stands for lib/sched-smp and lib/sched-time: the functions below are found through it.
struct Messages {};

/// `More`: further features of the system. One that has messages of its own has
/// deliver(System&, masked, mail) for the upper half of the mail.
template <class ItsValues = Numbers<>, class... More>
class System {
  public:
    using Values = ItsValues;
    using Features = core::TypeList<Messages, More...>;
    static constexpr unsigned max_cpus = Values::max_cpus;

    /// The calling thread is CPU 0 from now on.
    System() {
        for (std::uint32_t cpu = 0; cpu < max_cpus; ++cpu) {
            percpu::name_cpu(blocks_[cpu].identity, CpuId{cpu}, core::HartId{cpu}, this);
            admissions_.open(CpuId{cpu});
        }
        play(zero);
    }
    void play(CpuId cpu) {
        Block& block = blocks_.at(cpu.index());
        env::set_cpu_block(&block, sizeof(block));
    }

    /// The calling thread plays an idle CPU until as many tasks as that have ended there, or
    /// somebody says quit.
    void run(CpuId cpu, unsigned endings) {
        play(cpu);
        Block& block = here();
        for (;;) {
            if (sched::Feature<Values>::run(*this))
                continue;
            if (block.ended == endings || block.is_over)
                return;
            {
                const core::IrqOff masked;
                (test_features::before_sleep<More>(*this, masked), ...);
            }
            take_messages();
        }
    }
    /// The calling thread's CPU waits for messages, and takes those that are there.
    void take_messages() {
        Block& block = here();
        const std::uint64_t mail = model::await_exchange(
            block.mail, 0, core::acquire, [](std::uint64_t value) { return value != 0; });
        const core::IrqOff masked;
        (test_features::after_sleep<More>(*this, masked), ...);
        deliver(masked, mail);
    }
    /// The calling thread's CPU hears messages, and picks nobody, until that is so.
    template <class IsSo>
    void hear_until(IsSo is_so) {
        while (!is_so())
            take_messages();
    }
    /// Ends run() on every CPU, once nothing is ready there.
    void quit() {
        for (Block& block : blocks_)
            (void)block.mail.fetch_or(quit_bit, core::release);
    }

    /// A message for `cpu` that says nothing.
    void poke(CpuId cpu) { (void)send(cpu, poke_bit); }

    /// One task on each CPU, which runs `function`; all run to their end.
    template <class F>
    void on_each_cpu(F function, unsigned cpus = max_cpus) {
        for (std::uint32_t cpu = 0; cpu < cpus; ++cpu)
            MODEL_ASSERT(
                sched::spawn(*this, {.cpu = CpuId{cpu}}, function).has_value()); // the handle goes
        suite::each_of(cpus, [this](unsigned cpu) { run(CpuId{cpu}, 1); });
    }

    /// Time goes on, once, and what waits for it is unparked: from a CPU of its own.
    void pass_time(CpuId cpu, sched::Pid waiter) {
        play(cpu);
        now_.store(1, core::relaxed);
        (void)sched::unpark(*this, waiter);
    }
    [[nodiscard]] std::uint64_t ticks(std::uint64_t microseconds) const { return microseconds; }
    [[nodiscard]] std::uint64_t now() const { return now_.load(core::relaxed); }

    [[nodiscard]] CpuId this_cpu() const { return percpu::this_cpu().cpu; }
    [[nodiscard]] unsigned cpu_count() const { return max_cpus; }

    void post(CpuId home, Task& task, unsigned kind) {
        const std::uint32_t bit = 1U << (2 * number_of(task.pid()) + kind);
        // INV-SCHED-5: it is in one message at a time.
        MODEL_ASSERT((send(home, bit) & all_bits(bit)) == 0);
    }
    void post_attention(CpuId home, sched::Pid pid) {
        const std::uint32_t bit = 1U << (attend_shift + number_of(pid));
        links_.at(number_of(pid)).write(1); // a link that nobody else uses
        MODEL_ASSERT((send(home, bit) & bit) == 0);
    }
    std::uint64_t send(CpuId home, std::uint64_t bit) {
        Block& block = blocks_.at(home.index());
        const std::uint64_t before = block.mail.fetch_or(bit, core::release);
        if (block.interrupts != nullptr) {
            core::fence(core::release);
            block.interrupts->send_irq();
        }
        return before;
    }

    /// Whether a message for `cpu` has a task in it.
    [[nodiscard]] bool is_task_on_its_way_to(CpuId cpu) const {
        constexpr std::uint64_t tasks = (1U << 2 * max_cpus * Values::sched_tasks) - 1;
        return (blocks_.at(cpu.index()).mail.load(core::relaxed) & tasks) != 0;
    }

    /// From now on messages for `cpu` are taken by its interrupts alone, and handle() runs there,
    /// too.
    template <class Handle>
    void take_interrupts(CpuId cpu, model::Cpu& interrupts, Handle handle) {
        blocks_.at(cpu.index()).interrupts = &interrupts;
        interrupts.set_handler([this, cpu, handle] {
            play(cpu);
            here().interrupts->clear_irq();
            core::fence(core::acquire);
            const core::IrqOff masked; // by the checker, here
            deliver(masked, here().mail.exchange(0, core::acquire));
            handle();
        });
    }
    [[nodiscard]] bool has_ended(unsigned endings) const { return here().ended == endings; }

    [[nodiscard]] core::Strand& prepare_task_stack(CpuId cpu, std::uint32_t place) {
        // Nothing of them outlives a run but their memory.
        static std::array<model::Fiber, max_cpus * Values::sched_tasks> fibers;
        const std::size_t number = cpu.index() * Values::sched_tasks + place;
        strands_.at(number).fiber = &fibers.at(number);
        return strands_.at(number);
    }
    [[nodiscard]] static std::span<std::byte> stack_of(core::Strand& strand) { return strand.top; }
    void begin_strand(core::Strand& strand, void (*entry)(void*), void* argument) {
        MODEL_ASSERT(!strand.is_entered);
        strand.entry = entry;
        strand.argument = argument;
        strand.fiber->start(
            [](void* begun) {
                auto& self = *static_cast<core::Strand*>(begun);
                self.entry(self.argument);
            },
            &strand);
    }
    [[nodiscard]] core::Strand& idle_strand(const core::IrqOff&) { return here().idle; }
    void switch_strands(const core::IrqOff& masked, core::Strand& from, core::Strand& to) {
        Block& block = here();
        block.ended += sched::detail::cpu(*this, masked).with(masked, [](auto& own) {
            return own.left != nullptr && own.has_ended ? 1U : 0U;
        });
        block.next = &to;
        if (&from != &block.idle)
            return from.leave(); // perhaps on another CPU from here on
        while (block.next != &block.idle)
            block.next->enter();
    }

    template <template <class> class F, class W>
    auto& own(const W&) {
        if constexpr (std::is_same_v<F<ItsValues>, sched::Feature<ItsValues>>)
            return here().own;
        else
            return std::get<typename F<Values>::PerCpu>(here().more_own);
    }
    template <template <class> class F>
    auto& remote(CpuId cpu) {
        if constexpr (std::is_same_v<F<ItsValues>, sched::Feature<ItsValues>>)
            return blocks_.at(cpu.index()).remote;
        else
            return std::get<typename F<Values>::Remote>(blocks_.at(cpu.index()).more_remote);
    }
    template <template <class> class F>
    auto& shared() {
        if constexpr (std::is_same_v<F<ItsValues>, sched::Feature<ItsValues>>)
            return admissions_;
        else
            return std::get<typename F<Values>::Shared>(more_shared_);
    }

  private:
    struct Block {
        percpu::Identity identity;
        typename sched::Feature<Values>::template PerCpuIn<Features> own;
        typename sched::Feature<Values>::Remote remote;
        std::tuple<typename test_features::PerCpuOf<More>::type...> more_own;
        std::tuple<typename test_features::RemoteOf<More>::type...> more_remote;
        core::Strand idle;
        core::Strand* next = nullptr;
        core::Atomic<std::uint64_t> mail{0}; ///< of each task: woken, moved; is to be attended to
        model::Cpu* interrupts = nullptr;    ///< if messages come by them
        unsigned ended = 0;
        bool is_over = false;
    };
    template <class F>
    void deliver_to(const core::IrqOff& masked, std::uint64_t mail) {
        if constexpr (requires { F::deliver(*this, masked, mail); })
            F::deliver(*this, masked, mail);
    }

    static constexpr std::uint32_t quit_bit = 1U << 31;
    static constexpr std::uint32_t poke_bit = 1U << 30;
    static constexpr std::uint32_t attend_shift = 16;
    static_assert(max_cpus * Values::sched_tasks <= 8);

    static Block& here() { return *static_cast<Block*>(env::cpu_block()); }
    static std::uint32_t number_of(sched::Pid pid) {
        return sched::detail::pool_of(pid).value * Values::sched_tasks +
               sched::detail::place_of(pid);
    }
    /// Both kinds of one task.
    static constexpr std::uint32_t all_bits(std::uint32_t bit) {
        return (bit & 0x5555'5555) != 0 ? bit * 3 : bit / 2 * 3;
    }

    void deliver(const core::IrqOff& masked, std::uint64_t mail) {
        Block& block = here();
        block.is_over = block.is_over || (mail & quit_bit) != 0;
        for (std::uint32_t cpu = 0; cpu < max_cpus; ++cpu)
            for (std::uint32_t place = 0; place < Values::sched_tasks; ++place) {
                const std::uint32_t number = cpu * Values::sched_tasks + place;
                sched::Place& at = blocks_[cpu].remote.tasks[place];
                Task& task = at.task;
                if ((mail >> (attend_shift + number) & 1) != 0) {
                    MODEL_ASSERT(links_.at(number).read() == 1);
                    sched::detail::attend_on_message(*this, masked,
                                                     sched::detail::index_of(CpuId{cpu}, place));
                }
                if ((mail >> (2 * number) & 3) == 0)
                    continue;
                if ((mail >> (2 * number) & 1) != 0)
                    sched::detail::Inside::word(task).arrive();
                sched::detail::make_ready(*this, masked, task);
            }
        (deliver_to<More>(masked, mail), ...);
    }

    std::array<Block, max_cpus> blocks_;
    sched::Admissions<Values> admissions_;
    std::tuple<typename test_features::SharedOf<More>::type...> more_shared_;
    std::array<core::Strand, max_cpus * Values::sched_tasks> strands_;
    core::Atomic<std::uint64_t> now_{0};
    std::array<core::Plain<int>, max_cpus * Values::sched_tasks> links_; ///< of attentions
};

// What lib/sched looks for (sched/remote.hpp, sched/handle.hpp).

template <class... F, class System>
void post_wake(core::TypeList<F...>, System& system, CpuId home, Task& task) {
    system.post(home, task, 0);
}
template <class... F, class System>
void post_migrate(core::TypeList<F...>, System& system, CpuId home, Task& task) {
    system.post(home, task, 1);
}
template <class... F, class System>
    requires System::Values::attends
bool post_attend(core::TypeList<F...>, System& system, CpuId home, sched::Pid pid) {
    system.post_attention(home, pid);
    return true;
}
/// As lib/sched-time's, with pass_time for the timer's interrupt.
template <class... F, class System>
[[nodiscard]] bool park_until(core::TypeList<F...>, System& system, Task& self, core::Instant) {
    if (system.now() != 0)
        return false;
    sched::park(system, self);
    return system.now() == 0;
}

} // namespace sched_model
