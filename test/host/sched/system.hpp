// SPDX-License-Identifier: MIT
// A System of a few CPUs that one thread plays. Each CPU stands somewhere: in its idle loop, or in
// a task, each on a stack of its own. The test, outside of all, lets one of them go on until it is
// idle or its task pauses. Messages lie where they were sent until the test delivers them, in
// whatever order it likes; the clock stands still until it is told to go on.
#pragma once

#include <neuron/percpu/identity.hpp>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <tuple>
#include <vector>

#include "../../features.hpp"
#include "../play.hpp"
#include "fake.hpp"
#include "strands.hpp"

namespace sched_test {

constexpr Instant at(core::Nanoseconds time) {
    return Instant(time);
}

/// What a task of a test runs, which the System keeps.
struct Body {
    std::function<int(Task&)>* function = nullptr;
};

/// `More`: further features of the system.
template <class ItsValues = Numbers, class... More>
class System {
  public:
    using Values = ItsValues;
    using Feature = sched::Feature<Values>;
    using Features = core::TypeList<Feature, Fake, More...>;
    static constexpr std::uint32_t max_cpus = Values::max_cpus;

    enum class Kind { Wake, Migrate, Attend, Other };
    struct Message {
        Kind kind;
        Task* task;
        Pid pid;
        std::function<void(core::IrqContext&)> handle; ///< of Other
    };

    /// Of `count` CPUs all take tasks but `closed`. The test plays CPU 0.
    explicit System(std::uint32_t count = max_cpus, std::optional<CpuId> closed = {})
        : count_(count) {
        for (std::uint32_t cpu = 0; cpu < max_cpus; ++cpu) {
            Block& block = blocks_[cpu];
            percpu::name_cpu(block.identity, CpuId{cpu}, core::HartId{cpu}, this);
            begin(block.idle, &System::idle, this);
            if (cpu < count && closed != CpuId{cpu})
                admissions_.open(CpuId{cpu});
        }
        for (std::uint32_t cpu = 0; cpu < count; ++cpu)
            as(CpuId{cpu}, [&] { (enter<More>(), ...); });
        play(zero);
    }
    ~System() { env::set_cpu_block(nullptr); }
    System(const System&) = delete;
    System& operator=(const System&) = delete;

    // By the test, outside.
    /// Code of the test is this CPU's from now on, as a handler's that interrupts it.
    void play(CpuId cpu) { host_test::play(blocks_.at(cpu.index())); }
    /// What `use` returns, run as that CPU. In a task, too.
    template <class Use>
    auto as(CpuId cpu, Use use) {
        return host_test::as(blocks_.at(cpu.index()), use);
    }
    /// `cpu` goes on until it is idle, or its task pauses: then true.
    bool step(CpuId cpu) {
        return as(cpu, [&] {
            Block& block = here();
            block.is_idle = false;
            coming = &block.idle;
            (void)swapcontext(&outside_, block.at);
            return !block.is_idle;
        });
    }
    /// `cpu` goes on until it is idle.
    void run(CpuId cpu) {
        while (step(cpu)) {
        }
    }
    /// All messages arrive and all CPUs go on, until nothing is left to do.
    void run_all() {
        for (bool again = true; again;) {
            again = false;
            for (std::uint32_t cpu = 0; cpu < count_; ++cpu) {
                again = !inbox(CpuId{cpu}).empty() || again;
                deliver_all(CpuId{cpu});
                run(CpuId{cpu});
            }
        }
    }
    /// A message arrives, as in lib/sched-smp.
    void deliver(CpuId cpu, std::size_t which = 0) {
        auto& box = inbox(cpu);
        const Message message = box.at(which);
        box.erase(box.begin() + static_cast<std::ptrdiff_t>(which));
        as(cpu, [&] {
            wake_up();
            host_test::handle([&](core::IrqContext& irq) {
                if (message.kind == Kind::Other)
                    return message.handle(irq);
                if (message.kind == Kind::Attend)
                    return sched::detail::attend_on_message(*this, irq, message.pid.index);
                if (message.kind == Kind::Wake)
                    sched::detail::Inside::word(*message.task).arrive();
                sched::detail::make_ready(*this, irq, *message.task);
            });
        });
    }
    void deliver_all(CpuId cpu) {
        while (!inbox(cpu).empty())
            deliver(cpu);
    }
    /// It is so late, and whoever waited for that is woken by this CPU.
    void go_on_to(Instant time) {
        clock = time;
        for (const auto& [limit, task] : sleepers)
            if (limit <= clock)
                (void)sched::unpark(*this, task);
    }

