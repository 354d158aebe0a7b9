// SPDX-License-Identifier: MIT
// Who rings: messages of which nothing is known here but that they were published, a receiver that
// sleeps, and its doorbell.
#include <neuron/ipi/pending.hpp>

#include <model/cpu.hpp>

#include "../passes.hpp"

using namespace suite;
using model_test::passes;
using neuron::core::CpuId;
using neuron::ipi::Doorbell;
using neuron::ipi::Pending;

namespace {

/// A CPU that handles messages in its doorbell's handler, as the kernel does.
template <class AnyPending>
struct Receiver {
    /// A device access behind a fence, and an interrupt that orders nothing by itself.
    void ring() {
        fence(release);
        cpu.send_irq();
    }
    void post(std::uint32_t sender) {
        if (!was_early)
            told.at(sender).write(1);
        messages.at(sender).fetch_add(1, relaxed);
        if (pending.announce(CpuId{sender}) == Doorbell::Ring)
            ring();
    }
    void drain() {
        pending.take([&](CpuId sender) {
            // Whoever is seen has published: none is seen before its message.
            MODEL_ASSERT(messages.at(sender.index()).exchange(0, relaxed) != 0 || was_early);
            MODEL_ASSERT(was_early || told.at(sender.index()).read() == 1);
            ++handled;
        });
    }
    void handle() {
        cpu.clear_irq();
        fence(acquire);
        drain();
    }

    model::Cpu cpu;
    AnyPending pending;
    std::array<Word, 3> messages;
    std::array<Plain<int>, 3> told; ///< by each sender that posts once
    unsigned handled = 0;
    bool was_early = false; ///< a message is taken along when its sender is seen for the one before
};

/// Every message is taken, though nobody looks but when the doorbell rings.
template <class AnyPending>
void all_are_handled(unsigned senders, unsigned each) {
    Receiver<AnyPending> receiver;
    receiver.was_early = each > 1;
    receiver.cpu.set_handler([&] { receiver.handle(); });
    each_of(senders, [&](unsigned sender) {
        for (unsigned i = 0; i < each; ++i)
            receiver.post(sender);
    });
    for (unsigned sender = 0; sender < senders; ++sender)
        spin_until([&] { return receiver.messages.at(sender).load(relaxed) == 0; });
    receiver.cpu.mask(); // the handler is done for good
}

} // namespace

TEST_CASE("ipi: INV-IPI-1: a receiver that only listens for its doorbell misses nothing") {
    passes("Pending: 1 sender, 2 posts", 5, [] { all_are_handled<Pending<3>>(1, 2); });
    passes("Pending: 2 senders, 1 post each", 4, [] { all_are_handled<Pending<3>>(2, 1); });
    passes("Pending: 2 senders, 2 posts each", 316, [] { all_are_handled<Pending<3>>(2, 2); });
    passes("Pending in groups: 2 senders of one, 1 post each", 8,
           [] { all_are_handled<Pending<5, 4>>(2, 1); });
}

// An acknowledgement behind the messages: a doorbell that rings in between is lost, and the model
// says so.
TEST_CASE("ipi: SSIP cleared behind the messages loses a wake-up") {
    const auto result = model::check([] {
        Receiver<Pending<3>> receiver;
        receiver.was_early = true;
        receiver.cpu.set_handler([&] {
            fence(acquire);
            receiver.drain();
            receiver.cpu.clear_irq();
        });
        each_of(2, [&](unsigned sender) { receiver.post(sender); });
        for (unsigned sender = 0; sender < 2; ++sender)
            spin_until([&] { return receiver.messages.at(sender).load(relaxed) == 0; });
        receiver.cpu.mask();
    });
    CHECK(result.error == model::Error::Deadlock);
}

TEST_CASE("ipi: INV-IPI-1: who stops looking has been told, or will be rung") {
    const auto looks_then_sleeps = []<class AnyPending>(std::type_identity<AnyPending>) {
        Receiver<AnyPending> receiver;
        parallel([&] { receiver.post(0); }, [&] { receiver.post(1); },
                 [&] {
                     receiver.pending.begin_polling();
                     if (receiver.pending.is_set())
                         receiver.drain();
                     if (receiver.pending.end_polling())
                         receiver.drain();
                     while (receiver.handled < 2) {
                         receiver.cpu.wait_irq();
                         receiver.handle();
                     }
                 });
    };
    passes("Pending: 2 senders, a receiver that looks, then sleeps", 40,
           [&] { looks_then_sleeps(std::type_identity<Pending<3>>()); });
    passes("Pending in groups: the same", 64,
           [&] { looks_then_sleeps(std::type_identity<Pending<5, 4>>()); });
}
