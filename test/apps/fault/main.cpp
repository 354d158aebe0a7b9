// SPDX-License-Identifier: MIT
// An app that touches memory in the way that its first argument names, so that tests can see what
// the memory map makes of it. One that comes through ends with 0 and says so.
#include <config/stack_shift.hpp>
#include <neuron/app.hpp>
#include <neuron/selftest/feature.hpp>
#include <neuron/smp/run_on_each_cpu.hpp>

extern "C" const char __stacks_start[], __image_start[];

namespace {

using namespace neuron;

/// What the compiler must not see through.
template <class T>
T opaque(T value) {
    // SAFETY: no instruction at all.
    asm volatile("" : "+r"(value) : : "memory");
    return value;
}

void write_at(const void* address) {
    *const_cast<char*>(static_cast<const char*>(opaque(address))) = 1;
}

char read_at(const void* address) {
    return opaque(*static_cast<const char*>(opaque(address)));
}

[[gnu::noinline]] void jump_to(const void* address) {
    // SAFETY: none: that this is a fault is what is shown.
    opaque(reinterpret_cast<void (*)()>(const_cast<void*>(address)))();
}

constexpr std::uint64_t constant[] = {1, 2, 3};
std::uint64_t variable[] = {0x8082'8082, 2, 3}; // where it may be executed, this returns

/// Goes down until its frame lies below `end`, or until something stops it; then comes back.
[[gnu::noinline]] std::uint64_t recurse(const char* end = nullptr) {
    std::uint64_t frame[24]{};
    if (static_cast<const void*>(opaque(&frame[0])) <= end)
        return 0;
    return 1 + opaque(recurse(end)) + opaque(&frame[0])[0];
}

/// The lowest byte of a stack: CPU, and 0 main, 1 handler, 2 emergency.
const char* bottom_of(std::uint64_t cpu, std::uint64_t use) {
    return __stacks_start + ((cpu * 3 + use) << config::stack_shift);
}

/// The lowest byte of the stack in use, whichever that is.
const char* bottom_of_this() {
    const char here = 0;
    constexpr std::uintptr_t size = std::uintptr_t{1} << config::stack_shift;
    // SAFETY: an address: stacks of this size start at multiples of it.
    return reinterpret_cast<const char*>(reinterpret_cast<std::uintptr_t>(opaque(&here)) &
                                         ~(size - 1));
}

void on_each_other_cpu(void (*function)()) {
    (void)smp::run_on_each_cpu(
        system(), NoLocks(),
        [](smp::Share share, std::uintptr_t code) {
            if (share.cpu.value == 1)
                // SAFETY: a function of this image.
                reinterpret_cast<void (*)()>(code)();
            core::spin_until([] { return false; }); // the panic stops this CPU
            return 0;
        },
        // SAFETY: as above.
        reinterpret_cast<std::uintptr_t>(function));
}

struct Case {
    std::string_view name;
    void (*run)();
};
constexpr Case cases[] = {
    {"write-text", [] { write_at(__image_start); }},
    {"write-constant", [] { write_at(constant); }},
    {"write-sealed", [] { write_at(&system().machine()); }},
    {"write-device-tree", [] { write_at(system().machine().device_tree.data()); }},
    {"execute-data", [] { jump_to(variable); }},
    {"execute-constant", [] { jump_to(constant); }},
    {"execute-stack",
     [] {
         std::uint64_t code = 0x8082'8082;
         jump_to(opaque(&code));
     }},
    {"read-null", [] { read_at(nullptr); }},
    {"write-null", [] { write_at(nullptr); }},
    {"jump-null", [] { jump_to(nullptr); }},
    // SAFETY: addresses of nothing.
    {"read-outside", [] { read_at(reinterpret_cast<const void*>(0x8fff'0000)); }},
    {"read-firmware", [] { read_at(reinterpret_cast<const void*>(0x8000'0000)); }},
    {"guard-main", [] { read_at(bottom_of(0, 0)); }},
    {"guard-task", [] { read_at(bottom_of_this()); }},
    {"guard-handler", [] { read_at(bottom_of(0, 1)); }},
    {"guard-emergency", [] { read_at(bottom_of(0, 2)); }},
    {"guard-idle", [] { read_at(bottom_of(1, 0)); }},
    {"recurse-app", [] { recurse(); }},
    // A little too far down, and back.
    {"dip-app", [] { recurse(bottom_of_this()); }},
    // The same, and then something that looks: a trap, or the idle loop of CPU 1.
    {"dip-then-trap",
     [] {
         recurse(bottom_of_this());
         (void)selftest::run_in_handler(system(), [](System&, core::IrqContext&) {});
     }},
    {"dip-then-idle",
     [] {
         (void)smp::run_on_each_cpu(system(), NoLocks(), [](smp::Share share) {
             if (share.cpu.value == 1)
                 return recurse(bottom_of(1, 0));
             core::spin_until([] { return false; }); // the panic stops this CPU
             return std::uint64_t{0};
         });
     }},
    {"touch-handler", [] { write_at(bottom_of(0, 1) + 8); }},
    {"recurse-idle", [] { on_each_other_cpu([] { recurse(); }); }},
    {"recurse-handler",
     [] {
         (void)selftest::run_in_handler(system(), [](System&, core::IrqContext&) { recurse(); });
     }},
    {"nothing", [] {}},
};

} // namespace

int main(int argc, char** argv) {
    for (const Case& each : cases) {
        if (argc > 1 && each.name == argv[1]) {
            each.run();
            println("fault: {}: nothing stopped it", each.name);
            return 0;
        }
    }
    println("fault: there is no such case");
    return 2;
}
