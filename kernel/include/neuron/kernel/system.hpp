// SPDX-License-Identifier: MIT
// The system: what there is once per image, and the services that libraries and apps ask it for.
// Who owns what: a CPU its block; nobody the Machine, which is sealed; the rest synchronises
// itself and says how. SystemBase is the same in every image; System adds what the features do.
#pragma once

#include <arch/csr.hpp>
#include <arch/sbi.hpp>
#include <config/diagnostic_seconds.hpp>
#include <config/max_cpus.hpp>
#include <neuron/args/parsed.hpp>
#include <neuron/console/console.hpp>
#include <neuron/core/cpu_set.hpp>
#include <neuron/core/memory.hpp>
#include <neuron/core/witness.hpp>
#include <neuron/kernel/cpu_block.hpp>
#include <neuron/kernel/forever.hpp>
#include <neuron/sync/once_cell.hpp>
#include <plat/devices.hpp>

#include <algorithm>

namespace neuron {
namespace kernel {

struct Access;

/// What boot makes and nobody changes afterwards. It has pages of its own, which vm maps read-only.
struct Sealed {
    sync::OnceCell<plat::Machine> machine;
    Parts<Features>::Sealed parts;
};
extern Forever<Sealed> held_sealed; // Access alone makes it

extern Forever<CpuBlock[config::max_cpus]> held_blocks; // kernel/src, and the next function, alone

/// The block of `cpu`, for System alone.
[[nodiscard]] inline CpuBlock& block_for_system(core::CpuId cpu) {
    CpuBlock* first = held_blocks.value;
    // SAFETY: no instruction. An image of one CPU may have code for a second that never runs; an
    // array of known length makes the compiler refuse it.
    asm("" : "+r"(first));
    return first[cpu.index()];
}

/// The block of this CPU.
[[nodiscard]] inline CpuBlock& this_block() {
    return *static_cast<CpuBlock*>(env::cpu_block());
}

/// What stands at an address, for a report: "text", "the guard below the main stack of CPU 1".
using PlaceText = format::BoundedText<100>;

class SystemBase {
  public:
    static constexpr unsigned max_cpus = config::max_cpus;
    using Arguments = args::Parsed<64, 2048>;

    // Who and how many. Legal from boot on, in every context.
    [[nodiscard]] core::CpuId this_cpu() const { return percpu::this_cpu().cpu; }
    [[nodiscard]] unsigned cpu_count() const { return machine().cpus.size(); }
    [[nodiscard]] core::HartId hart_of(core::CpuId cpu) const {
        return machine().cpus.hart_of(cpu);
    }
    [[nodiscard]] percpu::Life& life(core::CpuId cpu) { return block_for_system(cpu).life; }
    [[nodiscard]] const Counters& remote_counters(core::CpuId cpu) const {
        return block_for_system(cpu).counters;
    }

    /// The hardware, sealed. The boot CPU fills it before anything else runs.
    [[nodiscard]] const plat::Machine& machine() const {
        return held_sealed.value.machine.get_made();
    }
    /// The boot command line; the boot CPU parses it before anything else runs.
    [[nodiscard]] const Arguments& arguments() const { return arguments_; }

    // Other CPUs.
    [[nodiscard]] bool ring(core::CpuId cpu) { return plat::ring(machine(), cpu); }
    /// Rings several; false if the firmware refused for one of them, whichever that was.
    [[nodiscard]] bool ring_all(const core::CpuSet<max_cpus>& cpus) {
        return plat::ring_all(machine(), cpus);
    }
    /// A software interrupt of this CPU itself becomes pending.
    void interrupt_self() { arch::raise_software_interrupt(); }
    /// Leaves the system for good. From a handler.
    [[noreturn]] void stop_this_cpu(core::IrqContext& irq);
    /// This hart stops, until start_hart(): of a CPU that has left, or came too late
    /// (percpu::Life).
    [[noreturn]] void stop_hart(const core::IrqOff&);
    /// Whether the hart of `cpu` may be started: it has stopped, or never ran.
    [[nodiscard]] bool is_hart_stopped(core::CpuId cpu) const {
        return arch::sbi::hart_status(hart_of(cpu)) == arch::sbi::hart_stopped;
    }
    [[nodiscard]] bool can_start_harts() const { return arch::sbi::has(arch::sbi::Extension::Hsm); }
    /// Sets up the block of `cpu`, whose hart does not run, and asks the firmware to start that.
    [[nodiscard]] arch::sbi::Outcome start_hart(core::CpuId cpu);

