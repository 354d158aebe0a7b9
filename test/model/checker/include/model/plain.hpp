// SPDX-License-Identifier: MIT
// Who has accessed an object that is not atomic: an access races with one of another thread that it
// does not know of. A question of happens-before alone, so whatever order this run has taken, it is
// answered for the execution (as FastTrack does: Flanagan and Freund, PLDI 2009).
#pragma once

#include <model/run.hpp>

namespace model {

class PlainAccesses {
  public:
    PlainAccesses() { note_write(Run::current()); }
    PlainAccesses(const PlainAccesses&) = delete;
    PlainAccesses& operator=(const PlainAccesses&) = delete;

    void read() {
        Run& run = Run::current();
        check_write(run, "a read and a write at once");
        reads_.set(run.self(), now(run));
    }
    void write() {
        Run& run = Run::current();
        check(run, "a write and another access at once");
        note_write(run);
    }
    /// The object ends.
    void end() {
        write();
        is_dead_ = true;
    }

  private:
    // What a thread does now is known to others only after its next event.
    static Index now(Run& run) { return static_cast<Index>(run.view().count + 1); }

    void note_write(Run& run) {
        writer_ = run.self();
        written_ = now(run);
        reads_ = Clock();
    }
    void check_write(Run& run, const char* what) const {
        if (is_dead_)
            run.fail(Error::UseAfterFree, "a plain object is used that has ended");
        if (writer_ != run.self() && !run.view().happened.covers(writer_, written_))
            run.fail(Error::Race, what);
    }
    void check(Run& run, const char* what) const {
        check_write(run, what);
        for (ThreadId thread = 0; thread < max_threads; ++thread)
            if (thread != run.self() && !run.view().happened.covers(thread, reads_[thread]))
                run.fail(Error::Race, what);
    }

    ThreadId writer_ = 0;
    bool is_dead_ = false;
    Index written_ = 0;
    Clock reads_; ///< since the last write
};

} // namespace model
