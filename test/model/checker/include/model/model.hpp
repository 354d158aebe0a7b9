// SPDX-License-Identifier: MIT
// What a model test includes:
//
//   const auto result = model::check([] {
//       core::Atomic<unsigned> flag{0};
//       core::Plain<int> data{0};
//       model::Thread writer([&] { data.write(1); flag.store(1, core::release); });
//       core::spin_until([&] { return flag.load(core::acquire) != 0; });
//       MODEL_ASSERT(data.read() == 1);
//       writer.join();
//   });
//   CHECK(result.ok());
//
// The body runs once for each execution that RC11 allows. It must do the same each time: no time,
// no chance, no state that outlives it. MODEL_REPLAY=<tape> in the environment runs one tape and
// shows it.
#pragma once

#include <model/run.hpp>
#include <set>
#include <string>
#include <utility>

namespace model {

struct Options {
    const char* name = "model";
    std::uint64_t max_runs = 5'000'000;
    double seconds = 600; ///< of the clock on the wall
    unsigned max_events = 256;
    unsigned spurious = 0;     ///< weak compare-exchanges and sleeps that fail for no reason, a run
    unsigned max_delays = ~0U; ///< reads that wait for later writes, a run
    bool bounded_ok = false;   ///< stopping at a limit is no failure
    bool naive = false;        ///< without the reduction of delays: for the checker's own tests
    unsigned workers = 1;      ///< processes that share the work
    std::uint64_t sample = 0;  ///< instead of all: this many runs by chance
    std::uint64_t seed = 1;
    std::string resume;     ///< a tape to go on from
    std::string checkpoint; ///< a file that gets the tape now and then
};

struct Result {
    std::uint64_t complete = 0;     ///< executions
    std::uint64_t dead_ends = 0;    ///< runs that waited in vain
    std::uint64_t inconsistent = 0; ///< runs that seq_cst forbids
    Error error = Error::None;
    std::string message; ///< what went wrong, and which limit was hit
    std::string trace;   ///< the failing execution
    std::string tape;    ///< what MODEL_REPLAY takes
    std::string lint;    ///< loads that hardware could make see later writes (load buffering)
    bool is_cut = false; ///< a limit ended the exploration
    bool bounded_ok = false;
    const char* name = "";

    [[nodiscard]] bool ok() const { return error == Error::None && (!is_cut || bounded_ok); }
    /// What an engineer wants to see of a failure.
    [[nodiscard]] std::string report() const;
    [[nodiscard]] std::uint64_t runs() const { return complete + dead_ends + inconsistent; }
};

[[nodiscard]] Result check(const std::function<void()>& body, const Options& options = {});

/// A thread of the body. It is joined before it goes out of scope.
class Thread {
  public:
    template <class F>
    explicit Thread(F body) : id_(Run::current().spawn(std::move(body))) {}
    ~Thread() {
        if (!joined_)
            Run::current().fail(Error::Assertion, "a model::Thread ends without being joined");
    }
    Thread(const Thread&) = delete;
    Thread& operator=(const Thread&) = delete;
    void join() {
        Run::current().join(id_);
        joined_ = true;
    }

  private:
    ThreadId id_;
    bool joined_ = false;
};

/// What a trace calls the object at this address.
void name(const void* object, const char* text);

/// An error of the run unless `holds`.
inline void require(bool holds, const char* what) {
    if (!holds)
        Run::current().fail(Error::Assertion, what);
}
// A macro, so that the text of the condition is in the report.
#define MODEL_ASSERT(condition) ::model::require(static_cast<bool>(condition), #condition)

/// The failing execution, as text: each event, and a line of time for each thread.
[[nodiscard]] std::string trace_of(const Run& run);
/// Where a load and the store behind it were asked for.
using Pair = std::pair<const void*, const void*>;
/// Adds the relaxed loads before relaxed stores that other threads could turn into load buffering,
/// which RC11 forbids and hardware may do.
void lint(const Run& run, std::set<Pair>& found);
/// file:line of code of this program.
[[nodiscard]] std::string place_of(const void* code);

} // namespace model
