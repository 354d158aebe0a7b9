// SPDX-License-Identifier: MIT
// Witnesses: values that prove where code runs. A function that is legal only there asks for one,
// and data that may be touched only there is reached through one (percpu/per_cpu.hpp).
//
//   IrqOff        interrupts are masked on this CPU: no handler of this CPU can come in between
//   Pinned        this code stays on its CPU: no migration, no preemption
//   IrqContext&   a handler runs: interrupts are masked, nothing may block
//
// A witness can be smuggled, by a capture for instance; images with run-time checks notice that
// (lib/audit). None of them moves, and none may cross CPUs.
#pragma once

#include <neuron/core/check.hpp>
#include <neuron/env/cpu.hpp>

#include <concepts>

namespace neuron::core {

/// INV-CORE-3: interrupts are masked on this CPU while one of these lives; nests. Every context.
class [[nodiscard]] IrqOff {
  public:
    IrqOff() : were_on_(env::irq_save()) {}
    ~IrqOff() { env::irq_restore(were_on_); }
    IrqOff(const IrqOff&) = delete;
    IrqOff& operator=(const IrqOff&) = delete;

  private:
    bool were_on_;
};

/// This CPU is not left while one of these lives; handlers still run. Nests. Every context.
class [[nodiscard]] Pinned {
  public:
    Pinned() { env::pin(); }
    ~Pinned() { env::unpin(); }
    Pinned(const Pinned&) = delete;
    Pinned& operator=(const Pinned&) = delete;
};

/// Makes the witnesses below. Declared here, defined once in an image by whoever enters handlers
/// and panics: kernel/, or a test.
struct ContextMaker;

/// A handler runs on this CPU. Handlers don't nest.
class IrqContext {
  public:
    ~IrqContext() { --env::execution().handlers; }
    IrqContext(const IrqContext&) = delete;
    IrqContext& operator=(const IrqContext&) = delete;

  private:
    friend struct ContextMaker;
    IrqContext() { ++env::execution().handlers; }
};

/// The image is ending with a report: every other CPU has stopped or is past help.
class PanicContext {
  public:
    PanicContext(const PanicContext&) = delete;
    PanicContext& operator=(const PanicContext&) = delete;

  private:
    friend struct ContextMaker;
    PanicContext() = default;
};

/// A W proves all that `Needed` proves: a handler and masked code are not migrated either. Pinned
/// code is no proof of masked interrupts, and a handler none of being the only one at work: it may
/// have interrupted pinned code.
template <class W, class Needed>
concept Proves =
    std::same_as<W, Needed> || (std::same_as<Needed, IrqOff> && std::same_as<W, IrqContext>) ||
    (std::same_as<Needed, Pinned> && std::same_as<W, IrqOff>);

/// Ends the image unless this code may block: in no handler, interrupts on, not pinned. INV-CORE-7:
/// every blocking call begins with this, in every build.
inline void check_may_block(Where where = {__builtin_FILE(), __builtin_LINE()}) {
    if (env::is_plain_task_level() && env::irq_enabled()) [[likely]]
        return;
    check(env::handlers() == 0, "a blocking call inside a handler", where);
    check(env::irq_enabled(), "a blocking call with interrupts masked", where);
    check(env::pins() == 0, "a blocking call while pinned", where);
}

} // namespace neuron::core
