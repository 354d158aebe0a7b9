// SPDX-License-Identifier: MIT
// What this image uses of the address space: the pieces of the linker script, its stacks, what the
// firmware handed over, its devices. And what stands at an address, for reports.
#include <neuron/app.hpp>

#include "access.hpp"
#include "stacks.hpp"

extern "C" const char __image_start[], __text_end[], __rodata_start[], __rodata_end[],
    __data_start[], __sealed_start[], __sealed_end[], __stacks_start[];

namespace neuron::kernel {
namespace {

using core::MemoryRegion;
using Use = core::Access;

constexpr std::uintptr_t page_size = 4096;

/// The pages that hold these bytes.
MemoryRegion pages(std::uintptr_t address, std::size_t size, Use access) {
    const std::uintptr_t first = address & ~(page_size - 1);
    const std::uintptr_t end = (address + size + page_size - 1) & ~(page_size - 1);
    return {first, end - first, access};
}

/// Calls visit(name, address, size, use) for each piece of memory that this image uses, but for its
/// stacks. The linker script gives its own pieces pages of their own.
template <class Visit>
void for_each_piece(const plat::Machine* machine, Visit visit) {
    const auto own = [&](std::string_view name, const char* first, const char* end, Use use) {
        visit(name, address_of(first), address_of(end) - address_of(first), use);
    };
    own("text", __image_start, __text_end, Use::ReadExecute);
    own("constants", __rodata_start, __rodata_end, Use::Read);
    own("data", __data_start, __sealed_start, Use::ReadWrite);
    own("sealed data", __sealed_start, __sealed_end, Use::Read);
    own("data", __sealed_end, __stacks_start, Use::ReadWrite);
    if (machine == nullptr)
        return;
    const auto given = [&](std::string_view name, const auto& bytes) {
        visit(name, address_of(bytes.data()), bytes.size(), Use::Read);
    };
    given("the device tree", machine->device_tree);
    if (machine->input)
        given("the input file", *machine->input);
    plat::for_each_device(*machine, [&](std::uintptr_t address, std::size_t size) {
        visit("a device", address, size, Use::ReadWrite);
    });
}

} // namespace

void SystemBase::visit_regions(void* object,
                               void (*visit)(void*, const core::MemoryRegion&)) const {
    for_each_piece(&machine(),
                   [&](std::string_view, std::uintptr_t address, std::size_t size, Use use) {
                       if (size != 0)
                           visit(object, pages(address, size, use));
                   });
    for_each_stack(cpu_count(), [&](const StackId& id) {
        const auto stack = usable_stack(id);
        visit(object, pages(address_of(stack.data()), stack.size(), Use::ReadWrite));
    });
}

PlaceText SystemBase::describe_address(std::uintptr_t wanted) const {
    if (const auto place = stack_at(wanted))
        return format::text<100>("{}{}", place->is_in_guard() ? "the guard below " : "",
                                 describe_stack(place->stack).view());
    std::string_view found =
        wanted < page_size ? "the page of null pointers" : "nothing that this image uses";
    for_each_piece(Access::machine_cell().get(),
                   [&](std::string_view name, std::uintptr_t address, std::size_t size, Use) {
                       if (wanted - address < size)
                           found = name;
                   });
    return format::text<100>("{}", found);
}

} // namespace neuron::kernel