    /// A task that runs `function`, which may capture: the System outlives what it runs.
    template <class Function>
    auto start(const sched::Spawn& spawn, Function function) {
        bodies_.push_back([function](Task& task) mutable {
            if constexpr (std::is_void_v<decltype(function(task))>)
                return function(task), 0;
            else
                return function(task);
        });
        return start_shared(spawn, bodies_.back());
    }
    /// The same, of a function that several have and that outlives them.
    auto start_shared(const sched::Spawn& spawn, std::function<int(Task&)>& function) {
        return sched::spawn(
            *this, spawn, [](Task& task, Body body) { return (*body.function)(task); },
            Body{&function});
    }
    /// The same, when it must not be refused.
    template <class Function>
    sched::Handle<System> started(const sched::Spawn& spawn, Function function) {
        auto task = start(spawn, function);
        core::check(task.has_value(), "the test has room for its tasks");
        return *std::move(task);
    }

    /// The tasks that are ready on `cpu`, in order.
    std::vector<Pid> ready(CpuId cpu) {
        return as(cpu, [&] {
            const core::IrqOff masked;
            return sched::detail::cpu(*this, masked).with(masked, [](auto& own) {
                std::vector<Pid> pids;
                for (std::size_t left = own.ready.size(); left > 0; --left) {
                    Task& task = *own.ready.dequeue(); // each once around
                    pids.push_back(task.pid());
                    own.ready.enqueue(task);
                }
                return pids;
            });
        });
    }
    /// Who runs on `cpu`; no task's name if it is idle.
    Pid running(CpuId cpu) {
        return as(cpu, [&] {
            const core::IrqOff masked;
            const Task* const task = sched::detail::running(*this, masked);
            return task != nullptr ? task->pid() : Pid{};
        });
    }
    [[nodiscard]] std::deque<Message>& inbox(CpuId cpu) { return blocks_.at(cpu.index()).inbox; }
    [[nodiscard]] std::uint32_t taken(CpuId cpu, core::QosClass qos = normal) {
        return admissions_.taken(cpu, qos);
    }
    [[nodiscard]] std::uint32_t all_taken(CpuId cpu) {
        std::uint32_t sum = 0;
        for (std::uint32_t qos = 0; qos < core::qos_classes; ++qos)
            sum += taken(cpu, static_cast<core::QosClass>(qos));
        return sum;
    }
    /// How many places with stacks of this size `cpu` has for more tasks.
    std::size_t free_places(CpuId cpu, sched::StackSize size = sched::StackSize::Normal) {
        auto& tasks = remote<sched::Feature>(cpu).tasks;
        std::vector<std::uint32_t> places;
        while (const auto place = tasks.take(size))
            places.push_back(*place);
        for (auto place = places.rbegin(); place != places.rend(); ++place)
            tasks.give_back(*place);
        return places.size();
    }
    /// Every place and every slot of every CPU is free.
    bool is_empty() {
        bool is_so = true;
        for (std::uint32_t cpu = 0; cpu < count_; ++cpu)
            is_so = is_so && all_taken(CpuId{cpu}) == 0 &&
                    free_places(CpuId{cpu}) == Values::sched_tasks &&
                    free_places(CpuId{cpu}, sched::StackSize::Large) == Values::sched_large_tasks;
        return is_so;
    }

    Instant clock{};
    std::multimap<Instant, Pid> sleepers; ///< who waits until when
    unsigned began_to_wait = 0;
    std::optional<CpuId> refuses; ///< messages: it is about to leave
    std::map<std::pair<std::uint32_t, std::uint32_t>, Strand> strands; ///< by CPU and place

    // By a task.
    /// The test goes on, until it lets this CPU do so.
    void pause() {
        core::check(env::irq_enabled(), "a task pauses with interrupts on");
        Block& block = here();
        block.at = &block.paused;
        (void)swapcontext(&block.paused, &outside_);
    }

