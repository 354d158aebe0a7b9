// SPDX-License-Identifier: MIT
// How fast the checker is: runs a second, dead ends included, on one core and on two.
#include <chrono>
#include <cstdio>

#include "../suite/structures.hpp"

using namespace suite;

namespace {

/// One line of the table.
void measure(const char* name, const std::function<void()>& body, unsigned workers) {
    const auto start = std::chrono::steady_clock::now();
    model::Result result;
    std::uint64_t runs = 0;
    double seconds = 0;
    for (unsigned round = 0; round < 1000 && seconds < 0.5; ++round) { // short ones more than once
        result = model::check(body, {.name = name, .workers = workers});
        runs += result.runs();
        seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
    std::printf("%s | %u | %llu | %llu | %.0f\n", name, workers,
                static_cast<unsigned long long>(result.complete),
                static_cast<unsigned long long>(result.runs() - result.complete),
                static_cast<double>(runs) / seconds);
}

void spsc() {
    Spsc<2> ring;
    parallel(
        [&] {
            for (int i = 1; i <= 8; ++i)
                spin_until([&] { return ring.push(i); });
        },
        [&] {
            for (int i = 1; i <= 8; ++i)
                spin_until([&] { return ring.pop().has_value(); });
        });
}

void updates() {
    Word x;
    each_of(8, [&](unsigned) { x.fetch_add(1, relaxed); });
}

void mpsc() {
    Mpsc<4> ring;
    const auto push = [&] { (void)ring.push(1); };
    parallel(push, push, push, [&] {
        for (int i = 0; i < 3; ++i)
            spin_until([&] { return ring.pop().has_value(); });
    });
}

void chase_lev() {
    ChaseLev deque;
    for (int i = 0; i < 3; ++i)
        deque.push(i);
    const auto steal = [&] { (void)deque.steal(); };
    parallel(
        [&] {
            (void)deque.take();
            (void)deque.take();
        },
        steal, steal);
}

} // namespace

int main() {
    for (const unsigned workers : {1U, 2U}) {
        measure("SPSC ring of 2, 8 items", spsc, workers);
        measure("8 updates", updates, workers);
        measure("MPSC ring, 3 producers", mpsc, workers);
        measure("Chase-Lev, 3 items, 2 takes, 2 thieves (seq_cst)", chase_lev, workers);
    }
}
