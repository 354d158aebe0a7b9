// SPDX-License-Identifier: MIT
// For an app whose main is a task's from the first line: include this once, and define app_main in
// the place of main.
#pragma once

#include <neuron/app.hpp>
#include <neuron/sched/switch.hpp>

namespace neuron {

using Task = sched::Task;

/// The app's name and the words behind it.
class Args {
  public:
    Args(int count, char** words) : words_(words, static_cast<std::size_t>(count)) {}

    [[nodiscard]] std::size_t size() const { return words_.size(); }
    /// Word `n`, below size().
    [[nodiscard]] std::string_view operator[](std::size_t n) const { return words_[n]; }

  private:
    std::span<char*> words_;
};

} // namespace neuron

/// The app's. What it returns, 0 to 255, is the image's exit status.
int app_main(neuron::Task& self, neuron::Args args);

int main(int count, char** words) {
    return app_main(neuron::sched::this_task(neuron::system()), neuron::Args(count, words));
}
