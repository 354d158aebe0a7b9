// SPDX-License-Identifier: MIT
// The CPU itself, which has no task any more: it handles what was posted to it, and leaves.
#pragma once

#include <neuron/core/type_list.hpp>
#include <neuron/core/witness.hpp>
#include <neuron/hotplug/parts.hpp>
#include <neuron/ipi/drain.hpp>
#include <neuron/percpu/life.hpp>

namespace neuron::hotplug::detail {

/// Whether nothing on this CPU waits to be done, but for messages: no timer, no deferred work, no
/// answer.
template <class System>
bool is_quiet(System& system, const core::IrqOff& masked) {
    bool quiet = true;
    System::Features::for_each([&]<class F> {
        if constexpr (requires { &F::template is_quiet<System>; })
            quiet = F::is_quiet(system, masked) && quiet;
    });
    return quiet;
}

/// Whether cpu_down has told this CPU that it may leave. Relaxed: who goes by it fences.
template <class System>
bool may_leave(System& system) {
    return system.template shared<Feature>().may_leave.load(core::relaxed) ==
           system.this_cpu().value + 1;
}

/// INV-HOTPLUG-3: it goes when all others know that it does, and nothing is left here.
template <class System>
[[gnu::noinline]] void leave_if_quiet(System& system) {
    const core::IrqOff masked;
    // Looked at again: before this CPU parts anew it is asked whether it is quiet, which it can't
    // answer between this and the end.
    if (!may_leave(system))
        return;
    core::fence(core::acquire); // pairs with let_leave: what all others posted came before that
    if (ipi::is_drained(system, masked) && is_quiet(system, masked) &&
        system.life(system.this_cpu()).leave())
        system.stop_hart(masked);
}

} // namespace neuron::hotplug::detail
