// expect: is not a valid template argument
// SPDX-License-Identifier: MIT
#include <neuron/core/disjoint_slices.hpp>
#include <neuron/core/frozen.hpp>
#include <neuron/core/result.hpp>
#include <neuron/core/witness.hpp>
#include <span>
using namespace neuron::core;
constexpr std::array<int, 3> table{1, 2, 3};
struct Handle {
    Handle(Handle&&) = default;
    int number;
    int* secret;
};

template <Send T>
void send(T&&) {}

int reject(int& local, Handle& handle, Pinned& pinned, Atomic<int>& atomic, Result<int, int> (*ask)()) {
    int accepted = Frozen<int>(ref<table>())[0] + local + handle.number + atomic.load(relaxed) + ask().value_or(1);
    static_cast<void>(pinned);
    send(accepted + 0);

    int stack = 0; auto lent = ref<stack>(); // reject
    return accepted;
}
