// SPDX-License-Identifier: MIT
// Runs the selftests of every library in the image, or of those that the arguments name.
#include <config/selftests.hpp>
#include <neuron/app.hpp>
#include <neuron/selftest/run.hpp>

namespace {

using neuron::selftest::Run;

bool is_wanted(std::string_view library, int argc, char** argv) {
    for (int i = 1; i < argc; ++i)
        if (library == argv[i])
            return true;
    return argc <= 1;
}

bool is_known(std::string_view wanted) {
    bool known = false;
    neuron::config::for_each_selftest(
        [&](std::string_view library, auto*) { known = known || library == wanted; });
    return known;
}

} // namespace

int main(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        if (!is_known(argv[i])) {
            neuron::println("selftest: no selftests of a library called {} in this image", argv[i]);
            return 2;
        }
    }
    Run run({nullptr, [](void*, std::string_view line) { neuron::println("{}", line); }});
    neuron::config::for_each_selftest([&](std::string_view library, auto* run_selftests) {
        if (is_wanted(library, argc, argv))
            run_selftests(run, neuron::system());
    });
    return run.summary();
}
