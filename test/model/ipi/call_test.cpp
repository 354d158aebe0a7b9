// SPDX-License-Identifier: MIT
// A call's cell between its caller, which may give up, and the CPU that runs the function.
#include "system.hpp"

using namespace suite;
using model_test::passes;
using model_test::Probe;
using neuron::core::IrqContext;
using neuron::ipi::CallCell;

namespace {

using Arguments = std::tuple<Probe>;
struct Twice {
    Probe operator()(IrqContext&, const Probe& value) const { return Probe(2 * value.read()); }
};

void fill(CallCell& cell, int value) {
    cell.fill<Arguments>(neuron::ipi::detail::call_steps<Twice, Probe, Probe>, Probe(value));
}

/// The target's handler, when the message has come, which hands over what its sender wrote before.
void serve(CallCell& cell, Word& posted, unsigned number) {
    spin_until([&] { return posted.load(acquire) == number; });
    IrqContext irq = neuron::core::ContextMaker::handler();
    cell.serve(irq);
}

} // namespace

TEST_CASE("ipi: INV-IPI-6: a call is run once, and its cell is used again when both are done") {
    passes("CallCell: 2 calls", 1, [] {
        CallCell cell;
        Word posted;
        parallel(
            [&] {
                for (unsigned i = 1; i <= 2; ++i) {
                    spin_until([&] { return cell.claim(); });
                    fill(cell, static_cast<int>(i));
                    posted.store(i, release);
                    spin_until([&] { return cell.is_done(); });
                    MODEL_ASSERT(cell.take_result<Probe>().read() == static_cast<int>(2 * i));
                }
            },
            [&] {
                serve(cell, posted, 1);
                serve(cell, posted, 2);
            });
    });
    // The first caller gives up whenever it likes; the next takes the cell when it can.
    passes("CallCell: a call that is given up, then another one", 7, [] {
        CallCell cell;
        Word posted;
        parallel(
            [&] {
                MODEL_ASSERT(cell.claim());
                fill(cell, 1);
                posted.store(1, release);
                if (!cell.abandon())
                    MODEL_ASSERT(cell.take_result<Probe>().read() == 2);
                spin_until([&] { return cell.claim(); });
                fill(cell, 2);
                posted.store(2, release);
                spin_until([&] { return cell.is_done(); });
                MODEL_ASSERT(cell.take_result<Probe>().read() == 4);
            },
            [&] {
                serve(cell, posted, 1);
                serve(cell, posted, 2);
            });
    });
}

TEST_CASE("ipi: the cell of a call whose target has left is used again") {
    passes("CallCell: its target leaves, which has served it", 1, [] {
        CallCell cell;
        Word left;
        parallel(
            [&] {
                MODEL_ASSERT(cell.claim());
                fill(cell, 1);
                left.store(1, release);
                spin_until([&] { return left.load(acquire) == 2; });
                cell.reclaim();
                MODEL_ASSERT(cell.claim());
                fill(cell, 2);
            },
            [&] {
                serve(cell, left, 1);
                left.store(2, release);
            });
        cell.reclaim();
    });
}
