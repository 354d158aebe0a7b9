// SPDX-License-Identifier: MIT
// The choices of one run, in the order in which they were made, and the walk over all of them. A
// tape as text ("R0.D.W1") repeats its run.
#pragma once

#include <model/event.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace model {

/// What was to be chosen.
enum class Asked : char {
    Read = 'R',     ///< which write a load or update reads from
    Place = 'W',    ///< which write another one comes right behind
    Spurious = 'S', ///< whether a weak compare-exchange or a sleep fails for no reason
};

struct Choice {
    Asked asked = Asked::Read;
    ThreadId thread = 0;
    std::vector<EventId> options;
    unsigned taken = 0;      ///< index into options
    bool is_delayed = false; ///< the read waits for a write that is not there yet
    bool may_delay = false;
    bool wants_delay = false; ///< some other thread may write what this read could wait for
};

class Tape {
  public:
    /// Back to the first choice, to make the same ones again.
    void rewind() { position_ = 0; }
    /// Whether every choice that was kept has been made again.
    [[nodiscard]] bool is_new() const { return position_ == size_; }
    /// Whether all that was chosen so far was chosen the same way by the run before.
    [[nodiscard]] bool is_repeated() const { return position_ <= changed_; }
    [[nodiscard]] std::size_t position() const { return position_; }
    [[nodiscard]] std::size_t size() const { return size_; }

    /// The next choice, to be made again.
    Choice& again() { return choices_[position_++]; }
    /// A new choice, its first option taken. Its options are what they were: fill them.
    Choice& add(Asked asked, ThreadId thread);
    [[nodiscard]] Choice& at(std::size_t index) { return choices_[index]; }
    [[nodiscard]] const Choice& at(std::size_t index) const { return choices_[index]; }

    /// Moves on to the next run that is to be made; false when there is none. Choices below `fixed`
    /// stay. With `every_delay`, delays are tried whether wanted or not.
    bool advance(std::size_t fixed, bool every_delay);
    /// Drops every choice behind the first `count`.
    void cut(std::size_t count);

    [[nodiscard]] std::string text() const;
    /// What text() gave; false if it makes no sense. Options are checked when the choice comes up.
    bool parse(std::string_view text);

    /// How many runs there are in all, guessed from the options along this tape (Knuth 1975).
    [[nodiscard]] double guess() const;

  private:
    std::vector<Choice> choices_; ///< kept from run to run, for their memory
    std::size_t size_ = 0;
    std::size_t position_ = 0;
    std::size_t changed_ = 0; ///< the choice that differs from the last run
};

} // namespace model
