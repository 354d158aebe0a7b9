// SPDX-License-Identifier: MIT
// What share a task may have, and which CPUs; what was decided of it, and what it has used.
#include "fixture.hpp"

using namespace sched_test;

namespace {

using Fixture = QosFixture<2>;

sched_qos::Decision last(QosSystem<2>& system) {
    sched_qos::Decision last;
    while (const auto next = sched_qos::decision_from(system, last.number + 1))
        last = *next;
    return last;
}

} // namespace

TEST_CASE("sched-qos: test_reject_share: raised without authority, or no share") {
    Fixture f;
    f.in_task(QosClass::Normal, [&](Task& self) {
        CHECK(self.share() == 100);
        CHECK(refusal(sched_qos::set_share(f.system, self, 101)) == Error::NoAuthority);
        for (const std::uint32_t share : {0U, 1001U, 0xffff'ffffU}) {
            CHECK(refusal(sched_qos::set_share(f.system, self, share)) == Error::InvalidShare);
            CHECK(refusal(sched_qos::set_share(f.system, f.authority, self, share)) ==
                  Error::InvalidShare);
        }
        CHECK(self.share() == 100);
        CHECK(sched_qos::set_share(f.system, f.authority, self, 1000));
        CHECK(sched_qos::set_share(f.system, self, 1));
        CHECK(self.share() == 1);
    });
}

TEST_CASE("sched-qos: test_reject_affinity: widened without authority, or of no CPU") {
    QosSystem<2> system(3, two);
    const auto authority = sched_qos::take_authority(system);
    const auto task = system.started({.affinity = only({zero, one})}, [&](Task& self) {
        const auto refused = [&](const sched::CpuMask& mask) {
            return refusal(sched_qos::set_affinity(system, self, mask));
        };
        CHECK(refused({}) == Error::EmptyAffinity);
        CHECK(refused(only({two, three})) == Error::EmptyAffinity); // closed; none
        CHECK(refused(only({zero, two})) == Error::NoAuthority);
        CHECK(refused(sched::CpuMask::first(128)) == Error::NoAuthority);
        CHECK(refusal(sched_qos::set_affinity(system, *authority, self, {})) ==
              Error::EmptyAffinity);
        CHECK(!refused(only({zero})));
        CHECK(refused(only({one})) == Error::NoAuthority); // it had it before
        CHECK(refusal(sched::migrate(system, self, one)) == Error::NotAllowed);
        CHECK(sched_qos::set_affinity(system, *authority, self, only({one})));
        CHECK(system.this_cpu() == one); // where it may run
        CHECK(sched_qos::set_affinity(system, *authority, self, sched::CpuMask::first(128)));
        CHECK(system.this_cpu() == one);
    });
    system.run_all();
    CHECK(system.all_taken(zero) + system.all_taken(one) == 0);
}

TEST_CASE("sched-qos: test_reject_affinity: no room where it leads, or about to move") {
    Fixture f;
    std::vector<sched::Handle<QosSystem<2>>> parked;
    for (int task = 0; task < 2; ++task)
        parked.push_back(
            f.system.started({.cpu = one}, [&](Task& self) { sched::park(f.system, self); }));
    const auto task = f.system.started({}, [&](Task& self) {
        CHECK(refusal(sched_qos::set_affinity(f.system, self, only({one}))) == Error::QueueFull);
        CHECK(sched_qos::set_affinity(f.system, self, only({zero, one, two}))); // as before
        f.system.pause();
        CHECK(refusal(sched_qos::set_affinity(f.system, self, only({zero}))) == Error::Busy);
        CHECK(f.system.this_cpu() == zero);
        sched::yield(f.system, self);
        CHECK(f.system.this_cpu() == two);
        CHECK(sched_qos::set_affinity(f.system, self, only({zero, one})));
        CHECK(f.system.this_cpu() == zero);
    });
    f.system.step(zero);
    CHECK(sched::migrate(f.system, task.pid(), two));
    f.system.run_all();
    for (const auto& each : parked)
        CHECK(sched::unpark(f.system, each.pid()));
    f.system.run_all();
    CHECK(f.system.all_taken(zero) + f.system.all_taken(one) + f.system.all_taken(two) == 0);
}

TEST_CASE("sched-qos: the last decisions are kept, by number") {
    Fixture f;
    CHECK(!sched_qos::decision_from(f.system, 0));
    Pid pid;
    f.in_task(QosClass::Normal, [&](Task& self) {
        pid = self.pid();
        const sched_qos::Decision spawned = last(f.system);
        CHECK(spawned.number == 1);
        CHECK(spawned.subject == sched_qos::Subject::Spawn);
        CHECK(spawned.of == pid);
        CHECK(spawned.by == Pid{}); // by the test, which is no task
        CHECK(spawned.with_authority);
        CHECK(!spawned.refusal);
        (void)sched_qos::set_qos(f.system, self, burst);
        const sched_qos::Decision refused = last(f.system);
        CHECK(refused.number == 2);
        CHECK(refused.subject == sched_qos::Subject::Class);
        CHECK(refused.by == pid);
        CHECK(refused.wanted == 3);
        CHECK_FALSE(refused.with_authority);
        CHECK(refused.refusal == Error::NoAuthority);
        (void)sched_qos::set_share(f.system, self, 7);
        CHECK(last(f.system).subject == sched_qos::Subject::Share);
        (void)sched_qos::set_affinity(f.system, self, sched::CpuMask::first(2));
        CHECK(last(f.system).wanted == 3);
        (void)sched_qos::set_share(f.system, self, 6);
    });
    CHECK(sched_qos::decision_from(f.system, 0)->number == 2); // four are kept
    CHECK(sched_qos::decision_from(f.system, 4)->number == 4);
    CHECK(sched_qos::decision_from(f.system, 5)->wanted == 6);
    CHECK(!sched_qos::decision_from(f.system, 6));
    CHECK(to_string(sched_qos::Subject::Affinity) == "Affinity");
    CHECK(format_value(sched_qos::Subject{9}) == "?");
}

TEST_CASE("sched-qos: a task's time is what it has run for, by itself") {
    Fixture f;
    f.in_task(QosClass::Normal, [&](Task& self) {
        f.system.clock += 5ms;
        CHECK(sched_qos::cpu_time(f.system, self) == 5ms);
        auto other = f.system.started({}, [&](Task& own) {
            f.system.clock += 3ms;
            CHECK(sched_qos::cpu_time(f.system, own) == 3ms);
        });
        sched::yield(f.system, self);
        f.system.clock += 1ms;
        CHECK(sched_qos::cpu_time(f.system, self) == 6ms);
    });
}

TEST_CASE(
    "sched-qos: INV-QOS-3: one that is to leave as its class has the turn does not use it up") {
    Fixture f;
    std::string ran;
    const auto turns = [&](char name) {
        return [&, name](Task& self) {
            for (int turn = 0; turn < 2; ++turn) {
                ran += name;
                f.system.pause();
                sched::yield(f.system, self);
            }
        };
    };
    const auto high = f.spawn(burst, turns('h'));
    const auto leaves = f.spawn(idle, turns('l'));
    const auto stays = f.spawn(idle, turns('s'));
    CHECK(f.system.step(zero));
    CHECK(ran == "h");
    CHECK(f.system.as(one, [&] { return sched::migrate(f.system, leaves.pid(), one); }));
    f.system.clock += 1s; // their class is overdue, and nobody has been attended to
    CHECK(f.system.step(zero));
    CHECK(ran == "hs");
    f.system.run_all();
    CHECK(ran == "hshsll");
}
