// SPDX-License-Identifier: MIT
// From entry to main, in the order in which it happens.
#include <arch/csr.hpp>
#include <arch/sbi.hpp>
#include <config/platform.hpp>
#include <neuron/app.hpp>
#include <neuron/fdt/tree.hpp>

#include "access.hpp"

extern "C" {
extern const char __image_start[], __image_end[];
extern const char neuron_app_name[]; // made with the image, so that one kernel serves every app
using Hook = void (*)();
extern const Hook __init_array_start[], __init_array_end[];
extern const Hook __fini_array_start[], __fini_array_end[];
void neuron_trap_entry();
std::int64_t neuron_hand_over_boot(std::uint64_t hart, const std::byte* device_tree);
// start.S: zeros from `first` to `last`, both multiples of 64.
void neuron_zero(void* first, void* last);
}

// The app's; `int main()` has the same symbol and ignores what it is handed.
int main(int argc, char** argv);

namespace neuron::kernel {
namespace {

[[noreturn]] void refuse(std::string_view sentence) {
    system().log(console::Level::Error, "{}", sentence);
    exit(exit_refused);
}

fdt::Tree open_device_tree(const std::byte* blob) {
    auto size = fdt::total_size({blob, 8});
    auto tree = size ? fdt::Tree::open({blob, *size}) : std::unexpected(size.error());
    if (!tree) {
        system().log(console::Level::Error, "the firmware's device tree can't be read: {}",
                     fdt::to_string(tree.error()));
        exit(exit_refused);
    }
    return *tree;
}

const plat::Machine& seal_machine(core::HartId hart, fdt::Tree tree) {
    const fdt::Region image{address_of(__image_start),
                            address_of(__image_end) - address_of(__image_start)};
    const auto machine =
        Access::machine_cell().get_or_make([&] { return plat::read_machine(tree, hart, image); });
    if (!machine)
        refuse(machine.error());
    // What static data are before anything runs. Nobody has touched these: who they are was not
    // known.
    static_assert(sizeof(CpuBlock) % 64 == 0);
    if (blocks().size() > 1)
        neuron_zero(blocks().data() + 1, blocks().data() + blocks().size());
    return **machine;
}

const System::Arguments& read_arguments(const plat::Machine& machine) {
    System::Arguments& arguments = Access::arguments(system());
    if (const auto parsed = arguments.parse(machine.bootargs.text()); !parsed) {
        system().log(console::Level::Error, "the boot arguments can't be read: {}",
                     args::to_string(parsed.error()));
        exit(exit_refused);
    }
    return arguments;
}

/// `boot_hart=N`: goes on with another hart as the boot hart, by starting it at the image's entry
/// and stopping this one. For tests, which must not depend on the firmware's lottery.
void hand_over_boot(core::HartId self, const plat::Machine& machine,
                    const System::Arguments& arguments) {
    const auto wish = arguments.parameter("boot_hart");
    if (!wish)
        return;
    const auto number = args::parse_unsigned(*wish);
    if (number == self.value)
        return;
    if (!number || neuron_hand_over_boot(*number, machine.device_tree.data()) != 0) {
        system().log(console::Level::Error, "boot_hart={}: no such hart", *wish);
        exit(exit_refused);
    }
}

console::Level chosen_level(const System::Arguments& arguments) {
    const auto text = arguments.parameter("log");
    if (!text)
        return console::Level::Info;
    const auto level = console::parse_level(*text);
    if (!level)
        refuse("log=: error, warn, info or debug is wanted");
    return *level;
}

void greet(core::HartId hart, const plat::Machine& machine) {
    system().line("NEURON {} on {}: harts {}, boot hart {}", neuron_app_name, config::platform_name,
                  machine.harts, hart);
    if (machine.harts > machine.cpus.size())
        system().warn("{} harts, this image holds {} CPUs (CONFIG_MAX_CPUS)", machine.harts,
                      machine.cpus.size());
}

/// What features make for good before anything else runs.
void prepare_features() {
    Features::for_each([]<class F> {
        if constexpr (requires { typename F::Sealed; }) {
            Sealed& all = Access::sealed();
            if (!F::prepare(system(), detail::part_of<F>(all.parts)))
                exit(exit_refused); // it has said why
        }
    });
}

/// Runs the app; an exit status is 0 to 255, and nothing else becomes a success.
[[noreturn]] void run_app() {
    char name[64]{}; // main may write to its arguments
    std::string_view(neuron_app_name).copy(name, sizeof(name) - 1);
    const args::CArguments arguments = Access::arguments(system()).c_arguments(name);
    for (const Hook* hook = __init_array_start; hook != __init_array_end; ++hook)
        (*hook)();
    int status = main(arguments.count, arguments.values);
    for (const Hook* hook = __fini_array_end; hook != __fini_array_start;)
        (*--hook)();
    if (status < 0 || status > 255) {
        system().log(console::Level::Error, "main returned {}: an exit status is 0 to 255", status);
        status = 255;
    }
    exit(static_cast<std::uint8_t>(status));
}

} // namespace

void open_cpu(CpuBlock& block) {
    Features::for_each([]<class F> {
        if constexpr (requires { F::enter(system()); })
            if (!F::enter(system()))
                exit(exit_refused);
    });
    arch::select_interrupts();
    block.clock.open(system().machine());
    env::irq_restore(true);
}

} // namespace neuron::kernel

using namespace neuron;
using namespace neuron::kernel;

/// The boot hart, from start.S: on CPU 0's stack, memory zeroed, interrupts off.
extern "C" [[noreturn]] void neuron_boot(std::uint64_t hart_number, const std::byte* blob) {
    const core::HartId hart{hart_number};
    CpuBlock& block = blocks()[0];
    prepare_block(core::boot_cpu, hart);
    arch::set_trap_entry(neuron_trap_entry, &block.trap.frame);
    arch::write_tp(&block);

    // Until the device tree says better, what there is to say goes to the board's own UART.
    Access::console(system()).open(plat::Uart(plat::board::uart, 0), console::Level::Info);

    const fdt::Tree tree = open_device_tree(blob);
    const plat::Machine& machine = seal_machine(hart, tree);
    const System::Arguments& arguments = read_arguments(machine);
    hand_over_boot(hart, machine, arguments);
    Access::console(system()).open(plat::Uart(machine.uart, machine.uart_shift),
                                   chosen_level(arguments));
    greet(hart, machine);

    prepare_features();
    open_cpu(block);
    block.life.begin();
    (void)block.life.arrive(); // nobody gives up on the boot CPU
    system().info("CPU 0: ready");
    Features::for_each([]<class F> {
        if constexpr (requires { &F::template start<System>; })
            F::start(system());
    });
    bool is_task = false;
    Features::for_each([&]<class F> {
        if constexpr (requires { F::template start_main<run_app>(system()); }) {
            F::template start_main<run_app>(system());
            is_task = true;
        }
    });
    if (!is_task)
        run_app();
    idle_for_good();
}

/// Every other hart, from start.S: on its main stack, tp and trap entry set, interrupts off.
extern "C" [[noreturn]] void neuron_secondary() {
    CpuBlock& block = blocks()[system().this_cpu().index()];
    open_cpu(block);
    if (!block.life.arrive())
        system().stop_hart(core::IrqOff()); // whoever started it has gone on without it
    // A panic that looked for online CPUs before this one arrived has not rung it. Pairs with the
    // fence in panic_with: at least one of the two sees the other.
    core::fence(core::seq_cst);
    if (must_stop(block.identity.cpu))
        stop_this_cpu(block);
    idle_for_good();
}
