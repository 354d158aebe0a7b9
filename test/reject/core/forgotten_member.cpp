// expect: neuron_members does not list every member in order
// SPDX-License-Identifier: MIT
#include <neuron/core/send.hpp>
#include <cstdint>
using namespace neuron::core;
class Pair {
    std::uint64_t a_ = 1;
    std::uint64_t* b_ = nullptr;

  public:
    std::uint64_t get() const { return a_ + (b_ == nullptr); }
    using neuron_members = Members<Pair, &Pair::a_>;
};

bool reject() {
    bool accepted = Send<int>;
    static_cast<void>(detail::members_of<Pair>()); // reject
    return accepted;
}
