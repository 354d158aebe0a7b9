// SPDX-License-Identifier: MIT
// Bindings: Devicetree Specification 0.4, chapters 3.4 (memory), 3.6 (chosen), 3.8 (cpus), and
// the riscv,cpu-intc and riscv,aclint-sswi bindings for interrupt controllers.
#include <neuron/fdt/tree.hpp>
#include <plat/board.hpp>
#include <plat/machine.hpp>

#include <algorithm>

namespace neuron::plat {
namespace {

using fdt::Error;
using fdt::Node;
using fdt::Tree;
using Failure = std::unexpected<std::string_view>;
using Step = std::expected<void, std::string_view>;

Failure fail(std::string_view sentence) {
    return Failure(sentence);
}

std::string_view text(Node node, std::string_view name) {
    const auto property = node.property(name);
    return property ? property->as_string().value_or(std::string_view{}) : std::string_view{};
}

std::expected<std::uint32_t, Error> number(Node node, std::string_view name) {
    const auto property = node.property(name);
    return property ? property->as_u32() : std::unexpected(property.error());
}

/// A property of one or two cells, as boot loaders write addresses in /chosen.
std::expected<std::uint64_t, Error> wide_number(Node node, std::string_view name) {
    const auto property = node.property(name);
    if (!property)
        return std::unexpected(property.error());
    if (const auto narrow = property->as_u32())
        return *narrow;
    return property->as_u64();
}

bool contains(fdt::Region outer, fdt::Region inner) {
    return inner.address >= outer.address && inner.size <= outer.size &&
           inner.address - outer.address <= outer.size - inner.size;
}

bool overlap(fdt::Region a, fdt::Region b) {
    // Unsigned distances: neither sum can overflow.
    return a.size != 0 && b.size != 0 &&
           (a.address - b.address < b.size || b.address - a.address < a.size);
}

/// Whether an ISA string ("rv64imafdc_zicsr_sstc") names a multi-letter extension.
bool isa_has(std::string_view isa, std::string_view extension) {
    while (!isa.empty()) {
        const std::string_view word = isa.substr(0, isa.find('_'));
        isa.remove_prefix(std::min(isa.size(), word.size() + 1));
        if (word == extension)
            return true;
    }
    return false;
}

/// The phandles of the CPUs' own interrupt controllers, by CpuId.
using Handles = std::array<std::uint32_t, config::max_cpus>;

[[maybe_unused]] void note_handle(Node cpu_node, std::optional<core::CpuId> cpu, Handles& handles) {
    const auto controller = cpu_node.child("interrupt-controller");
    if (cpu && controller)
        handles[cpu->index()] = number(*controller, "phandle").value_or(0);
}

/// INV-PLAT-3: every usable hart counts; the boot hart is CPU 0, the others follow in the tree's
/// order for as long as there is room.
Step read_cpus(Node cpus, core::HartId boot_hart, Machine& machine, Handles& handles) {
    (void)machine.cpus.add(boot_hart); // the first into an empty map
    machine.sstc = true;
    unsigned boot_hart_seen = 0;
    for (const Node node : cpus.children()) {
        if (text(node, "device_type") != "cpu" || !node.is_available())
            continue;
        const auto reg = fdt::reg(node, cpus, 0);
        if (!reg)
            return fail("device tree: a cpu node has no usable reg");
        const core::HartId hart{reg->address};
        ++machine.harts;
        machine.sstc = machine.sstc && isa_has(text(node, "riscv,isa"), "sstc");
        if (hart == boot_hart)
            ++boot_hart_seen;
        else if (machine.cpus.size() < config::max_cpus && !machine.cpus.add(hart))
            return fail("device tree: two cpus have one hart id");
        if constexpr (config::max_cpus > 1)
            note_handle(node, machine.cpus.cpu_of(hart), handles);
    }
    if (boot_hart_seen != 1)
        return fail("device tree: the boot hart is not once among the cpus that are okay");
    machine.timebase_hz = number(cpus, "timebase-frequency").value_or(0);
    if (machine.timebase_hz == 0)
        return fail("device tree: no timebase-frequency");
    return {};
}

/// Whether registers can be there: what lies in memory is no device, and would be written over;
/// what lies beyond 2^38 can't be reached through Sv39.
bool is_device(const Machine& machine, std::uint64_t address) {
    return address < (std::uint64_t{1} << 38) &&
           address - machine.memory.address >= machine.memory.size;
}

/// INV-PLAT-2: an SSWI register's hart is told by its position in interrupts-extended, not by a
/// hart id.
[[maybe_unused]] void read_doorbells(Tree tree, const Handles& handles, Machine& machine) {
    for (const Node node : tree.nodes()) {
        if (!node.is_compatible("riscv,aclint-sswi") || !node.is_available())
            continue;
        const auto parent = tree.parent(node);
        const auto targets = node.property("interrupts-extended");
        if (!parent || !targets)
            continue;
        const auto reg = fdt::reg(node, *parent, 0);
        const auto cells = targets->cells();
        if (!reg || !cells)
            continue;
        for (std::size_t i = 0; 2 * i + 1 < cells->size() && 4 * (i + 1) <= reg->size; ++i)
            for (std::size_t cpu = 0; cpu < machine.cpus.size(); ++cpu)
                if (handles[cpu] != 0 && handles[cpu] == (*cells)[2 * i] &&
                    is_device(machine, reg->address + 4 * i))
                    machine.doorbell[cpu] = reg->address + 4 * i;
    }
}

/// Where the device has its registers; 0 if the tree does not say, or says nonsense.
std::uintptr_t device_address(Tree tree, std::expected<Node, Error> node, const Machine& machine) {
    if (!node)
        return 0;
    const auto parent = tree.parent(*node);
    const auto reg = parent ? fdt::reg(*node, *parent, 0) : std::unexpected(parent.error());
    return reg && is_device(machine, reg->address) ? reg->address : 0;
}

/// The console is what /chosen names, or else the first NS16550; the board's own otherwise.
void read_devices(Tree tree, Machine& machine) {
    std::expected<Node, Error> uart = std::unexpected(Error::NotFound);
    if (const auto chosen = tree.find("/chosen")) {
        const std::string_view path = text(*chosen, "stdout-path");
        uart = tree.find(path.substr(0, path.find(':')));
    }
    if (!uart || !uart->is_compatible("ns16550a"))
        uart = tree.find_device("ns16550a");
    machine.uart = device_address(tree, uart, machine);
    if (machine.uart == 0)
        machine.uart = board::uart;
    else
        machine.uart_shift = number(*uart, "reg-shift").value_or(0) & 7;
    machine.finisher = device_address(tree, tree.find_device("sifive,test0"), machine);
    if (machine.finisher == 0)
        machine.finisher = board::finisher;
}

Step read_memory(Tree tree, fdt::Region image, Machine& machine) {
    const Node root = tree.root();
    for (const Node node : root.children()) {
        if (text(node, "device_type") != "memory" || !node.is_available())
            continue;
        for (std::size_t i = 0;; ++i) {
            const auto region = fdt::reg(node, root, i);
            if (!region)
                break;
            // A region that wraps around is none: every sum over it would be wrong.
            if (contains(*region, image) && region->size - 1 <= ~region->address) {
                machine.memory = *region;
                return {};
            }
        }
    }
    return fail("device tree: no memory region holds the image; give it more memory (MEM=)");
}

Step read_chosen(Tree tree, fdt::Region image, Machine& machine) {
    const auto chosen = tree.find("/chosen");
    if (!chosen)
        return {};
    if (const auto bootargs = chosen->property("bootargs")) {
        const auto line = bootargs->as_string();
        if (!line)
            return fail("device tree: bootargs is not one string");
        // SAFETY: the string lies in the device tree, which nobody writes.
        machine.bootargs = core::Frozen<char>::unsafe_of(std::span(line->data(), line->size()));
    }
    const auto start = wide_number(*chosen, "linux,initrd-start");
    const auto end = wide_number(*chosen, "linux,initrd-end");
    if (start == std::unexpected(Error::NotFound) && end == std::unexpected(Error::NotFound))
        return {};
    if (!start || !end || *end < *start)
        return fail("device tree: the bounds of the input file make no sense");
    const fdt::Region input{*start, *end - *start};
    // SAFETY: an address, for comparison only.
    const fdt::Region blob{reinterpret_cast<std::uintptr_t>(tree.bytes().data()),
                           tree.bytes().size()};
    if (!contains(machine.memory, input))
        return fail("the input file does not fit into memory: give it more (MEM=)");
    if (overlap(input, image) || overlap(input, blob))
        return fail("the input file overlaps the image or the device tree: more memory (MEM=)");
    // SAFETY: the region lies in memory, apart from image and device tree, and nobody writes it.
    machine.input = core::Frozen<std::byte>::unsafe_of(
        std::span(reinterpret_cast<const std::byte*>(input.address), input.size));
    return {};
}

} // namespace

std::uintptr_t find_device(Tree tree, std::string_view compatible, const Machine& machine) {
    return device_address(tree, tree.find_device(compatible), machine);
}

std::expected<Machine, std::string_view> read_machine(Tree tree, core::HartId boot_hart,
                                                      fdt::Region image) {
    Machine machine;
    // SAFETY: the firmware's device tree, which nobody writes.
    machine.device_tree = core::Frozen<std::byte>::unsafe_of(tree.bytes());
    const auto cpus = tree.find("/cpus");
    if (!cpus)
        return fail("device tree: no /cpus");
    Handles handles{};
    if (const Step step = read_cpus(*cpus, boot_hart, machine, handles); !step)
        return Failure(step.error());
    if (const Step step = read_memory(tree, image, machine); !step)
        return Failure(step.error());
    if (const Step step = read_chosen(tree, image, machine); !step)
        return Failure(step.error());
    if constexpr (config::max_cpus > 1) // a lone CPU rings nobody but, through SBI, itself
        read_doorbells(tree, handles, machine);
    read_devices(tree, machine);
    return machine;
}

} // namespace neuron::plat
