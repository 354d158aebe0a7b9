// SPDX-License-Identifier: MIT
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <model/fiber.hpp>
#include <sys/mman.h>

// Saves what a callee must keep, stores the stack pointer in *from and goes on at `to`.
// SAFETY: pushes and pops the same six registers; both stacks hold what was pushed there, or what
// start() has laid out in the same form. r12 is the function and r13 its argument at the start.
extern "C" void model_switch(void** from, void* to);
extern "C" void model_start();
asm(R"(
    .text
    .globl model_switch
model_switch:
    push %rbp
    push %rbx
    push %r12
    push %r13
    push %r14
    push %r15
    mov %rsp, (%rdi)
    mov %rsi, %rsp
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbx
    pop %rbp
    ret
    .globl model_start
model_start:
    mov %r13, %rdi
    call *%r12
    ud2
)");

namespace model {

Fiber::Fiber() {
    constexpr std::size_t page = 4096;
    void* const made = mmap(nullptr, stack_size, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (made == MAP_FAILED || mprotect(made, page, PROT_NONE) != 0) {
        std::fputs("model: no memory for a stack\n", stderr);
        std::abort();
    }
    stack_ = static_cast<std::byte*>(made);
}

Fiber::~Fiber() {
    munmap(stack_, stack_size);
}

void Fiber::start(void (*function)(void*), void* argument) {
    // SAFETY: the top of the stack; the frame is what model_switch pops, and leaves sp aligned
    // to 16.
    auto* top = reinterpret_cast<void**>(stack_ + stack_size - 72);
    const std::array<void*, 7> frame = {nullptr,
                                        nullptr,
                                        argument,
                                        reinterpret_cast<void*>(function),
                                        nullptr,
                                        nullptr,
                                        reinterpret_cast<void*>(&model_start)};
    for (std::size_t i = 0; i < frame.size(); ++i)
        top[i] = frame[i];
    inside_ = top;
}

void Fiber::enter() {
    model_switch(&outside_, inside_);
}

void Fiber::leave() {
    model_switch(&inside_, outside_);
}

} // namespace model