    // What lib/sched asks for.
    [[nodiscard]] CpuId this_cpu() const { return percpu::this_cpu().cpu; }
    [[nodiscard]] std::uint32_t cpu_count() const { return count_; }
    /// A tick is a nanosecond.
    [[nodiscard]] std::uint64_t now() const {
        return static_cast<std::uint64_t>(clock.time_since_epoch().count());
    }
    [[nodiscard]] std::uint64_t ticks(std::uint64_t microseconds) const {
        return microseconds * 1000;
    }
    [[nodiscard]] core::TickRate tick_rate() const { return core::TickRate(1'000'000'000); }
    [[nodiscard]] Strand& prepare_task_stack(CpuId cpu, std::uint32_t place) {
        const auto [strand, is_new] = strands.try_emplace(std::pair(cpu.value, place), stack_size);
        core::check(is_new, "a stack is prepared once");
        return strand->second;
    }
    [[nodiscard]] static std::span<std::byte> stack_of(Strand& strand) { return strand.stack; }
    [[nodiscard]] std::size_t stack_used(const Strand& strand) const { return strand.stack.size(); }
    void begin_strand(Strand& strand, void (*entry)(void*), void* argument) {
        begin(strand, entry, argument);
    }
    [[nodiscard]] Strand& idle_strand(const core::IrqOff&) { return here().idle; }
    void switch_strands(const core::IrqOff&, Strand& from, Strand& to) {
        core::check(stands_on(from) && !stands_on(to), "a strand goes on on one CPU at a time");
        here().on = &to;
        sched_test::switch_to(from.context, to);
    }
    void send(CpuId home, Kind kind, Task& task) {
        core::check(home != this_cpu(), "a task that is at home needs no message");
        core::check(!stands_on(*sched::detail::Inside::of(task).strand),
                    "a task is sent off when no CPU stands on its stack");
        inbox(home).push_back({kind, &task, task.pid(), {}});
    }
    void send(CpuId cpu, std::function<void(core::IrqContext&)> handle) {
        inbox(cpu).push_back({Kind::Other, nullptr, {}, std::move(handle)});
    }
    void send_attention(CpuId home, Pid pid) {
        core::check(home != this_cpu(), "a CPU attends to its own tasks without a message");
        inbox(home).push_back({Kind::Attend, nullptr, pid, {}});
    }
    template <template <class> class F, class W>
    auto& own(const W&) {
        if constexpr (std::is_same_v<F<ItsValues>, Feature>)
            return here().own;
        else
            return std::get<typename F<Values>::PerCpu>(here().more_own);
    }
    template <template <class> class F>
    auto& remote(CpuId cpu) {
        Block& block = blocks_.at(cpu.index());
        if constexpr (std::is_same_v<F<ItsValues>, Feature>)
            return block.remote;
        else
            return std::get<typename F<Values>::Remote>(block.more_remote);
    }
    template <template <class> class F>
    auto& shared() {
        if constexpr (std::is_same_v<F<ItsValues>, Feature>)
            return admissions_;
        else
            return std::get<typename F<Values>::Shared>(shared_);
    }

  private:
    struct Block {
        percpu::Identity identity;
        typename Feature::template PerCpuIn<Features> own;
        typename Feature::Remote remote;
        std::tuple<typename test_features::PerCpuOf<More>::type...> more_own;
        std::tuple<typename test_features::RemoteOf<More>::type...> more_remote;
        std::deque<Message> inbox;
        Strand idle{stack_size};
        Strand* on = &idle;             ///< on whose stack the CPU stands
        ucontext_t* at = &idle.context; ///< where the CPU stands while the test goes on
        ucontext_t paused{};
        bool is_idle = false;
        bool is_asleep = false;
    };
    Block& here() { return *static_cast<Block*>(env::cpu_block()); }
    bool stands_on(const Strand& strand) const {
        return std::ranges::any_of(blocks_,
                                   [&](const Block& block) { return block.on == &strand; });
    }

    template <class F>
    void enter() {
        if constexpr (requires { F::enter(*this); })
            F::enter(*this);
    }
    /// As the idle loop of kernel/src/wait.cpp.
    void fall_asleep() {
        const core::IrqOff masked;
        here().is_asleep = true;
        (test_features::before_sleep<More>(*this, masked), ...);
    }
    void wake_up() {
        const core::IrqOff masked;
        if (std::exchange(here().is_asleep, false))
            (test_features::after_sleep<More>(*this, masked), ...);
    }
    static void idle(void* self) {
        System& system = *static_cast<System*>(self);
        for (;;) {
            while (Feature::run(system)) {
            }
            system.fall_asleep();
            system.here().is_idle = true;
            system.pause();
            system.wake_up();
        }
    }

    std::uint32_t count_;
    std::array<Block, max_cpus> blocks_;
    typename Feature::Shared admissions_;
    std::tuple<typename More::Shared...> shared_;
    std::deque<std::function<int(Task&)>> bodies_;
    ucontext_t outside_{};
};

} // namespace sched_test

// SAFETY: one thread plays all CPUs.
template <>
inline constexpr bool neuron::core::unsafe_send<sched_test::Body> = true;
