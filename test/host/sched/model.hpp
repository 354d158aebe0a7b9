// SPDX-License-Identifier: MIT
// What tasks do, said once more in plain containers: where each is, where it wants to go, whether
// an unpark is still its next park's, and how many slots each CPU has out.
#pragma once

#include <set>

#include "system.hpp"

namespace sched_test {

class Model {
  public:
    explicit Model(std::uint32_t cpus) : cpus_(cpus) {}

    /// A task that travels, or who is to be attended to: by its place.
    struct Message {
        Pid pid;
        bool is_attention = false;
    };
    struct Cpu {
        std::optional<Pid> running;
        std::deque<Pid> ready;
        std::vector<Message> inbox;
        std::uint32_t taken = 0; ///< slots of class Normal
    };
    enum class Where { Running, Ready, Parked, Travels };
    struct Entry {
        Where where = Where::Ready;
        CpuId home{};
        bool is_woken = false; ///< it travels since an unpark has ended its wait
        bool has_token = false;
        bool is_stopped = false;
        std::optional<CpuId> wish;
    };

    std::map<Pid, Entry> tasks;
    Cpu& operator[](CpuId cpu) { return cpus_[cpu.index()]; }

    // By any CPU.
    void spawn(CpuId self, Pid pid, CpuId cpu) {
        tasks[pid].home = cpu;
        ++at(cpu).taken;
        come(self, pid, cpu);
    }
    bool unpark(CpuId self, Pid pid, bool stop = false) {
        const auto found = tasks.find(pid);
        if (found == tasks.end())
            return false;
        Entry& task = found->second;
        task.is_stopped = task.is_stopped || stop;
        if (task.where == Where::Parked) {
            task.is_woken = task.home != self;
            come(self, pid, task.home);
        } else if (!task.is_woken) {
            task.has_token = true;
        }
        return true;
    }
    std::optional<Error> migrate(CpuId self, Pid pid, CpuId cpu, std::uint32_t capacity) {
        const auto found = tasks.find(pid);
        if (found == tasks.end())
            return Error::NoSuchTask;
        if (at(cpu).taken == capacity)
            return Error::QueueFull;
        if (found->second.wish)
            return Error::Busy;
        found->second.wish = cpu;
        ++at(cpu).taken;
        const CpuId home = found->second.home;
        if (home == self)
            attend(self, pid.index);
        else if (attentions_.insert(pid.index).second)
            at(home).inbox.push_back({pid, true});
        return {};
    }
    void deliver(CpuId cpu, std::size_t which) {
        auto& inbox = at(cpu).inbox;
        const auto [pid, is_attention] = inbox[which];
        inbox.erase(inbox.begin() + static_cast<std::ptrdiff_t>(which));
        if (is_attention) {
            attentions_.erase(pid.index);
            return attend(cpu, pid.index);
        }
        tasks[pid].is_woken = false;
        come(cpu, pid, cpu);
    }

    // By the task that runs on `cpu`, which goes on until it is idle or a task pauses.
    void yield(CpuId cpu) {
        const Pid self = *at(cpu).running;
        tasks[self].where = Where::Ready;
        at(cpu).ready.push_back(self);
        go_on(cpu, self);
    }
    void park(CpuId cpu) {
        Entry& task = tasks[*at(cpu).running];
        if (std::exchange(task.has_token, false))
            return;
        task.where = Where::Parked;
        go_on(cpu);
    }
    void end(CpuId cpu) {
        const auto task = tasks.find(*at(cpu).running);
        --at(cpu).taken;
        if (task->second.wish)
            --at(*task->second.wish).taken;
        tasks.erase(task);
        go_on(cpu);
    }
    /// `cpu` is idle.
    void start(CpuId cpu) { go_on(cpu); }

  private:
    Cpu& at(CpuId cpu) { return cpus_[cpu.index()]; }

    void come(CpuId self, Pid pid, CpuId home) {
        tasks[pid].where = self == home ? Where::Ready : Where::Travels;
        if (self == home)
            at(home).ready.push_back(pid);
        else
            at(home).inbox.push_back({pid});
    }
    /// `cpu` looks at the task in that place: if it is ready there and wants to move, it goes; if
    /// it waits, or is on its way, and wants to be where it is, it has what it wants.
    void attend(CpuId cpu, std::uint32_t place) {
        for (auto& [pid, task] : tasks) {
            if (pid.index != place || task.home != cpu || !task.wish)
                continue;
            if (task.where == Where::Ready) {
                std::erase(at(cpu).ready, pid);
                return depart(cpu, pid);
            }
            if (task.where != Where::Running && *task.wish == cpu) {
                --at(cpu).taken;
                task.wish.reset();
            }
        }
    }
    void depart(CpuId cpu, Pid pid) {
        Entry& task = tasks[pid];
        --at(cpu).taken;
        task.home = *std::exchange(task.wish, std::nullopt);
        come(cpu, pid, task.home);
    }
    /// Who runs next, as long as somebody can. `leaves`: who stands on the stack that is left, so
    /// that it departs after whoever comes next was taken.
    void go_on(CpuId cpu, std::optional<Pid> leaves = {}) {
        Cpu& here = at(cpu);
        std::optional<Pid> left;
        here.running.reset();
        for (;;) {
            while (!here.ready.empty() && !here.running) {
                const Pid next = here.ready.front();
                here.ready.pop_front();
                if (!tasks[next].wish)
                    here.running = next;
                else if (next == leaves)
                    left = next;
                else
                    depart(cpu, next);
            }
            if (!left)
                break;
            depart(cpu, *std::exchange(left, std::nullopt));
            leaves.reset();
        }
        if (here.running)
            tasks[*here.running].where = Where::Running;
    }

    std::vector<Cpu> cpus_;
    std::set<std::uint32_t> attentions_; ///< places to which one is on its way
};

} // namespace sched_test
