// SPDX-License-Identifier: MIT
// Who may place a task on a CPU. A queue refuses nobody (run_queue.hpp), so that is asked before: a
// CPU has some slots for each base class, counted apart from its queue. Whoever wants to place a
// task there, from whatever CPU, takes a slot first. The slot stays with the task; to change its
// class or CPU, take the new slot and assign it over the old one.
#pragma once

#include <neuron/core/check.hpp>
#include <neuron/core/ids.hpp>
#include <neuron/core/qos.hpp>
#include <neuron/core/result.hpp>
#include <neuron/percpu-runqueue/slot_count.hpp>

#include <array>
#include <utility>

namespace neuron::percpu_runqueue {

/// A place for one task on one CPU, in one class. Made by Admissions::try_take. Moves, also to
/// another CPU; never copied. INV-RUNQUEUE-4: its end gives the place back, once, on whatever CPU.
/// One that was moved from, or made without a value, holds no place.
class [[nodiscard]] Slot {
  public:
    constexpr Slot() = default;
    Slot(Slot&& other) noexcept
        : count_(std::exchange(other.count_, nullptr)), cpu_(other.cpu_), qos_(other.qos_) {}
    /// Gives its own place back after it has got the other's. Onto itself: changes nothing.
    Slot& operator=(Slot&& other) noexcept {
        Slot incoming(std::move(other));
        std::swap(count_, incoming.count_);
        std::swap(cpu_, incoming.cpu_);
        std::swap(qos_, incoming.qos_);
        return *this;
    }
    ~Slot() {
        if (count_ != nullptr)
            count_->give_back();
    }

    /// Whether it holds a place; cpu() and qos() are those of the last one it held.
    [[nodiscard]] explicit operator bool() const { return count_ != nullptr; }
    [[nodiscard]] core::CpuId cpu() const { return cpu_; }
    [[nodiscard]] core::QosClass qos() const { return qos_; }

    /// Leaves the place to a word that says which it is; Admissions::attach makes a Slot of that
    /// again, once.
    void detach() { count_ = nullptr; }

  private:
    template <unsigned, std::uint32_t>
    friend class Admissions;
    Slot(SlotCount& count, core::CpuId cpu, core::QosClass qos)
        : count_(&count), cpu_(cpu), qos_(qos) {}

    SlotCount* count_ = nullptr;
    core::CpuId cpu_;
    core::QosClass qos_ = core::QosClass::Idle;
};

/// Why there is no slot, of which class, and how many of them a CPU has.
struct Refusal {
    Reason reason;
    core::QosClass qos;
    std::uint32_t capacity;
    friend constexpr bool operator==(const Refusal&, const Refusal&) = default;
};

/// The slots of CPUs 0 to MaxCpus - 1: `Capacity` on each CPU for each class. Outlives its slots.
/// Every CPU, every context; no lock, no waiting.
template <unsigned MaxCpus, std::uint32_t Capacity>
class Admissions {
    static_assert(MaxCpus >= 1 && Capacity >= 1 && Capacity <= SlotCount::most);

  public:
    static constexpr std::uint32_t capacity = Capacity;

    Admissions() = default;
    Admissions(const Admissions&) = delete;
    Admissions& operator=(const Admissions&) = delete;

    /// Tasks may come to `cpu`, which is below MaxCpus and has all that they need. Every CPU is
    /// closed until then. Not while another CPU opens or closes the same one; so for close().
    void open(core::CpuId cpu) {
        for (SlotCount& count : line(cpu).counts)
            count.open();
    }

    /// No task may come to `cpu`, which is below MaxCpus. INV-RUNQUEUE-5: once this has returned,
    /// no slot of it is taken, and taken() counts each one that is out; it only falls, and at 0
    /// nobody is on the CPU, nor on the way to it.
    void close(core::CpuId cpu) {
        for (SlotCount& count : line(cpu).counts)
            count.close();
    }

    /// Whether tasks may come to `cpu`, which is below MaxCpus. A moment old.
    [[nodiscard]] bool is_open(core::CpuId cpu) const { return line(cpu).counts[0].takes_tasks(); }

    /// A place for one task of base class `qos` on `cpu`. A refusal changes nothing.
    [[nodiscard]] core::Result<Slot, Refusal> try_take(core::CpuId cpu, core::QosClass qos) {
        if (cpu.index() >= MaxCpus)
            return std::unexpected(Refusal{Reason::InvalidCpu, qos, Capacity});
        SlotCount& count = line(cpu).counts[index(qos)];
        if (const std::optional<Reason> reason = count.try_take(Capacity))
            return std::unexpected(Refusal{*reason, qos, Capacity});
        return Slot(count, cpu, qos);
    }

    /// The place that a Slot of this CPU and class was detached from. INV-RUNQUEUE-4.
    [[nodiscard]] Slot attach(core::CpuId cpu, core::QosClass qos) {
        return Slot(line(cpu).counts[index(qos)], cpu, qos);
    }

    /// How many slots of `cpu`, which is below MaxCpus, and of this class are out.
    [[nodiscard]] std::uint32_t taken(core::CpuId cpu, core::QosClass qos) const {
        return line(cpu).counts[index(qos)].taken();
    }

  private:
    /// A cache line: placing tasks on one CPU does not slow down those who place them on another.
    struct alignas(64) Line {
        std::array<SlotCount, core::qos_classes> counts;
        using neuron_members = core::Members<Line, &Line::counts>;
    };

    template <class Self>
    static auto& line_of(Self& self, core::CpuId cpu) {
        core::check(cpu.index() < MaxCpus, "Admissions: the CPU is below MaxCpus");
        return self.lines_[cpu.index()];
    }
    Line& line(core::CpuId cpu) { return line_of(*this, cpu); }
    const Line& line(core::CpuId cpu) const { return line_of(*this, cpu); }

    static std::uint32_t index(core::QosClass qos) {
        core::check(core::is_class(qos), "Admissions: a QosClass");
        return static_cast<std::uint32_t>(qos);
    }

    std::array<Line, MaxCpus> lines_;

  public:
    using neuron_members = core::Members<Admissions, &Admissions::lines_>;
};

} // namespace neuron::percpu_runqueue

// SAFETY: a pointer is never derived; it leads to a SlotCount, which every CPU may use and which
// outlives the Slot, and one Slot stands for one place (INV-RUNQUEUE-4): it can't be copied.
template <>
inline constexpr bool neuron::core::unsafe_send<neuron::percpu_runqueue::Slot> = true;