    // Time, in ticks of the time CSR.
    [[nodiscard]] std::uint64_t now() const { return plat::Clock::now(); }
    [[nodiscard]] std::uint64_t diagnostic_deadline() const {
        return now() + machine().timebase_hz * config::diagnostic_seconds;
    }

    [[nodiscard]] core::TickRate tick_rate() const { return core::TickRate(machine().timebase_hz); }
    /// The timer interrupt of this CPU comes at `ticks`, at once if that has passed; all ones: it
    /// does not. For the one feature that keeps timers.
    template <class W>
        requires core::Proves<W, core::IrqOff>
    void arm_timer(const W&, std::uint64_t ticks) {
        this_block().clock.arm(ticks);
    }
    /// When that comes; all ones: it does not.
    template <class W>
        requires core::Proves<W, core::IrqOff>
    [[nodiscard]] std::uint64_t timer_deadline(const W&) {
        return this_block().clock.armed();
    }

    /// This CPU sleeps until an interrupt is pending, which is taken when the mask goes. May return
    /// early.
    void wait_for_interrupt(const core::IrqOff&) { arch::wait_for_interrupt(); }
    /// The same by the firmware, which may turn off more of it; false if it can't.
    [[nodiscard]] bool suspend(const core::IrqOff&) {
        return arch::sbi::hart_suspend().has_value();
    }
    /// Whether it may be asked to.
    [[nodiscard]] bool can_suspend() const { return can_start_harts(); }

    /// By the board's own clock, since 1970; nothing if it has none. Boot CPU, in a feature's
    /// prepare.
    [[nodiscard]] std::optional<core::Nanoseconds> read_wall_clock() const {
        return plat::read_wall_clock(machine());
    }

    /// Ticks of that clock in so many microseconds, at least 1.
    [[nodiscard]] std::uint64_t ticks(std::uint64_t microseconds) const {
        return std::max<std::uint64_t>(1, machine().timebase_hz * microseconds / 1'000'000);
    }

    /// Runs use(IrqContext&) as a handler of this CPU would run it: interrupts masked, nothing may
    /// block. At task level.
    template <class Use>
    void as_handler(Use use) {
        run_as_handler(
            &use, [](void* object, core::IrqContext& irq) { (*static_cast<Use*>(object))(irq); });
    }

    /// Instructions that this CPU has run so far; only deterministic runs count them exactly.
    [[nodiscard]] std::uint64_t instructions_retired() const { return arch::read_instret(); }

    // Strands. The idle one of each CPU runs on its main stack; the others have a stack of a task.
    /// Once, before anything runs there: the strand of stack `number` of `cpu`, the large ones
    /// behind the others (CONFIG_TASK_STACKS).
    [[nodiscard]] core::Strand& prepare_task_stack(core::CpuId cpu, std::uint32_t number);
    [[nodiscard]] static std::span<std::byte> stack_of(core::Strand& strand) {
        return strand.stack;
    }
    /// How much of its stack was ever used, by whoever had it.
    [[nodiscard]] std::size_t stack_used(const core::Strand& strand) const;
    /// When somebody switches to it, the strand runs entry(argument), which does not return, with
    /// interrupts masked. `argument` lies at the top of its stack; all below it is the strand's.
    void begin_strand(core::Strand& strand, void (*entry)(void*), void* argument) {
        // SAFETY: an address, for sp.
        const auto top = reinterpret_cast<std::uintptr_t>(argument) & ~std::uintptr_t{15};
        arch::prepare_context(strand.context, top, entry, argument);
    }
    [[nodiscard]] core::Strand& idle_strand(const core::IrqOff&) { return this_block().idle; }
    /// Leaves `from`, which runs, for `to`; returns when somebody switches to `from`, perhaps on
    /// another CPU.
    void switch_strands(const core::IrqOff& masked, core::Strand& from, core::Strand& to) {
        this_block().running = &to;
        arch::switch_context(masked, from.context, to.context);
    }

