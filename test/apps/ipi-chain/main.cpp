// SPDX-License-Identifier: MIT
// Every CPU sends messages of every carrier to every CPU. What each did with them stands in its
// trace (CONFIG_IPI_TRACE_EVENTS), which tools/causal.py reads from the machine's memory when the
// image has ended; the CHAIN lines say where. The status is 0 if every message came through in
// time.
#include <neuron/app.hpp>
#include <neuron/smp/run_on_each_cpu.hpp>

#include "feature.hpp"

namespace {

using namespace neuron;
using namespace neuron::ipi_chain;

/// Rounds in which each CPU sends one message of each kind to each CPU.
constexpr std::uint64_t default_rounds = 100;

template <class Done>
bool comes_to_pass(Done done) {
    const std::uint64_t deadline = system().diagnostic_deadline();
    bool came = false;
    core::spin_until([&] {
        came = done();
        return came || system().now() >= deadline;
    });
    return came;
}

template <class Count>
std::uint64_t sum_of(Count count) {
    std::uint64_t sum = 0;
    for (std::uint32_t cpu = 0; cpu < system().cpu_count(); ++cpu)
        sum += (system().remote<Feature>(core::CpuId{cpu}).*count).remote_load();
    return sum;
}

/// CPUs that a message wakes from their sleep.
std::uint32_t wake_each() {
    std::uint32_t woken = 0;
    for (std::uint32_t cpu = 1; cpu < system().cpu_count(); ++cpu)
        woken +=
            ipi::post_and_wait<Flag>(system(), NoLocks(), core::CpuId{cpu}, ipi::IpiMessage<Flag>())
                .has_value();
    return woken;
}

/// CPUs that hear a second message while they are at work, posted as soon as the first was handled.
std::uint32_t interrupt_each() {
    const auto heard = smp::run_on_each_cpu(system(), NoLocks(), [](smp::Share share) {
        const core::CpuId peer{(share.cpu.value + 1) % share.count};
        const auto& there = system().remote<Feature>(peer).letters;
        for (int i = 0; i < 2; ++i) {
            const std::uint64_t before = there.remote_load();
            if (!ipi::try_post<Letter>(system(), peer, ipi::IpiMessage<Letter>(0)) ||
                !comes_to_pass([&] { return there.remote_load() != before; }))
                return false;
        }
        return true;
    });
    std::uint32_t count = 0;
    for (const bool each : *heard)
        count += each;
    return count;
}

/// All kinds, from each CPU to each; how many messages there were of each kind.
std::uint64_t storm(std::uint64_t rounds) {
    const auto sent = smp::run_on_each_cpu(
        system(), NoLocks(),
        [](smp::Share share, std::uint64_t times) {
            std::array<ObjectNode, 4> nodes;
            std::uint64_t count = 0;
            for (std::uint64_t round = 0; round < times; ++round)
                for (std::uint32_t cpu = 0; cpu < share.count; ++cpu) {
                    const core::CpuId to{cpu};
                    ObjectNode& node = nodes[++count % nodes.size()];
                    // Pairs with the handler's release.
                    if (!comes_to_pass(
                            [&] { return node.is_back.exchange(0, core::acquire) != 0; }))
                        panic("an object did not come back");
                    (void)ipi::post<Object>(system(), to, ipi::IpiMessage<Object>(node));
                    (void)ipi::post<Flag>(system(), to, ipi::IpiMessage<Flag>());
                    (void)ipi::post<Amount>(system(), to, ipi::IpiMessage<Amount>(1));
                    if (!comes_to_pass([&] {
                            return ipi::try_post<Letter>(system(), to,
                                                         ipi::IpiMessage<Letter>(round))
                                .has_value();
                        }))
                        panic("a letter found no room");
                }
            for (ObjectNode& node : nodes)
                if (!comes_to_pass([&] { return node.is_back.load(core::acquire) != 0; }))
                    panic("an object did not come back");
            return count;
        },
        rounds);
    std::uint64_t sum = 0;
    for (const std::uint64_t each : *sent)
        sum += each;
    return sum;
}

/// What an image refuses: a wait in a handler ends it.
int wait_in_handler() {
    system().as_handler([](core::IrqContext&) {
        (void)ipi::call_on(system(), NoLocks(), core::boot_cpu, [](core::IrqContext&) {});
    });
    return 0;
}

/// And messages to a CPU that has left, which come back.
int post_to_stopped() {
    const core::CpuId gone{1};
    (void)ipi::post<ipi::Stop>(system(), gone, ipi::IpiMessage<ipi::Stop>());
    if (!comes_to_pass([&] { return !system().life(gone).is_online(); }))
        return 1;
    ObjectNode node;
    const auto object = ipi::post<Object>(system(), gone, ipi::IpiMessage<Object>(node));
    const auto letter = ipi::try_post<Letter>(system(), gone, ipi::IpiMessage<Letter>(7));
    const auto call = ipi::call_on(system(), NoLocks(), gone, [](core::IrqContext&) {});
    if (object || letter || call || &object.error().value.content() != &node ||
        letter.error().value.content() != 7)
        return 1;
    println("CHAIN: object={} letter={} call={}", object.error().reason, letter.error().reason,
            call.error());
    const auto others = ipi::post_all<Flag>(system());
    return others.posted.size() == system().cpu_count() - 2 ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    const std::string_view wanted = argc > 1 ? argv[1] : "";
    if (wanted == "handler")
        return wait_in_handler();
    if (wanted == "stopped")
        return post_to_stopped();
    const auto rounds = argc > 1 ? args::parse_unsigned(argv[1]) : default_rounds;
    if (!rounds) {
        println("ipi-chain: handler, stopped or a number of rounds, or nothing for {}",
                default_rounds);
        return 2;
    }
    const std::uint32_t others = system().cpu_count() - 1;
    const std::uint32_t woken = wake_each();
    println("CHAIN: woken={}", woken);
    const std::uint32_t heard = interrupt_each();
    println("CHAIN: heard={}", heard);
    if (heard != others + 1)
        return 1;
    const std::uint64_t letters = sum_of(&Counts::letters);
    const std::uint64_t sent = storm(*rounds);
    const bool arrived = comes_to_pass([&] {
        return sum_of(&Counts::letters) == letters + sent && sum_of(&Counts::objects) == sent &&
               sum_of(&Counts::sum) == sent;
    });
    println("CHAIN: messages={} arrived={}", 4 * sent + others + 2 * (others + 1), arrived);
    const auto traces = smp::run_on_each_cpu(system(), NoLocks(), [](smp::Share) {
        const core::IrqOff masked;
        return system().own<ipi::Feature>(masked).trace.with(
            // SAFETY: an address, for a reader outside.
            masked, [](auto& trace) { return reinterpret_cast<std::uintptr_t>(&trace); });
    });
    for (std::uint32_t cpu = 0; cpu < traces->size(); ++cpu)
        println("CHAIN: cpu={} hart={} trace={:#x}", cpu, system().hart_of(core::CpuId{cpu}),
                (*traces)[cpu]);
    return woken == others && arrived ? 0 : 1;
}
