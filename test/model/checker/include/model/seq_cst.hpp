// SPDX-License-Identifier: MIT
// Sequential consistency of RC11 (Lahav, Vafeiadis, Kang, Hur, Dreyer: "Repairing Sequential
// Consistency in C/C++11", PLDI 2017): the relation psc over the seq_cst events has no cycle.
//
//   scb      = sb | sb-to-elsewhere ; hb ; sb-to-elsewhere | hb at one location | mo | fr
//   psc_base = ([SC] | [F_sc] ; hb?) ; scb ; ([SC] | hb? ; [F_sc])
//   psc_F    = [F_sc] ; (hb | hb ; eco ; hb) ; [F_sc]
//
// Edges by hb never change once both events are there: they are found when an event comes. Edges by
// mo, fr and eco move with each write; for each location they follow from the lowest place that an
// event reaches from and the highest that one is reached at.
#pragma once

#include <model/graph.hpp>

namespace model {

class SeqCst {
  public:
    /// Most seq_cst events that a run may have.
    static constexpr unsigned most = 64;

    void clear();
    /// The newest event of the graph, which is seq_cst, has come.
    void add(const Graph& graph);
    /// Whether psc has no cycle in the graph as it is.
    [[nodiscard]] bool is_consistent(const Graph& graph) const;

  private:
    using Set = std::uint64_t; ///< of seq_cst events, by their number

    std::array<Set, most> by_happening_{}; ///< from each event, to later ones
    unsigned count_ = 0;
};

} // namespace model