    // Memory.
    /// Calls visit(MemoryRegion) for all that this image uses: itself without its guards, what the
    /// firmware handed over, its devices. Whole pages. The Machine is sealed by then.
    template <class Visit>
    void for_each_region(Visit visit) const {
        visit_regions(&visit, [](void* object, const core::MemoryRegion& region) {
            (*static_cast<Visit*>(object))(region);
        });
    }
    [[nodiscard]] PlaceText describe_address(std::uintptr_t address) const;
    /// From now on this CPU translates addresses by the page table at `root`; false if it can't: it
    /// has no Sv39.
    [[nodiscard]] bool load_page_table(std::uintptr_t root) {
        arch::write_satp(root);
        return page_table() == root;
    }
    /// The page table that this CPU translates by; 0 if it does not.
    [[nodiscard]] std::uintptr_t page_table() const { return arch::read_satp_root(); }

    // Lines of text. Legal in every context.
    /// A whole line, whatever the level.
    template <class... A>
    void line(format::FormatString<std::type_identity_t<A>...> text, const A&... values) {
        put_line(text.view(), format::erase_all(values...));
    }
    /// A whole line with the level's prefix, if lines of this level are shown.
    template <class... A>
    void log(console::Level level, format::FormatString<std::type_identity_t<A>...> text,
             const A&... values) {
        put_log(level, text.view(), format::erase_all(values...));
    }
    template <class... A>
    void warn(format::FormatString<std::type_identity_t<A>...> text, const A&... values) {
        log<A...>(console::Level::Warn, text, values...);
    }
    template <class... A>
    void info(format::FormatString<std::type_identity_t<A>...> text, const A&... values) {
        log<A...>(console::Level::Info, text, values...);
    }

  private:
    friend struct Access; // kernel/src only

    void run_as_handler(void* object, void (*use)(void*, core::IrqContext&));
    void visit_regions(void* object, void (*visit)(void*, const core::MemoryRegion&)) const;

    void put_line(std::string_view text, std::span<const format::Argument> arguments);
    void put_log(console::Level level, std::string_view text,
                 std::span<const format::Argument> arguments);

    Arguments arguments_{};
    console::Console<plat::Uart> console_;
    core::Atomic<std::uint32_t> stopping_{0}; ///< 0, or 1 + the CPU whose panic stops the others
};

} // namespace kernel

/// The system with the features of this image: `own`, `remote` and `shared` are their parts of it.
/// A class, no template: its name is in that of every function that a library makes for it.
class System : public kernel::SystemBase {
  public:
    using Values = config::Values;
    using Features = kernel::Features;

    /// The part of feature F that this CPU owns. The witness keeps this code on its CPU for as long
    /// as the part is used; what is inside says what it takes to touch it.
    template <template <class> class F, class W>
        requires core::Proves<W, core::Pinned> || core::Proves<W, core::IrqOff>
    [[nodiscard]] auto& own(const W&) {
        return kernel::detail::part_of<F<Values>>(kernel::this_block().own);
    }
    /// The part of feature F that every CPU may use of `cpu`, which is below cpu_count().
    template <template <class> class F>
    [[nodiscard]] auto& remote(core::CpuId cpu) {
        return kernel::detail::part_of<F<Values>>(kernel::block_for_system(cpu).remote);
    }
    /// The same of this CPU, as long as the witness keeps this code there.
    template <template <class> class F, class W>
        requires core::Proves<W, core::Pinned> || core::Proves<W, core::IrqOff>
    [[nodiscard]] auto& here(const W&) {
        return kernel::detail::part_of<F<Values>>(kernel::this_block().remote);
    }
    /// The part of feature F that there is once.
    template <template <class> class F>
    [[nodiscard]] auto& shared() {
        return kernel::detail::part_of<F<Values>>(shared_);
    }

    /// The part of feature F that boot has made.
    template <template <class> class F>
    [[nodiscard]] const auto& sealed() const {
        return kernel::detail::part_of<F<Values>>(kernel::held_sealed.value.parts);
    }

  private:
    kernel::Parts<Features>::Shared shared_;
};

namespace kernel {
extern Forever<System> held_system; // kernel/src, and system(), alone
} // namespace kernel

} // namespace neuron
