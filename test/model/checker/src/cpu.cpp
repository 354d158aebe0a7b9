// SPDX-License-Identifier: MIT
#include <model/cpu.hpp>

namespace model {
namespace {

constexpr Filter is_set = {[](const void*, std::uint64_t value) { return value != 0; }, nullptr};
constexpr Filter is_clear = {[](const void*, std::uint64_t value) { return value == 0; }, nullptr};

void update(LocationId location, Change change, std::uint64_t operand, Order order, Filter filter) {
    bool wrote = false;
    (void)Run::current().perform({.location = location,
                                  .change = change,
                                  .order = order,
                                  .failure = order,
                                  .operand = operand,
                                  .filter = filter,
                                  .code = __builtin_return_address(0)},
                                 wrote);
}

} // namespace

Cpu::Cpu()
    : pending_(Run::current().make_location(0, __builtin_return_address(0))),
      masked_(Run::current().make_location(0, __builtin_return_address(0))) {
    Run::current().graph().location(pending_).name = "pending";
    Run::current().graph().location(masked_).name = "masked";
}

void Cpu::run_here() {
    Run::current().set_cpu(this);
}

void Cpu::set_handler(std::function<void()> handler) {
    Run::current().spawn_daemon([this, handler = std::move(handler)] {
        for (;;) {
            update(pending_, Change::None, 0, Order::relaxed, is_set);
            mask();
            handler();
            unmask();
        }
    });
}

void Cpu::send_irq() {
    update(pending_, Change::Or, 1, Order::relaxed, {});
}
void Cpu::clear_irq() {
    update(pending_, Change::And, 0, Order::relaxed, {});
}
void Cpu::wait_irq() {
    if (!Run::current().fails_spuriously())
        update(pending_, Change::None, 0, Order::relaxed, is_set);
}
void Cpu::mask() {
    update(masked_, Change::Exchange, 1, Order::acquire, is_clear);
}
void Cpu::unmask() {
    Run::current().store(masked_, 0, Order::release, __builtin_return_address(0));
}

} // namespace model
