// SPDX-License-Identifier: MIT
// A task, for who owns it: the task itself while it runs, its home's queue while it is ready, and
// whoever woke it while it is on its way. What every CPU may know of it is its TaskSlot.
#pragma once

#include <neuron/core/cpu_set.hpp>
#include <neuron/core/list.hpp>
#include <neuron/core/plain.hpp>
#include <neuron/core/strand.hpp>
#include <neuron/percpu-runqueue/admission.hpp>
#include <neuron/sched/park_word.hpp>
#include <neuron/sched/standing.hpp>

#include <algorithm>
#include <string_view>

namespace neuron::sched {

using core::Pid;
using CpuMask = core::CpuSet<ParkWord::most_cpus>;

/// What every CPU may use of a task.
struct TaskSlot {
    /// In `joiner`: the task has ended.
    static constexpr std::uint64_t ended = ~std::uint64_t{0};

    ParkWord word;
    core::Atomic<std::uint64_t> joiner{
        0}; ///< who waits for its end, as format_value(Pid); or ended
    core::Atomic<std::uint32_t> holders{0};   ///< itself and its handle: the last frees the place
    core::Atomic<std::uint32_t> next_free{0}; ///< of a free place (pool.hpp)
    core::Atomic<std::uint32_t> attention{0}; ///< a message is on its way to its home (attend.hpp)
    core::Atomic<std::uint64_t> pressure{0};  ///< what those that wait for it lend it (lending.hpp)
    core::Plain<int> exit_value;              ///< ordered by `joiner`
    std::array<core::Atomic<std::uint64_t>, ParkWord::most_cpus / 64> affinity{};

    [[nodiscard]] bool may_run_on(core::CpuId cpu) const {
        // Relaxed: it stands for itself; a task moves only with its word.
        return (affinity[cpu.index() / 64].load(core::relaxed) >> (cpu.index() % 64) & 1) != 0;
    }
    [[nodiscard]] bool may_run_on_all(const CpuMask& cpus) const {
        std::uint64_t others = 0;
        for (std::size_t n = 0; n < affinity.size(); ++n)
            others |= cpus.word(n) & ~affinity[n].load(core::relaxed); // as above
        return others == 0;
    }
    void set_affinity(const CpuMask& cpus) {
        for (std::size_t n = 0; n < affinity.size(); ++n)
            affinity[n].store(cpus.word(n), core::relaxed); // as above
    }
};

namespace detail {
struct Inside;

/// What a task that waits lends to another (lending.hpp), for its home to change.
struct Debt {
    /// It lends `qos` from now on. Whom that concerns; no task's name: nobody.
    Pid (*change)(Debt& debt, core::QosClass qos);
};
} // namespace detail

/// Neither copied nor moved. `Task&` is what a blocking call takes of the task that blocks: its own
/// function gets it, and it must not be used by another.
class Task : public core::Linked<Task> {
  public:
    static constexpr std::size_t longest_name = 15;

    [[nodiscard]] Pid pid() const { return fields_.pid; }
    [[nodiscard]] std::string_view name() const { return fields_.name.data(); }
    /// Its base class; what it competes in is its Standing's.
    [[nodiscard]] core::QosClass qos() const { return fields_.admission.qos(); }
    [[nodiscard]] std::uint32_t share() const { return fields_.standing.share; }
    /// As std::stop_token has it: whether somebody asked it to stop (request_stop). It goes on
    /// until it looks.
    [[nodiscard]] bool stop_requested() const { return fields_.slot->word.is_stop_requested(); }

  private:
    friend struct detail::Inside;

    struct Fields {
        TaskSlot* slot = nullptr;
        core::Strand* strand = nullptr;
        Pid pid;
        percpu_runqueue::Slot admission; ///< its place on the CPU that it is at home on
        std::array<char, longest_name + 1> name{};
        Standing standing;
        detail::Debt* debt = nullptr; ///< while it waits
    };
    Fields fields_;
};

namespace detail {

/// What this library reaches inside a task that it owns.
struct Inside {
    static auto& of(Task& task) { return task.fields_; }
    static ParkWord& word(Task& task) { return task.fields_.slot->word; }
    static Standing& standing(Task& task) { return task.fields_.standing; }

    template <class Handle>
    static Handle handle(Pid pid) {
        return Handle(pid);
    }
    /// For a handle that was made for a task which has another.
    template <class Handle>
    static void forget(Handle& handle) {
        handle.pid_ = Pid{};
    }

    /// Longer names are cut.
    static void set_name(Task& task, std::string_view name) {
        task.fields_.name = {};
        name.substr(0, Task::longest_name).copy(task.fields_.name.data(), Task::longest_name);
    }
};

} // namespace detail
} // namespace neuron::sched

// SAFETY: a base and pointers are not derived; a task is in one place at a time (INV-SCHED-5), and
// is handed over with it: by the run queue of one CPU, or by the message that it is.
template <>
inline constexpr bool neuron::core::unsafe_send<neuron::sched::Task> = true;
// Only its owner reads it.
template <>
inline constexpr bool neuron::core::unsafe_sync<neuron::sched::Task> = false;

// SAFETY: a Plain is not derived; the task writes its exit value before the release of `joiner`,
// which its joiner acquires before it reads. All else is Synchronized.
template <>
inline constexpr bool neuron::core::unsafe_synchronized<neuron::sched::TaskSlot> = true;
