// SPDX-License-Identifier: MIT
// The walk over all runs, and how processes share it.
#pragma once

#include <chrono>
#include <model/model.hpp>

namespace model {

class Explorer {
  public:
    Explorer(const std::function<void()>& body, const Options& options);

    Result all();
    bool step(Tape& tape, Result& result);
    void explore(Tape& tape, std::size_t fixed, Result& result);

  private:
    static constexpr std::uint64_t lint_runs = 2000; ///< executions that are looked at for the lint

    bool is_enough(const Tape& tape, Result& result);
    void sample(Result& result);

    const std::function<void()>& body_;
    const Options& options_;
    Limits limits_;
    std::mt19937_64 random_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    double told_ = 0;
    std::set<Pair> suspects_; ///< of load buffering
};

/// Splits the tree of choices into subtrees and lets processes explore them. In the part above the
/// subtrees every delay is tried, since no process sees what the others want.
void share_work(Explorer& explorer, unsigned workers, Result& result);

} // namespace model
