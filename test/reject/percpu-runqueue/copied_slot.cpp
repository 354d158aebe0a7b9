// expect: use of deleted function
// SPDX-License-Identifier: MIT
#include <neuron/percpu-runqueue/admission.hpp>
using namespace neuron;
using core::CpuId;
using core::QosClass;
using percpu_runqueue::Slot;

bool reject(percpu_runqueue::Admissions<2, 3>& admissions, percpu_runqueue::SlotCount& count) {
    auto taken = admissions.try_take(CpuId{1}, QosClass::Normal);
    Slot task = taken ? *std::move(taken) : Slot();
    Slot other = std::move(task);
    bool accepted = other && admissions.taken(CpuId{1}, QosClass::Idle) == 0 && !count.try_take(3);

    Slot copy = other; // reject
    return accepted;
}
